"""Any text held up to the archive, or to evidence given with it: the verdict on each sentence, and the quotes for it.

A text is cut into sentences as it stands. What is judged of a sentence is its words alone: marks such as [1], links
and markup are left out, and stay in the text that is shown. A question, a greeting, a heading or "I don't know" claims
nothing. Each claim is searched for by itself (one that opens with a pronoun together with the sentence it leans on),
judged by the sentences that hold most of it, of at most three stories, and shown with those that carry it, cut from
the store. What leans on a sentence is judged only by stories that name what that sentence names.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from qa.answering.alignment import chosen, features
from qa.answering.extract import understandable
from qa.answering.facts import canonical, scan
from qa.answering.grounding import Judgement
from qa.answering.judging import Judging, Rules
from qa.answering.write import unheld
from qa.articles import formats
from qa.articles.decoding import decoded
from qa.articles.items import Page
from qa.composition import Draft
from qa.errors import IndexEmpty, QuestionError, SourceError
from qa.retrieval.search import Search
from qa.schema import Article, Citation, Evidence, Sentence, Verdict
from qa.sentences import sentence_spans
from qa.store import Store

LONGEST = 5000
"""Words of a text that is checked at once."""
EVIDENCE = 6
"""Sentences that a claim is judged on at most."""
PASSAGES = 8
"""Passages in which the evidence for a claim is looked for."""
STORIES = 3
"""Stories that its evidence comes from at most; copies of one count once."""
QUOTES = 3
"""Quotes shown for a sentence at most."""
_READ = 40  # sentences of given evidence that a claim is judged on; all of it, where it is no more
_SAME = 0.6  # share of the claim that a story may lack to speak of the same
_APART = 0.2  # how much more than the best one, where all lack more
_ADDS = 0.2  # share of the claim that a further quote must add
_NEAR = 0.5  # share of the claim that a quote may lack to be shown beside a claim that nothing supports
_OTHER = 0.75  # share that a story lacks of a sentence if it speaks of something else
_LONG = 12  # words of a sentence that hardly leans on another
_FAR = 2 / 3  # share that all lack where no article is said to speak of it
_WINDOW = 4000  # characters round an evidence sentence in which what it leans on is looked for
_SUPPORTED: tuple[Verdict, ...] = ("quoted", "supported", "no_claim")

VERDICTS: dict[Verdict, str] = {
    "quoted": "an article's own words",
    "supported": "supported",
    "partly": "only partly supported",
    "contradicted": "contradicted",
    "unsupported": "not supported",
    "no_claim": "no claim",
}
"""The verdicts in plain words."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a text as it stands there, and the claim that is judged: its words without marks and markup, and
    of each character of them the place in `text`. `silent`: why it claims nothing. `leans_on`: the sentence before it
    that its first word, a pronoun, speaks of; `under`: the line that introduces the list in which it is a short item.
    """

    text: str
    claim: str
    places: tuple[int, ...] = ()
    silent: str = ""
    leans_on: str = ""
    under: str = ""

    @property
    def query(self) -> str:
        """What it is searched by."""
        return " ".join(part for part in (self.under, self.leans_on, self.claim) if part)


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence of the archive that a claim may rest on, with the story it belongs to."""

    evidence: Evidence
    text: str
    story: str


