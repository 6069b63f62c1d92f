"""The answer to a list question: its items, gathered over sentences, bullet lines and articles, each cut from the text.

The best sentence is the pattern: others belong to the list if they hold what it holds of the question and name another
item. A stated number ("which four areas") says when the list is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from qa.answering.choosing import REASONS_MARGIN, Cover, alike, of_each_side, sentences
from qa.answering.disagreement import MEASURES, DateOf
from qa.answering.extract import ArticleOf, short_list, short_of, text_of, understandable
from qa.answering.questions import Question, stems
from qa.answering.reader import Readout
from qa.schema import MONTHS, Article, Evidence
from qa.sentences import sentence_spans

_ITEM_MARGIN = 6.5  # how far below the best sentence's score that of another item may lie
_PATTERN_COVER = 0.5  # of the question, that the best sentence must cover for others to be held against it
_ITEM_COVER = 0.8  # of what the best sentence covers, that the sentence of another item must cover
_SHORT_SHARE = 0.45  # of the softmax over all possible short answers
_LONGEST_ITEM = 0.6  # of its sentence

_NUMBERS = {
    word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)
} | {"both": 2}
# The number of what is asked for: "which three", "what are the four", "name the 5". "The two leaders" are known.
_ASKED_FOR = (
    r"(?:(?:what|which)|(?:what|which|who)\s+(?:are|were)\s+(?:the|its|his|her|their)"
    r"|(?<!\bthe )(?:name|list)(?:\s+the)?)\s+(?:(?:other|main|key|different)\s+)?"
)
# What makes a number a day's, an amount's or a distance's.
_MEASURED = (
    rf"(?:{'|'.join(MONTHS)}|hundred|thousand|million|billion|per|percent|km|kilomet\w+|met(?:er|re)s?|miles?)\b"
)
_STATED = re.compile(
    rf"\b(?:{_ASKED_FOR}(?P<number>{'|'.join(_NUMBERS)}|[2-9]|1\d)|(?P<both>both))\s+(?!{_MEASURED})[a-z]",
    re.IGNORECASE,
)
# After a plural stands no article and no name: "which bank owns the mill", "what drives Osmere".
_PLURAL = re.compile(
    r"^(?:[\w’'-]+\s){0,2}?(?:which|what)\s+(?:(?:other|main|key|different)\s+)?(?:[a-z-]+\s+)?"
    r"(?!(?:is|was|does|has|news|this|its|says|gas|happens|comes|goes|matters)\b)"
    r"(?:[a-z-]{2,}(?<![sui])s|people|women|men|children)\s(?!(?:the|an?|its|his|her|their|to)\b|(?-i:[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_BETWEEN = re.compile(r",?[”\"]?\s+(?:and|or)\s+|,[”\"]?\s+")
_ONE_IS = re.compile(
    r"(?:[-*•]\s*)?(?:One|Another|An?\s(?:first|second|third|fourth|further|final|last|other)"
    r"|The\s(?:first|second|third|fourth|fifth|last|final|other))\b[^.;:]{0,80}?\b(?:is|was|are|were)\s+(?P<item>[^.;]+)"
)
_ENDS = " .;,"


@dataclass(frozen=True, slots=True)
class Listing:
    """The sentences of a list, by date and then in reading order, and the items cut from them; no items where some
    sentence shows none, for half a list would mislead.
    """

    chosen: tuple[Evidence, ...]
    items: tuple[tuple[str, Evidence], ...]


def asks_for_several(question: Question) -> bool:
    """Whether the question asks for a list."""
    if question.wants == "list" or stated(question) is not None:
        return True
    return question.wants not in ("yes_no", "reason") and bool(_PLURAL.search(question.text))


def stated(question: Question) -> int | None:
    """The number of things that a list question asks for, where it says."""
    match = None if question.wants in (*MEASURES, "yes_no") else _STATED.search(question.text)
    if match is None or (match["both"] and question.wants == "reason"):  # "Why did both sides ...?"
        return None
    word = (match["number"] or match["both"]).lower()
    return int(word) if word.isdigit() else _NUMBERS[word]


def listed(cover: Cover, readout: Readout, limit: int, article_of: ArticleOf, date_of: DateOf) -> Listing:
    """The list that the sentences give, in at most twice `limit` of them."""
    question, wanted = cover.question, stated(cover.question)
    lines = list(_introduced(sentences(readout), article_of))
    named = _Items(question, readout, article_of)
    items: dict[Evidence, list[str]] = {}
    for evidence in _of_pattern(cover, lines):
        found = named.of(evidence)
        if not items or set(found) - set(chain.from_iterable(items.values())):
            items[evidence] = found
        if len(items) >= 2 * limit or (wanted and _count(chain.from_iterable(items.values())) >= wanted):
            break
    members = list(items)
    if _count(chain.from_iterable(items.values())) < (wanted or 2):
        members += _missing(cover, members, lines, wanted, limit)
    rank = {article: at for at, article in enumerate(dict.fromkeys(e.hit.chunk.article_id for e in members))}
    dated = all(date_of(e) for e in members)
    members.sort(key=lambda e: (date_of(e) or "" if dated else "", rank[e.hit.chunk.article_id], e.start))
    cuts = tuple((words, evidence) for evidence in members for words in items.get(evidence, ()))
    whole = all(items.get(evidence) for evidence in members) and _count(words for words, _ in cuts) >= (wanted or 1)
    return Listing(tuple(members), cuts if whole else ())


def _of_pattern(cover: Cover, lines: Sequence[Evidence]) -> Iterator[Evidence]:
    """The best line, and those that hold what it holds of the question."""
    best = lines[0]
    yield best
    pattern = (set(cover.question.terms) - cover.times) & set(stems(text_of(best)))
    if cover.share(best, cover.topic) < _PATTERN_COVER:
        return
    for evidence in lines[1:]:
        if evidence.relevance < best.relevance - _ITEM_MARGIN:
            return
        if cover.share(evidence, pattern) >= _ITEM_COVER and cover.names(best) <= cover.names(evidence):
            yield evidence


def _missing(
    cover: Cover, members: Sequence[Evidence], lines: Sequence[Evidence], wanted: int | None, limit: int
) -> list[Evidence]:
    """What may hold the items that are missing: the other side, else the sentences next in score."""
    more = dict.fromkeys([*of_each_side(cover.question, lines), *alike(cover, lines, limit, REASONS_MARGIN)])
    room = (wanted + 1 if wanted else 2) - len(members)
    return [evidence for evidence in more if evidence not in members][: max(room, 0)]


def _introduced(found: Iterable[Evidence], article_of: ArticleOf) -> Iterator[Evidence]:
    """The sentences; a bullet line that a line with a colon introduces is left to that line."""
    seen: set[tuple[str, int]] = set()
    for evidence in found:
        line = evidence
        if _BULLET.match(text_of(evidence)):
            place = _introduction(article_of(evidence), evidence.start)
            if place is not None and evidence.hit.chunk.start <= place[0]:
                line = Evidence(evidence.hit, *place, evidence.relevance)
        key = (line.hit.chunk.article_id, line.start)
        if key not in seen:
            seen.add(key)
            yield line


def _introduction(article: Article, start: int) -> tuple[int, int] | None:
    """The line ending in a colon above the list in which a bullet line stands."""
    above: tuple[int, int] | None = None
    for place in sentence_spans(article.text, article.language):
        if place[0] >= start:
            break
        above = above if _BULLET.match(article.text[place[0] : place[1]]) else place
    return above if above and article.text[above[0] : above[1]].rstrip().endswith(":") else None


class _Items:
    """The items that a sentence names, each cut from it; an enumeration ("A, B and C") is one cut."""

    def __init__(self, question: Question, readout: Readout, article_of: ArticleOf) -> None:
        self._question = question
        self._article_of = article_of
        self._told = {(s.candidate.hit.chunk.id, s.candidate.start): s.candidate.answer for s in readout.scored}

    def of(self, evidence: Evidence) -> list[str]:
        text = text_of(evidence)
        if text.rstrip().endswith(":"):
            return self._bullets(evidence)
        if place := short_list(text, frozenset(self._question.terms)):
            return [_with_marks(text, *place)]
        if match := _ONE_IS.match(text):
            return [match["item"].strip()]
        words = short_of(evidence) if evidence.answer_score >= _SHORT_SHARE else ""
        start = (evidence.answer_start or 0) - evidence.start
        if not words:
            _, start, end = self._told.get((evidence.hit.chunk.id, evidence.start), (0.0, 0, 0))
            words = text[start:end].rstrip(_ENDS)
        fits = 0 < len(words) <= _LONGEST_ITEM * len(text) and not set(stems(words)) <= set(self._question.terms)
        return [_with_marks(text, start, start + len(words))] if fits else []

    def _bullets(self, evidence: Evidence) -> list[str]:
        article = self._article_of(evidence)
        whole = understandable(evidence, article)
        lines = [line for line in article.text[evidence.end : whole.end].splitlines() if _BULLET.match(line)]
        return [_BULLET.sub("", line, count=1).rstrip(_ENDS) for line in lines]


def _with_marks(text: str, start: int, end: int) -> str:
    """The words, with the quotation marks right around them where the words have others inside."""
    inside = any(mark in text[start:end] for mark in '“”"')
    marked = inside and start > 0 and text[start - 1] in '“"' and text[end : end + 1] in ("”", '"')
    return text[start - 1 : end + 1] if marked else text[start:end]


def _count(cuts: Iterable[str]) -> int:
    """How many things the cuts name: one more than the commas and "and"s of each."""
    return sum(1 + len(_BETWEEN.findall(cut)) for cut in cuts)
