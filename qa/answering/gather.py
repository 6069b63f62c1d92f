"""Gathers the evidence of an answer over articles: one sentence where one answers, several where several are asked for.

A list question gathers its items; a question with two sides gets a sentence for each; "what do the articles say" gets
the best sentence of each source in the order of date. Copies of a story count as one source. A correction stands before
what it corrects, and values that differ are named with their dates. Every short answer is cut from the sentences shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from qa.answering.choosing import MARGIN, REASONS_MARGIN, Cover, alike, is_survey, of_each_side, one_of_each, sentences
from qa.answering.corrections import Corrected, corrected, is_correction
from qa.answering.disagreement import Given, StoryOf, differing
from qa.answering.extract import ArticleOf, short_of, understandable
from qa.answering.listing import asks_for_several, listed
from qa.answering.questions import Question
from qa.answering.reader import Readout
from qa.schema import Article, Disagreement, Evidence, date_in_words

_SHORT_SHARE = 0.45  # of the softmax over all possible short answers that one must have to be shown


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is shown, in this order; citation numbers are places in `evidence`, counted from 1. `short` is one cut, or
    several joined by "; "; `short_from` are the numbers of the sentences that they are cut from.
    """

    evidence: tuple[Evidence, ...] = ()
    short: str | None = None
    short_from: tuple[int, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What one part of the question gathers; nothing is numbered yet."""

    chosen: tuple[Evidence, ...] = ()
    short: tuple[tuple[str, Evidence], ...] = ()
    given: tuple[Given, ...] = ()
    fixed: Corrected | None = None


def gather(asked: Sequence[tuple[Question, Readout]], limit: int, article_of: ArticleOf, story_of: StoryOf) -> Gathered:
    """The evidence for each part of a question in turn, at most `limit` sentences (twice that for a list, and for what
    several articles say), no sentence twice, each made understandable.

    `story_of`: what all copies of a story have in common, such as the story's id, or else the article's.
    """
    share = -(-limit // max(len(asked), 1))
    parts = [_part(question, readout, share, article_of, story_of) for question, readout in asked]
    shown: list[Evidence] = []
    for turn in zip_longest(*(part.chosen for part in parts)):
        for evidence in turn:
            if evidence is not None:
                _show(understandable(evidence, article_of(evidence)), shown)

    def number(evidence: Evidence) -> int:
        return next(at for at, other in enumerate(shown, 1) if _overlaps(evidence, other))

    cuts = [(words, number(evidence)) for part in parts for words, evidence in part.short]
    whole = bool(cuts) and all(part.short for part in parts)
    return Gathered(
        evidence=tuple(shown),
        short="; ".join(dict.fromkeys(words for words, _ in cuts)) if whole else None,
        short_from=tuple(dict.fromkeys(at for _, at in cuts)) if whole else (),
        disagreements=tuple(
            Disagreement(tuple((given.words, number(given.evidence)) for given in part.given))
            for part in parts
            if part.given
        ),
        caveats=tuple(_caveats(parts, shown, number, article_of)),
    )


def date_of(article: Article) -> str | None:
    """The date that the article speaks for: of what it reports on, where it names that."""
    return (article.about.published if article.about else None) or article.published


def _part(question: Question, readout: Readout, limit: int, article_of: ArticleOf, story_of: StoryOf) -> _Part:
    found = sentences(readout)
    if not found:
        return _Part()

    def day(evidence: Evidence) -> str | None:
        return date_of(article_of(evidence))

    cover = Cover(question, readout.rarity)
    if (fixed := corrected(question, found, article_of, day)) is not None:
        shown = dict.fromkeys((fixed.right, *fixed.wrong, fixed.note))
        return _Part(tuple(shown), _short(fixed.right), fixed=fixed)
    if is_survey(question):
        return _Part(tuple(one_of_each(cover, found, 2 * limit, story_of, day)))
    if asks_for_several(question):
        listing = listed(cover, readout, limit, article_of, day)
        return _Part(listing.chosen, listing.items)
    chosen = of_each_side(question, found)
    if len(chosen) > 1:
        return _Part(tuple(chosen))
    if given := differing(question, found, story_of, day):
        shown = dict.fromkeys((found[0], *(value.evidence for value in given)))
        return _Part(tuple(shown), _short(found[0]), given)
    chosen = alike(cover, found, limit, REASONS_MARGIN if question.wants == "reason" else MARGIN)
    return _Part(tuple(chosen), _short(chosen[0]))


def _short(evidence: Evidence) -> tuple[tuple[str, Evidence], ...]:
    words = short_of(evidence)
    return ((words, evidence),) if words and evidence.answer_score >= _SHORT_SHARE else ()


def _show(evidence: Evidence, shown: list[Evidence]) -> None:
    """Adds the evidence unless all or part of it is shown."""
    if not any(_overlaps(evidence, other) for other in shown):
        shown.append(evidence)


def _overlaps(one: Evidence, other: Evidence) -> bool:
    return one.hit.chunk.article_id == other.hit.chunk.article_id and one.start < other.end and other.start < one.end


def _caveats(
    parts: Sequence[_Part], shown: Sequence[Evidence], number: Callable[[Evidence], int], article_of: ArticleOf
) -> Iterator[str]:
    for part in parts:
        if part.given:
            said = [f"{_value(given, article_of)} [{number(given.evidence)}]" for given in part.given]
            yield f"The sources differ, oldest first: {', '.join(said[:-1])} and {said[-1]}."
        if part.fixed is not None:
            yield _of_correction(part.fixed, number)
    for at, evidence in enumerate(shown, 1):
        for note in article_of(evidence).notes:
            if is_correction(note):
                yield f"A note beside the article of [{at}] says: “{' '.join(note.split())}”"


def _value(given: Given, article_of: ArticleOf) -> str:
    day = date_of(article_of(given.evidence))
    return f"{given.words} ({date_in_words(day) if day else 'undated'})"


def _of_correction(fixed: Corrected, number: Callable[[Evidence], int]) -> str:
    right, note = number(fixed.right), number(fixed.note)
    wrong = next((number(evidence) for evidence in fixed.wrong), None)
    if fixed.retracted:
        return f"What [{wrong}] says was taken back later: see [{note}]."
    if wrong is None:
        return f"[{right}] is the corrected value: [{note}] says what was wrong before."
    by = "" if note in (right, wrong) else f", as [{note}] says"
    return f"[{wrong}] was corrected{by}: the right value is in [{right}]."