class Checker:
    """Checks texts against one archive. Safe to share between threads."""

    def __init__(self, store: Store, search: Search, judge: Judging) -> None:
        self._store = store
        self._search = search
        self._judge = judge

    def check(self, text: str) -> list[Sentence]:
        """Each sentence of the text with its verdict and, in `sources`, the quotes for or against it, numbered in
        reading order.

        Raises `QuestionError` for a text that is empty or far too long, and `IndexEmpty` where nothing is indexed.
        """
        said = sentences_of(text)
        if not self._store.counts().chunks:
            raise IndexEmpty("The index holds no articles yet.", "Add a file or a folder: qa index ~/articles")
        claims = _claims(said)
        cited = _Cited(self._store)
        known: dict[str, Sentence] = {}
        sentences = []
        for one in said:
            if not one.silent and one.query not in known:
                known[one.query] = self._judged(one, claims, cited)
            sentences.append(silent(one) if one.silent else _again(known[one.query], one))
        return sentences

    def _judged(self, said: Said, claims: int, cited: _Cited) -> Sentence:
        found = self._found(said)
        if not found:
            return Sentence(said.text, (), "unsupported", 0.0, (_NOTHING,))
        shown = list(dict.fromkeys(cited.shown(one.evidence) for one in found))
        quotes = [cited.text(evidence) for evidence in shown]
        texts, headers = _by_article(shown, cited)
        judgement = self._judge.judge(said.claim, texts, "", headers, claims)
        reasons = _reasons(judgement, "the evidence found")
        if judgement.verdict == "unsupported" and min(_doubt(said.claim, [quote]) for quote in quotes) > _FAR:
            reasons = (_NOTHING,)
        carrying = [cited.cite(shown[place]) for place in _carrying(said.claim, quotes, judgement.verdict)]
        sources = {citation.number: citation for citation in carrying}
        return Sentence(
            said.text,
            tuple(sources),
            judgement.verdict,
            judgement.score,
            reasons,
            _marked(said, judgement, [*texts, *headers]),
            tuple(sources.values()),
        )

    def _found(self, said: Said) -> list[_Found]:
        """The sentences that the claim is judged on, story by story."""
        hits = self._search.hits(said.query, PASSAGES)
        stories = self._store.stories({hit.chunk.article_id for hit in hits})
        found: dict[str, list[_Found]] = {}
        texts: set[str] = set()
        headers: dict[str, str] = {}
        for hit in hits:
            chunk = hit.chunk
            story = stories.get(chunk.article_id, chunk.article_id)
            headers.setdefault(story, chunk.header)
            for start, end in sentence_spans(chunk.text):
                text = chunk.text[start:end]
                plain = " ".join(text.split())
                if plain not in texts:
                    texts.add(plain)
                    evidence = Evidence(hit, chunk.start + start, chunk.start + end, hit.score)
                    found.setdefault(story, []).append(_Found(evidence, text, story))
        named = [
            story for story, all_of_it in found.items() if _tells(said, [one.text for one in all_of_it], headers[story])
        ]
        doubt = {story: _doubt(said.query, [one.text for one in found[story]]) for story in named}
        least = min(doubt.values(), default=0.0)
        most = max(_SAME, least + _APART)
        near = sorted((story for story in named if doubt[story] <= most), key=lambda story: doubt[story])
        pool = [one for story in near[:STORIES] for one in found[story]]
        return [pool[place] for place in chosen(said.claim, [one.text for one in pool], EVIDENCE)]


