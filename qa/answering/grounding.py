"""The exact rules a written sentence must pass: what it says must stand in the evidence that it cites.

A sentence is `unsupported` (and is struck) when it holds a number, amount, date, name, quotation, link or markup that
the evidence lacks, or shares too few words with it. It is at most `partly` when it differs from the evidence in a
negation, in a hedge, in who says it, or joins names that the evidence keeps apart. These rules find what is added; they
do not understand sentences: a wrong relation between right words passes. Names are found by capital letters, so in
scripts without them only quotations, numbers and shared words are checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.facts import Fact, Value, canonical, carried, scan
from qa.answering.lexicon import ATTRIBUTION, HEDGES, NEGATIONS, SOFT_NEGATIONS, STARTERS, STOPWORDS
from qa.schema import MONTHS, Verdict
from qa.sentences import sentence_spans

# Share of a sentence's content words that the evidence must hold. Chosen on examples; see tests/test_grounding.py.
FLOOR = 0.4
FULL = 0.7

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_QUOTED = re.compile(r'"([^"]*)(?:"|$)|[「『]([^」』]*)(?:[」』]|$)|(?<!\w)\'(?=\w)([^"]*?[^\W_][,.!?]?)\'(?!\w)')
_LINK = re.compile(
    r"!?\[[^\]]*\]\s?\([^)]*\)?|\b(?:https?|ftp|file|data|javascript|mailto):\S+|\bwww\.\S+"
    r"|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?(?![\w.])|\S+@\S+\.\w+",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z/!?][^>]*>?|&(?:#\w+|[a-z]+);", re.IGNORECASE)
_CAPITALISED = re.compile(r"(?<![\w'])[^\W\d_a-z][\w'’.&]*(?<![.'’])")
_CODE = re.compile(r"(?<![\w.])[a-z]+-?\d[\w.-]*(?<![.-])|(?<![\w.])\d+(?:\.\d+){2,}")
_SPEAKER = re.compile(
    r"according to (?P<after>(?:[^\s,;\"]+\s?){1,6})"
    r"|(?:^|[,;:\"(]|\b(?:and|but|as)\b)\s*(?P<before>(?:[^\s,;:\"()]+\s+){1,6}?)"
    rf"(?P<verb>{'|'.join(sorted(ATTRIBUTION))})\b(?:\s+(?P<behind>(?:[^\s,;.\"]+\s?){{1,4}}))?"
)
_NOT_A_SPEAKER = frozenset("is are was were be been being has have had it that which what who he she they".split())


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one sentence, a score in [0, 1] and the reasons in plain words (empty when supported)."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """The evidence in the forms that the rules compare with."""

    raw: tuple[str, ...]  # texts and headers as they are
    texts: tuple[str, ...]  # canonical
    whole: str  # texts and headers, canonical
    words: frozenset[str]
    stems: frozenset[str]
    values: frozenset[Value]
    by_text: tuple[tuple[str, ...], ...]  # the sentences of each text, canonical

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(sentence for sentences in self.by_text for sentence in sentences)


def check(sentence: str, evidence: Sequence[str], question: str = "", headers: Sequence[str] = ()) -> Judgement:
    """Judge a written sentence by the texts it cites and their headers (title, publisher, date).

    A sentence that is one of the evidence's own is supported. Headers carry names, numbers and dates, but no
    quotation. What stands only in the question supports nothing. The same input always gives the same judgement.
    """
    if not any(text.strip() for text in evidence):
        return Judgement("unsupported", 0.0, ("it cites no evidence",))
    plain = canonical(sentence)
    ground = _ground(evidence, headers)
    if plain in ground.sentences:
        return Judgement("supported", 1.0)
    if not stems(plain):
        return Judgement("unsupported", 0.0, ("it holds no words that could be checked",))
    share = _share(plain, ground)
    strikes = [*_markup(sentence, ground), *_quotations(sentence, ground)]
    strikes += [*_facts(plain, ground), *_names(sentence, ground, canonical(question))]
    if share < FLOOR:
        strikes.append("too few of its words are in the cited evidence")
    if strikes:
        return Judgement("unsupported", 0.0, tuple(dict.fromkeys(strikes)))
    doubts = _doubts(sentence, plain, ground)
    if share < FULL:
        doubts.append("some of its words are not in the cited evidence")
    if doubts:
        return Judgement("partly", round(min(share, FULL), 4), tuple(dict.fromkeys(doubts)))
    return Judgement("supported", round(share, 4))


def stems(plain: str) -> set[str]:
    """The content words of a canonical text, lightly stemmed; for CJK each pair of neighbouring characters."""
    found = {_stem(word) for word in _WORD.findall(_CJK.sub(" ", plain)) if word not in STOPWORDS}
    for run in _CJK.findall(plain):
        found |= {run[i : i + 2] for i in range(max(1, len(run) - 1))}
    return found - {""}


def _ground(evidence: Sequence[str], headers: Sequence[str]) -> _Ground:
    texts = tuple(canonical(text) for text in evidence)
    shown = [*texts, *(canonical(header) for header in headers)]
    values = [fact.values for text in shown for fact in scan(text)[0]]
    dates = [value for known in values for kind, value, _ in known if kind == "date" and isinstance(value, tuple)]
    months = {MONTHS[month - 1].casefold() for _, month, _ in dates if month}
    whole = " \n ".join(shown)
    by_text = [tuple(canonical(text[start:end]) for start, end in sentence_spans(text)) for text in evidence]
    return _Ground(
        raw=(*evidence, *headers),
        texts=texts,
        whole=whole,
        words=frozenset(_possessive(word) for word in _WORD.findall(whole)) | months,
        stems=frozenset(stems(whole)) | {_stem(month) for month in months},
        values=frozenset[Value]().union(*values),
        by_text=tuple(sentences for sentences in by_text if sentences),
    )


def _share(plain: str, ground: _Ground) -> float:
    """The share of the content words that the evidence holds; values that are carried count as held."""
    facts, rest = scan(plain)
    wanted = stems(rest)
    held = len(wanted & ground.stems) + sum(carried(fact, ground.values) for fact in facts)
    return held / (len(wanted) + len(facts)) if wanted or facts else 0.0


def _markup(sentence: str, ground: _Ground) -> list[str]:
    faults = []
    for pattern, noun in ((_LINK, "link"), (_MARKUP, "markup")):
        for match in pattern.finditer(sentence):
            if not any(match.group().casefold() in text.casefold() for text in ground.raw):
                faults.append(f"the {noun} in it is not in the cited evidence")
    return faults


def _quotations(sentence: str, ground: _Ground) -> list[str]:
    """Words in quotation marks must stand in one evidence text as they are, save for the marks and white space."""
    sources = [_spaced(text) for text in ground.raw[: len(ground.texts)]]
    faults = []
    for match in _QUOTED.finditer(_spaced(sentence)):
        quote = (match[1] or match[2] or match[3] or "").strip()
        parts = [part.strip(" ,.;:!?") for part in re.split(r"\.\.\.|…", quote)]
        if not any(_in_order([part for part in parts if part], source) for source in sources):
            faults.append(f"the quotation “{quote}” is not in the cited evidence word for word")
    return faults


def _in_order(parts: list[str], source: str) -> bool:
    """Whether the parts stand in the source one after another, as whole words; a first letter may change case."""
    position = 0
    for part in parts:
        pattern = rf"(?<!\w)(?i:{re.escape(part[0])}){re.escape(part[1:])}(?!\w)"
        if _CJK.match(part):
            pattern = re.escape(part)
        match = re.compile(pattern).search(source, position)
        if match is None:
            return False
        position = match.end()
    return True


def _spaced(text: str) -> str:
    """The text with straight quotation marks and single spaces; nothing else changes."""
    return re.sub(r"\s+", " ", text.translate(_STRAIGHT)).strip()


_STRAIGHT = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')


def _facts(plain: str, ground: _Ground) -> list[str]:
    facts, _ = scan(plain)
    faults = [
        f"the {_NOUNS.get(fact.kind, fact.kind)} {fact.words} is not in the cited evidence"
        for fact in facts
        if not _idle(fact) and not carried(fact, ground.values)
    ]
    codes = set(_CODE.findall(ground.whole))
    faults += [f"{code} is not in the cited evidence" for code in _CODE.findall(plain) if code not in codes]
    return faults


_NOUNS = {"money": "amount", "percent": "percentage", "points": "percentage", "ordinal": "number"}


def _idle(fact: Fact) -> bool:
    """`one` alone is seldom a number (one of them, no one)."""
    return fact.words == "one"


def _names(sentence: str, ground: _Ground, question: str) -> list[str]:
    """Capitalised words, and CJK words inside a sentence of another script, that the evidence lacks."""
    faults = []
    for name in _capitalised(sentence):
        words = [word for word in _WORD.findall(canonical(name)) if not any(char.isdigit() for char in word)]
        lacking = [word for word in words if _possessive(word) not in ground.words and word not in _TITLES]
        if lacking:
            only = ", only in the question" if all(word in question for word in lacking) else ""
            faults.append(f"the name {name} is not in the cited evidence{only}")
    runs = _CJK.findall(sentence)
    if sum(map(len, runs)) * 2 < sum(char.isalpha() for char in sentence):
        joined = re.sub(r"\s", "", ground.whole)
        faults += [f"{run} is not in the cited evidence" for run in runs if canonical(run) not in joined]
    return faults


_TITLES = frozenset("mr mrs ms dr prof sir dame lord lady".split())


def _capitalised(sentence: str) -> list[str]:
    """The capitalised words of the sentence outside quotations. The first word counts too, unless it is one that
    often begins a sentence or has the form of a common word.
    """
    bare = _QUOTED.sub(" ", _spaced(sentence))
    first = _WORD.search(bare)
    found = []
    for match in _CAPITALISED.finditer(bare):
        word = match.group()
        opens = first is not None and match.start() == first.start()
        plain = _possessive(canonical(word))
        if opens and (plain in STARTERS or plain in STOPWORDS or _COMMON_FORM.search(plain)):
            continue
        if plain not in ("i", "a") and not (plain in STOPWORDS and word.istitle()):
            found.append(word)
    return found


_COMMON_FORM = re.compile(r"(?:ly|ing|tions?|ments?|ness|ities|ity|ed|isms?|ists?|ers)$")


def _doubts(sentence: str, plain: str, ground: _Ground) -> list[str]:
    """Reasons for which a sentence made of the evidence's words may still say something else."""
    wanted = stems(plain)
    nearest = _nearest(ground.sentences, wanted)
    doubts = []
    if _negated(plain, NEGATIONS) and not any(_negated(text, SOFT_NEGATIONS) for text in ground.sentences):
        doubts.append("it denies something that the cited evidence does not deny")
    if _negated(nearest, NEGATIONS) and not _negated(plain, SOFT_NEGATIONS):
        doubts.append("the cited evidence has a negation that it leaves out")
    hedges = HEDGES & set(_WORD.findall(nearest))
    if hedges and not HEDGES & set(_WORD.findall(plain)):
        doubts.append(f"it leaves out the evidence's “{min(hedges)}”")
    speakers = [_speaker(_nearest(sentences, wanted)) for sentences in ground.by_text]
    if all(speakers) and not _attributed(plain):
        doubts.append(f"says it as fact; the source attributes it to {_as_written(speakers[0], ground)}")
    doubts += [f"the cited evidence does not join {one} and {two}" for one, two in _new_pairs(sentence, ground)]
    return doubts


