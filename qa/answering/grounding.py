"""The exact rules a written sentence must pass: what it says must stand in the evidence that it cites.

A sentence is struck when it holds a number, amount, date, name, quotation, link or markup that the evidence lacks. It
is doubted when it is made of the evidence's words and may still say something else (doubts.py). A paraphrase may use
other words: how many it shares is only the score, save where it is hardly any. These rules do not understand sentences.
Names are found by capital letters, so in scripts without them only quotations, numbers and shared words are checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa.answering import doubts, names
from qa.answering.facts import ASIDE, Fact, Otherwise, canonical, carried, otherwise, scan
from qa.answering.ground import CJK, QUOTED, WORD, Ground, ground_of, owner, spaced
from qa.answering.lexicon import STOPWORDS
from qa.schema import Verdict

# Share of a sentence's content words that the evidence must hold: low, for a paraphrase may share few. `FULL` caps the
# score of a sentence that is at most partly supported.
FLOOR = 0.2
FULL = 0.7

_LINK = re.compile(
    r"!?\[[^\]]*\]\s?\([^)]*\)?|\b(?:https?|ftp|file|data|javascript|mailto):\S+|\bwww\.\S+"
    r"|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?(?![\w.])|\S+@\S+\.\w+",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z/!?][^>]*>?|&(?:#\w+|[a-z]+);", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w.])[a-z]+-?\d[\w.-]*(?<![.-])|(?<![\w.])\d+(?:\.\d+){2,}")
_COMPOUND = re.compile(r"(?:pre|post|under|over|top|sub|non|plus|mid)-\d")  # the number is checked as one
_NOUNS = {"money": "amount", "percent": "percentage", "points": "percentage", "ordinal": "number"}
_LACKING = "is not in the cited evidence"
_COUNTED = 12  # what a reader counts without writing the number down, at most
_NO_EVIDENCE = "it cites no evidence"
_NO_WORDS = "it holds no words that could be checked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one sentence, a score in [0, 1] and the reasons in plain words (empty when supported). `words`:
    characters of the sentence that a trained judge holds to be not carried.
    """

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules found in a sentence: a strike is something that the evidence lacks, a doubt something that it may
    say otherwise, both in plain words; `firm` are the doubts that no judge outweighs, for they are seldom wrong.
    `share` is the share of the content words that the evidence holds; `verbatim`, that the sentence is one of the
    evidence's own.
    """

    verbatim: bool
    share: float
    strikes: tuple[str, ...]
    doubts: tuple[str, ...]
    firm: tuple[str, ...] = ()


def check(sentence: str, evidence: Sequence[str], question: str = "", headers: Sequence[str] = ()) -> Judgement:
    """Judge a written sentence by the rules alone: `unsupported` when it is struck or shares hardly a word with the
    evidence, at most `partly` when it is doubted. Takes and promises what `ruled` does.
    """
    ruling = ruled(sentence, evidence, question, headers)
    strikes = list(ruling.strikes)
    if ruling.share < FLOOR and not {_NO_EVIDENCE, _NO_WORDS}.intersection(strikes):
        strikes.append("too few of its words are in the cited evidence")
    if strikes:
        return Judgement("unsupported", 0.0, tuple(strikes))
    if ruling.doubts:
        return Judgement("partly", round(min(ruling.share, FULL), 4), ruling.doubts)
    return Judgement("supported", round(ruling.share, 4))


def ruled(sentence: str, evidence: Sequence[str], question: str = "", headers: Sequence[str] = ()) -> Ruling:
    """Hold a written sentence against the texts it cites and their headers (title, publisher, date).

    A sentence that is one of the evidence's own is neither struck nor doubted. Headers carry names, numbers and dates,
    but no quotation. What stands only in the question supports nothing. The same input always gives the same ruling.
    """
    if not any(text.strip() for text in evidence):
        return Ruling(False, 0.0, (_NO_EVIDENCE,), ())
    plain = canonical(sentence)
    ground = ground_of(tuple(evidence), tuple(headers))
    if plain in ground.sentences:
        return Ruling(True, 1.0, (), ())
    if not stems(plain):
        return Ruling(False, 0.0, (_NO_WORDS,), ())
    strikes = [*_markup(sentence, ground), *_quotations(sentence, ground)]
    lacking = {
        fact: f"the {_NOUNS.get(fact.kind, fact.kind)} {fact.words} {_LACKING}" for fact in _facts(plain, ground)
    }
    counts = {fact: said for fact, said in lacking.items() if _is_count(fact, sentence, ground)}
    strikes += [said for fact, said in lacking.items() if fact not in counts]
    strikes += [*_codes(plain, ground), *_names(sentence, ground, canonical(question))]
    strikes += _otherwise(plain, ground, ("unit", "half of the day"))
    firm = (*_otherwise(plain, ground, ("limit",)), *doubts.firm(sentence, ground))
    found = tuple(dict.fromkeys((*counts.values(), *firm, *doubts.doubts(sentence, ground))))
    return Ruling(False, _share(plain, ground), tuple(dict.fromkeys(strikes)), found, firm)


def stems(plain: str) -> set[str]:
    """The content words of a canonical text, lightly stemmed; for CJK each pair of neighbouring characters."""
    found = {_stem(word) for word in WORD.findall(CJK.sub(" ", plain)) if word not in STOPWORDS}
    for run in CJK.findall(plain):
        found |= {run[i : i + 2] for i in range(max(1, len(run) - 1))}
    return found - {""}


def _share(plain: str, ground: Ground) -> float:
    """The share of the content words that the evidence holds; values that are carried count as held."""
    found, rest = scan(plain)
    facts = [fact for fact in found if fact.kind != ASIDE]
    wanted = stems(rest)
    known = stems(" ".join((ground.whole, *ground.months)))
    held = len(wanted & known) + sum(carried(fact, ground.values) for fact in facts)
    return held / (len(wanted) + len(facts)) if wanted or facts else 0.0


def _markup(sentence: str, ground: Ground) -> list[str]:
    faults = []
    for pattern, noun in ((_LINK, "link"), (_MARKUP, "markup")):
        for match in pattern.finditer(sentence):
            if not any(match.group().casefold() in text.casefold() for text in ground.raw):
                faults.append(f"the {noun} in it is not in the cited evidence")
    return faults


def _quotations(sentence: str, ground: Ground) -> list[str]:
    """Words in quotation marks must stand in one evidence text as they are, save for the marks and white space."""
    sources = [spaced(text) for text in ground.texts]
    faults = []
    for match in QUOTED.finditer(spaced(sentence)):
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
        if CJK.match(part):
            pattern = re.escape(part)
        match = re.compile(pattern).search(source, position)
        if match is None:
            return False
        position = match.end()
    return True


def _facts(plain: str, ground: Ground) -> list[Fact]:
    """The values that the evidence lacks."""
    return [fact for fact in scan(plain)[0] if not _idle(fact) and not carried(fact, ground.values)]


def _otherwise(plain: str, ground: Ground, what: Sequence[Otherwise]) -> list[str]:
    """The numbers that the evidence has, but with another unit or limit."""
    found = ((fact.words, otherwise(fact, ground.facts)) for fact in scan(plain)[0] if not _idle(fact))
    return [f"{words} has another {said} in the cited evidence" for words, said in found if said in what]


def _is_count(fact: Fact, sentence: str, ground: Ground) -> bool:
    """Whether the number may be a count that nobody wrote down: small, and of what the evidence counts no other way."""
    small = all(
        kind == "number" and isinstance(n, Decimal) and n <= _COUNTED and n % 1 == 0 for kind, n, _ in fact.values
    )
    return small and not any(words.split()[0] == fact.words for words in doubts.miscounted(sentence, ground))


def _codes(plain: str, ground: Ground) -> list[str]:
    """Letters with figures that the evidence lacks (F-16, COVID-19), but for dates and compounds such as pre-2015."""
    whole = re.sub(r"(?<=[a-z])[\s-](?=\d)", "", ground.whole)  # COVID 19 is COVID-19
    codes = {_bare(code) for code in _CODE.findall(whole)}
    said = [code for code in _CODE.findall(plain) if not _COMPOUND.match(code) and not _is_date(code)]
    return [f"{code} {_LACKING}" for code in said if _bare(code) not in codes]


def _bare(code: str) -> str:
    """Without hyphen and plural: F-16s are an F16."""
    return code.replace("-", "").removesuffix("s")


def _is_date(code: str) -> bool:
    return {fact.kind for fact in scan(code)[0]} == {"date"}


def _idle(fact: Fact) -> bool:
    """`one` alone is seldom a number (one of them, no one), and `first` seldom one of a row (first of all)."""
    return fact.words in ("one", "first")


def _names(sentence: str, ground: Ground, question: str) -> list[str]:
    """Capitalised words, and CJK words inside a sentence of another script, that the evidence lacks."""
    faults = []
    for name, words in names.lacking(sentence, ground):
        only = ", only in the question" if all(word in question for word in words) else ""
        faults.append(f"the name {name} is not in the cited evidence{only}")
    runs = CJK.findall(sentence)
    if sum(map(len, runs)) * 2 < sum(char.isalpha() for char in sentence):
        joined = re.sub(r"\s", "", ground.whole)
        faults += [f"{run} is not in the cited evidence" for run in runs if canonical(run) not in joined]
    return faults


def _stem(word: str) -> str:
    """A light stem: exports = export = exported = exporting."""
    word = owner(word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            if ending in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