class _Cited:
    """The quotes of one text: their articles are read once, and they are numbered in reading order."""

    def __init__(self, store: Store) -> None:
        self._draft = Draft(store)
        self._articles: dict[tuple[str, str], Article] = {}

    def article(self, evidence: Evidence) -> Article:
        """The article that the evidence stands in."""
        key = evidence.hit.chunk.article_id, evidence.hit.chunk.version
        if key not in self._articles:
            self._articles[key] = self._draft.article(evidence)
        return self._articles[key]

    def text(self, evidence: Evidence) -> str:
        """Its words, cut from the article."""
        return self.article(evidence).text[evidence.start : evidence.end]

    def shown(self, evidence: Evidence) -> Evidence:
        """The evidence with the sentences that it leans on, so that no speaker and no negation is cut off."""
        article = self.article(evidence)
        first = max(0, evidence.start - _WINDOW)  # the whole of a book would be cut into sentences each time
        window = replace(article, text=article.text[first : evidence.end + _WINDOW])
        inside = replace(evidence, start=evidence.start - first, end=evidence.end - first)
        found = understandable(inside, window)
        return replace(evidence, start=found.start + first, end=found.end + first)

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of the evidence; the same one, if it was cited before."""
        return self._draft.cite(evidence)[0]


def judge(response: str, evidence: Sequence[str]) -> list[Sentence]:
    """Each sentence of the response with its verdict by this evidence; `citations` are the numbers, from 1, of the
    evidence that carries or contradicts it. Needs no archive.

    Raises `QuestionError` for a response that is empty or far too long.

    >>> judge("The bridge was closed in 2020.", ["Cracks closed the bridge in 2020."])  # doctest: +SKIP
    """
    return judged(response, [evidence] if isinstance(evidence, str) else evidence, Rules())


def judged(response: str, evidence: Sequence[str], by: Judging) -> list[Sentence]:
    """The same by another judge."""
    said = sentences_of(response)
    claims = _claims(said)
    parts = [
        (text[start:end], number) for number, text in enumerate(evidence, 1) for start, end in sentence_spans(text)
    ]
    return [silent(one) if one.silent else _by_evidence(one, claims, evidence, parts, by) for one in said]


def _by_evidence(
    said: Said, claims: int, evidence: Sequence[str], parts: Sequence[tuple[str, int]], by: Judging
) -> Sentence:
    texts = list(evidence)
    if len(parts) > _READ:
        parts = [parts[place] for place in chosen(said.claim, [text for text, _ in parts], _READ)]
        numbers = dict.fromkeys(number for _, number in parts)
        texts = ["\n\n".join(text for text, its in parts if its == number) for number in numbers]
    judgement = by.judge(said.claim, texts, "", (), claims)
    quotes = _carrying(said.claim, [text for text, _ in parts], judgement.verdict)
    return Sentence(
        said.text,
        tuple(sorted({parts[place][1] for place in quotes})),
        judgement.verdict,
        judgement.score,
        _reasons(judgement, "the evidence"),
        _marked(said, judgement, texts),
    )


@lru_cache(maxsize=4)
def is_supported(sentence: Sentence) -> bool:
    """Whether the sentence may stand as it is: it is supported, or claims nothing."""
    return sentence.verdict in _SUPPORTED


def in_words(sentences: Sequence[Sentence]) -> list[str]:
    """Lines of plain text: each sentence, its verdict with the reasons, the quotes it brings for the first time with
    who and when, and at the end how many claims there are of each verdict.

    Words that the quotes do not carry stand between ~ and ~.
    """
    lines: list[str] = []
    shown: set[int] = set()
    for sentence in sentences:
        lines.append(" ".join(_tilded(sentence).split()))
        why = f": {'; '.join(sentence.reasons)}" if sentence.reasons else ""
        numbers = "".join(f" [{number}]" for number in sentence.citations)
        nearest = "; nearest" if sentence.verdict == "unsupported" and numbers else ""
        lines.append(f"    {VERDICTS[sentence.verdict]}{why}{nearest}{numbers}")
        for citation in sentence.sources:
            if citation.number not in shown:
                shown.add(citation.number)
                lines.append(f"    [{citation.number}] “{' '.join(citation.quote.split())}” — {citation.attribution}")
    counts = Counter[Verdict](sentence.verdict for sentence in sentences if sentence.verdict != "no_claim")
    told = ", ".join(f"{counts[verdict]} {words}" for verdict, words in VERDICTS.items() if counts[verdict])
    total = counts.total()
    lines += ["", f"{total} {'claim' if total == 1 else 'claims'}{f': {told}' if told else ''}."]
    return lines


def text_of(path: Path) -> str:
    """The text of a file to be checked: a plain one as it is, any other kind that can be indexed as it would be.

    Raises `SourceError` if it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} could not be read: {error.strerror}.", "Name a file, or type the text.") from error
    if path.suffix.lower() in _PLAIN or not formats.is_known(path.name):
        return decoded(str(path), data)
    articles = formats.read(Page(str(path), data)).articles
    return "\n\n".join(article.text for article in articles)


_PLAIN = ("", ".md", ".markdown", ".txt", ".text")  # of a draft every line counts, furniture of a page or not