def _nearest(sentences: Sequence[str], wanted: set[str]) -> str:
    """The sentence that shares the most words; the first of equals."""
    return max(sentences, key=lambda sentence: len(wanted & stems(sentence)))


def _negated(plain: str, cues: frozenset[str]) -> bool:
    plain = re.sub(r"\bno\.? (?=\d)|\bnot only\b", " ", plain)
    words = _WORD.findall(plain)
    return any(word in cues or word.endswith("n't") for word in words) or (
        bool(_CJK.search(plain)) and any(char in "不没沒未無无" for char in plain)
    )


def _attributed(plain: str) -> bool:
    return "according to" in plain or bool((ATTRIBUTION | {"reportedly", "allegedly"}) & set(_WORD.findall(plain)))


def _speaker(plain: str) -> str:
    """Who the text says it comes from ("the ministry"), or an empty text."""
    for match in _SPEAKER.finditer(plain):
        for name in ("after", "before", "behind"):
            words = (match[name] or "").split()
            if words and words[-1] not in _NOT_A_SPEAKER and not all(word in STOPWORDS for word in words):
                return " ".join(words).rstrip(".")
    return ""


def _as_written(plain: str, ground: _Ground) -> str:
    """Canonical words with the capitals of the evidence, where they stand there in this form."""
    for text in ground.raw:
        match = re.search(re.escape(plain), text, re.IGNORECASE)
        if match:
            return re.sub(r"\AThe\b", "the", match.group())
    return plain


def _new_pairs(sentence: str, ground: _Ground) -> list[tuple[str, str]]:
    """Neighbouring capitalised words that the evidence holds, but never near each other."""
    bare = _QUOTED.sub(" ", _spaced(sentence))
    names = set(_capitalised(sentence))
    found = []
    matches = [match for match in _CAPITALISED.finditer(bare) if match.group() in names]
    for one, two in pairwise(matches):
        if bare[one.end() : two.start()] != " ":
            continue
        left, right = (_possessive(canonical(match.group())) for match in (one, two))
        near = rf"(?<!\w){re.escape(left)}(?:\W+\w+){{0,4}}?\W+{re.escape(right)}(?!\w)"
        apart = rf"(?<!\w){re.escape(right)}(?:\W+\w+){{0,4}}?\W+{re.escape(left)}(?!\w)"
        if not re.search(near, ground.whole) and not re.search(apart, ground.whole):
            found.append((one.group(), two.group()))
    return found


def _possessive(word: str) -> str:
    return re.sub(r"'s?$", "", word)


def _stem(word: str) -> str:
    """A light stem: exports = export = exported = exporting."""
    word = _possessive(word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            if ending in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