def sentences_of(text: str) -> list[Said]:
    """The sentences of the text in reading order; each character that is no white space stands in one of them, but for
    lines without a letter or a digit.

    Raises `QuestionError` for a text that is empty or longer than LONGEST words.
    """
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")  # half characters stop the models
    words = len(text.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("The text is empty.", "Type a text, or name a file: qa check draft.md")
    if words > LONGEST or len(text) > 20 * LONGEST:
        most = (
            f"{words:,} words; {LONGEST:,} is" if words > LONGEST else f"{len(text):,} characters; {20 * LONGEST:,} is"
        )
        raise QuestionError(f"The text has {most} the most.", "Check it chapter by chapter: qa check chapter-1.md")
    said: list[Said] = []
    subject = introduction = ""
    for block in _blocks(text):
        for one in _within(block):
            if not block.item:
                introduction = one.claim if one.claim.endswith(":") else ""
            elif len(one.claim.split()) <= _SHORT_ITEM:
                one = replace(one, under=introduction)
            if _leans(one.claim):
                one = replace(one, leans_on=subject)
            elif one.silent != _EMPTY:
                subject = one.claim
            said.append(one)
    return said


def silent(said: Said) -> Sentence:
    """A sentence that claims nothing, with why."""
    return Sentence(said.text, (), "no_claim", 1.0, (said.silent,))


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a list item, a row of a table, a heading or a piece of code."""

    text: str
    item: bool = False
    silent: str = ""


_HEADING, _CODE, _QUESTION, _EMPTY = "a heading", "code", "a question", "it claims nothing that could be checked"
_NOTHING = "nothing that was found speaks of it"

_FENCE = re.compile(r"\s*(?:```|~~~)")
_ITEM = re.compile(r"\s*(?:>\s*)*(?:[-*•+‣–]|\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_UNDER_HEADER = re.compile(r"\s*\|?[\s|:]*-[\s|:-]*$")
_RULE = re.compile(r"[\W_]*$")
_HEAD = re.compile(r"\s*(?:>\s*)*(?:#{1,6}\s.*|(\*\*|__)(?:(?!\1).)*[^.!?。！？]\1:?\s*)$")
_ENDS = re.compile(r"[.!?:;…。！？：；][\s\W\d]*$")
_SHORT_LINE = 45  # characters; shorter lines are not wrapped ones
_SHORT_HEAD = 8  # words of a heading that is marked by nothing but its place
_SHORT_ITEM = 8  # words of an item that may not say by itself what it speaks of


def _blocks(text: str) -> list[_Block]:
    """The text in blocks. A short line without a stop between others that are not is a heading without marks."""
    blocks = [block for block in _lines(text) if not _RULE.match(block.text)]
    short = [not block.item and not block.silent and _is_title(block.text) for block in blocks]
    alone = [
        here and not before and not after
        for before, here, after in zip([False, *short], short, [*short[1:], True], strict=False)
    ]
    return [replace(block, silent=_HEADING) if title else block for block, title in zip(blocks, alone, strict=True)]


def _is_title(text: str) -> bool:
    short = "\n" not in text and len(text.split()) <= _SHORT_HEAD
    return short and not _ends(text) and not any(character.isdigit() for character in text)


def _ends(text: str) -> bool:
    return bool(_ENDS.search(text[-40:]))  # enough of it, and little work whatever it holds


def _lines(text: str) -> Iterator[_Block]:
    """The lines joined to blocks: those of one paragraph or item run on, everything else stands alone."""
    open_lines: list[str] = []
    item, code = False, False
    lines = text.split("\n")
    front = lines.index("---", 1) if lines[0] == "---" and "---" in lines[1:] else -1
    for place, line in enumerate(lines):
        fence = bool(_FENCE.match(line))
        apart = code or fence or place <= front or bool(_RULE.match(line) or _HEAD.match(line) or _ROW.match(line))
        starts = bool(_ITEM.match(line)) or (bool(open_lines) and _breaks(open_lines[-1], line))
        if open_lines and (apart or starts):
            yield _Block("\n".join(open_lines), item)
            open_lines = []
        if apart:
            header = bool(_ROW.match(line)) and bool(_UNDER_HEADER.match("".join(lines[place + 1 : place + 2])))
            heading = header or bool(_HEAD.match(line)) or place <= front
            why = _CODE if code or fence else _HEADING if heading else ""
            yield _Block(line, not why, why)
        else:
            item = bool(_ITEM.match(line)) if not open_lines else item
            open_lines.append(line)
        code ^= fence
    if open_lines:
        yield _Block("\n".join(open_lines), item)


def _breaks(line: str, after: str) -> bool:
    """Whether a line is no wrapped one: it is short, does not end a sentence, and the next begins like one."""
    first = after.lstrip("\"“‘'(*_ ")[:1]
    return len(line) < _SHORT_LINE and not _ends(line) and (first.isupper() or first.isdigit())


@dataclass(frozen=True, slots=True)
class _Plain:
    """Words taken out of a text, and of each character the place it has there."""

    text: str
    places: tuple[int, ...]

    def without(self, pattern: re.Pattern[str], put: Callable[[str], str] = lambda _: "") -> _Plain:
        """The same without what matches, but for the group `kept`; `put` gives what stands in its place."""
        text, places, cursor = [], list[int](), 0
        for match in pattern.finditer(self.text):
            start, end = match.span("kept") if "kept" in pattern.groupindex else (match.start(), match.start())
            instead = put(match.group())
            text += [self.text[cursor : match.start()], instead, self.text[start:end]]
            places += self.places[cursor : match.start()]
            places += [self.places[match.start()]] * len(instead) + list(self.places[start:end])
            cursor = match.end()
        return _Plain("".join([*text, self.text[cursor:]]), (*places, *self.places[cursor:]))


_NUMBERS = r"\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*"
_MARK = re.compile(
    rf"\s?(?:\[\s*(?:{_NUMBERS}|citation needed|source|sources)\s*\]|【[^】\n]{{0,60}}】|\^{_NUMBERS}\^"
    r"|(?<=[.,;:!?)”\"])[¹²³⁰⁴-⁹]+|(?<=[a-z]{3})[¹²³⁰⁴-⁹]+)(?!\()",
    re.IGNORECASE,
)
_TO = r"\[(?:[^\[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]{0,99}\)){0,999}(?: \"[^\"\n]{0,300}\")?\)"
_REFERENCE = re.compile(rf"\s?\( ?{_TO} ?\)|\s?!{_TO}")  # a link in brackets; a picture
_LINK = re.compile(_TO.replace("(?:", "(?P<kept>", 1))
_ADDRESS = re.compile(r"\s?[(<]?\b(?:source:\s*)?(?:https?://|www\.)[^\s<>()]*[^\s<>().,;:!?][)>]?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--[^<>]*-->", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EMPHASIS = re.compile(r"\*\*|__|~~|`+|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)")
_OPENS = re.compile(r"\A\s*(?:>\s*)*(?:(?:[-*•+‣–]|\d{1,3}[.)]|[a-z]\)|#{1,6})\s+)?(?:\[[ xX]\]\s+)?")
_STILL_QUOTED = re.compile(r"\n\s*>\s?")
_CELL = re.compile(r" ?\| ?")


def _within(block: _Block) -> list[Said]:
    """The sentences of a block."""
    plain = _plain(block.text)
    if block.silent or not re.search(r"\w", plain.text):
        return [Said(block.text.strip(), plain.text, silent=block.silent or _EMPTY)]
    spans = [span for span in sentence_spans(plain.text) if re.search(r"\w", plain.text[slice(*span)])]
    bounds = [_bound(block.text, plain, one[1], two[0]) for one, two in pairwise(spans)]
    said = []
    for (start, end), first, last in zip(spans, [0, *bounds], [*bounds, len(block.text)], strict=True):
        text = block.text[first:last]
        first += len(text) - len(text.lstrip())
        claim = plain.text[start:end]
        places = tuple(place - first for place in plain.places[start:end])
        said.append(Said(text.strip(), claim, places, _why_silent(claim)))
    return said


def _plain(text: str) -> _Plain:
    """The words of a block without marks, links and markup."""
    plain = _Plain(text, tuple(range(len(text))))
    for pattern in (_INVISIBLE, _OPENS, _REFERENCE, _MARK, _LINK, _ADDRESS, _TAG):
        plain = plain.without(pattern)
    plain = plain.without(_STILL_QUOTED, lambda _: " ")
    plain = plain.without(_ENTITY, html.unescape).without(_EMPHASIS).without(_SPACES, lambda _: " ")
    return plain.without(_CELL, lambda _: " ") if _ROW.match(text) else plain


_SPACES = re.compile(r"\s+")


def _bound(text: str, plain: _Plain, end: int, start: int) -> int:
    """Where in the text the sentence that ends at `end` of its words parts from the one that begins at `start`: marks
    belong to the one before, and what stands right before the next one's first word to the next.
    """
    after, before = plain.places[end - 1] + 1, plain.places[start]
    between = text[after:before]
    opening = between.split()[-1] if between.strip() and not between[-1].isspace() else ""
    return before if _MARK.fullmatch(opening) or opening.endswith((")", "]")) else before - len(opening)


_LEANING = re.compile(
    r"[“\"‘']?(?:(?:and|but|yet|so|however|instead|moreover|meanwhile|besides|also|then|thus|therefore|later"
    r"|afterwards|in addition|additionally|furthermore)\b,?\s+)?"
    r"(?:he|him|his|she|her|hers|it|its|they|them|their|this|that|these|those|such|both|neither|there"
    r"|the (?:former|latter|two|same))\b",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(r"\b(?:it|them|him|her|its|their|his)\b", re.IGNORECASE)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening)|sure|certainly|of course|absolutely|okay|ok|yes"
    r"|no|great question|good question|thanks|thank you|you[’']re welcome|(?:best|kind|warm) (?:regards|wishes)|regards"
    r"|sincerely|cheers|bye|goodbye)\b(?:\W+\w+){0,3}\W*",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"(?:(?:but|so|unfortunately|sorry|however)\b,?\s+)?(?:"
    r"I\s?(?:[’']m|am)\s(?:not (?:sure|certain|aware|able)|sorry|afraid|unable|an AI)"
    r"|I\s(?:do(?: not|n[’']t)|did(?: not|n[’']t)|can(?:not|[’']t| not)|could(?: not|n[’']t))\s"
    r"(?:know|have|find|say|tell|answer|provide|confirm|verify|see|determine)"
    r"|I (?:hope|apologi[sz]e)\b|let me (?:know|explain)|feel free|please (?:note|let|provide|feel|share|check|see)"
    r"|as an AI|would you like|if you (?:have|need|want|would like|[’']d like)"
    r"|(?:the|these|those|your|my|no)\s(?:given |provided |available |cited )?"
    r"(?:articles?|documents?|sources?|context|texts?|passages?|information|evidence)\s(?:provided |given )?"
    r"(?:do(?:es)?(?: not|n[’']t)|(?:is|are)(?: not|n[’']t)?)\s"
    r"(?:say|mention|contain|provide|answer|state|specify|tell|include|available|enough|sufficient|found)"
    r"|here(?:[’']s| is| are| you)\b|(?:in|to) (?:summary|conclusion|sum up)\W*$|below (?:is|are)\b)",
    re.IGNORECASE,
)
_CLOSING = "\"'”’)]*_ "


def _why_silent(claim: str) -> str:
    """Why a sentence claims nothing; empty where it claims something."""
    bare = claim.strip().rstrip(_CLOSING)
    if bare.endswith(("?", "？")):
        return _QUESTION
    short = bare.endswith(":") and len(bare.split()) <= _SHORT_HEAD
    lead_in = short and not scan(canonical(bare))[0] and not re.search(r"\w\W+[A-Z]", bare)
    if _TALK.match(claim) or lead_in or (_GREETING.fullmatch(claim) and not re.search(r"\d", claim)):
        return _EMPTY
    return ""


def _leans(claim: str) -> bool:
    """Whether a sentence opens with a pronoun, or is so short that one in it is half of what it says."""
    short = len(claim.split()) <= _SHORT_ITEM // 2
    return bool(_LEANING.match(claim)) or (short and bool(_SPOKEN_OF.search(claim)))


def _claims(said: Sequence[Said]) -> int:
    return sum(not one.silent for one in said)


def _again(sentence: Sentence, said: Said) -> Sentence:
    """The verdict for a sentence that makes the same claim, in its own words."""
    if sentence.text == said.text:
        return sentence
    return replace(sentence, text=said.text, unsupported=())


def _tells(said: Said, texts: Sequence[str], header: str) -> bool:
    """Whether a story speaks of what the sentence before names, at least half of it, so that "it" can be the same; or
    holds all of a sentence so long that it hardly leans on another.
    """
    lies = features(said.leans_on, [*texts, header])
    same = not said.leans_on or (lies.names <= _NEAR and lies.lacking <= _OTHER)
    return same or (len(said.claim.split()) >= _LONG and _doubt(said.claim, texts) <= _ADDS)


def _doubt(claim: str, texts: Sequence[str]) -> float:
    """How much of the claim these sentences lack, its values counted beside its words."""
    lies = features(claim, texts)
    return round((2 * lies.lacking + lies.values) / 3 if lies.values else lies.lacking, 6)


def _carrying(claim: str, texts: Sequence[str], verdict: Verdict) -> list[int]:
    """The places of the sentences to be shown: the one that holds most of the claim, then those that add to it."""
    kept: list[int] = []
    lacking = 1.0
    while len(kept) < min(QUOTES, len(texts)):
        left = {
            place: _doubt(claim, [texts[one] for one in (*kept, place)])
            for place in range(len(texts))
            if place not in kept
        }
        best = min(left, key=lambda place: (left[place], len(texts[place]), place))
        if kept and lacking - left[best] < _ADDS:
            break
        if not kept and verdict == "unsupported" and left[best] > _NEAR:
            break
        kept.append(best)
        lacking = left[best]
        if verdict == "unsupported":
            break
    return kept


def _by_article(shown: Sequence[Evidence], cited: _Cited) -> tuple[list[str], list[str]]:
    """The evidence of each article as one text, what follows on each other cut in one piece; and the headers."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    held: dict[tuple[str, str], Evidence] = {}
    for evidence in shown:
        key = evidence.hit.chunk.article_id, evidence.hit.chunk.version
        held.setdefault(key, evidence)
        spans.setdefault(key, []).append((evidence.start, evidence.end))
    texts = []
    for key, places in spans.items():
        whole = cited.article(held[key]).text
        joined: list[tuple[int, int]] = []
        for start, end in sorted(places):
            if joined and not whole[joined[-1][1] : start].strip():
                joined[-1] = joined[-1][0], max(joined[-1][1], end)
            else:
                joined.append((start, end))
        texts.append("\n\n".join(whole[start:end] for start, end in joined))
    return texts, [evidence.hit.chunk.header for evidence in held.values()]


def _reasons(judgement: Judgement, evidence: str) -> tuple[str, ...]:
    """The reasons in the words of one who did not write the text: it cites nothing itself."""
    said = (reason.replace("it cites no evidence", f"{evidence} holds nothing") for reason in judgement.reasons)
    return tuple(reason.replace("the cited evidence", evidence) for reason in said)


def _marked(said: Said, judgement: Judgement, texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The characters of the sentence that the evidence lacks, where it is only partly supported."""
    if judgement.verdict != "partly":
        return ()
    return tuple((said.places[start], said.places[end - 1] + 1) for start, end in unheld(said.claim, texts))


def _tilded(sentence: Sentence) -> str:
    text = sentence.text
    for start, end in reversed(sentence.unsupported):
        text = f"{text[:start]}~{text[start:end]}~{text[end:]}"
    return text
