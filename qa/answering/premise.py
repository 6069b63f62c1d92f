"""Whether a sentence contradicts what a question takes for granted ("Why did X open Y?" where X closed it).

Exact rules, English: the sentence denies what the question states, or states what it denies; says the opposite; has two
names the other way round; has another number or year for the same thing; names another person with the same title. Each
needs the rest of the question to stand in the sentence. What they cannot be certain of they leave alone: silence means
nothing. Questions that take nothing for granted (yes or no, this or that) are never contradicted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from qa.answering.lexicon import CONTRARY, HEDGES, SOFT_NEGATIONS
from qa.answering.questions import Question, stem
from qa.answering.wording import DECLINES, Said, Word, is_not, root

_ASKING = re.compile(r"\b(?:who(?:m|se)?|what|when|where|why|which|how)\b", re.IGNORECASE)
_AUXILIARY = frozenset(
    "is are was were am be been being do does did has have had can could will would shall should may might must".split()
)
_OPENS_YES_NO = re.compile(
    rf"\s*(?:(?:and|but|so|or)\s+)?(?:{'|'.join(sorted(_AUXILIARY))})(?:n[’']t)?\b", re.IGNORECASE
)
_TURNED_BACK = re.compile(
    r"\b(?:until|till|unless|before|if|except|without|otherwise|whether|but|rather|instead|though)\b"
)
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_SMALL = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}
_UNPROVED = re.compile(r"\bno (?:\w+ )?(?:evidence|proof|indications?|signs?|suggestion)\b(?: (?:that|of|for)\b)?")
_PROOF = frozenset(stem(word) for word in "evidence proof indication sign suggestion suggest prove".split())
_RANKS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())
# What two do with each other: the order of the names says nothing.
_MUTUAL = frozenset(
    "meet marri join sign share border fight ally discuss agre talk negoti differ compet cooper merg play face debat"
    " trade clash includ resembl neighbour neighbor separ divorc date befriend tie draw unit".split()
)
# What is ended had begun: "When was the ban imposed?" takes nothing for granted that "lifted" denies.
_ENDED = frozenset(
    "imposed/lifted joined/left opened/closed opened/shut began/ended started/stopped appointed/dismissed".split()
)
_DETERMINERS = frozenset("the a an its his her their this that of in to from".split())
_ENOUGH = 0.5  # share of the question's other words that the sentence must hold
_ALL_BUT = 0.8  # the same where nothing else has to fit
_SHORTEST = 6  # letters of a root that may have a prefix


def contradiction(question: Question, sentence: str, before: str = "") -> str | None:
    """What the sentence says against what the question takes for granted, in plain words; None where nothing certain is
    found. `before`: what stands before the sentence, which may name whom it speaks of ("He refused ...").
    """
    if question.wants == "yes_no" or _OPENS_YES_NO.match(question.text) or not _ASKING.search(question.text):
        return None
    asked, said = Said(question.text), Said(sentence)
    if not said.words:
        return None
    # Whom the question names, the sentence must speak of.
    around = said.roots | Said(before).roots
    rules: tuple[Callable[[Said, Said], str | None], ...] = (_other_person,)
    if not _unknown(asked, around):
        rules += (_denied, _stated, _opposite, _turned_round, _other_number)
    return next((found for rule in rules if (found := rule(asked, said))), None)


def _unknown(asked: Said, around: frozenset[str], without: Iterable[int] = ()) -> bool:
    """Whether the question names someone of whom no word is known, names at some places apart."""
    skipped = {0, *without}
    known = True
    for place in range(1, len(asked.words)):
        if not asked.is_name(place) or place in skipped:
            continue
        goes_on = place - 1 not in skipped and asked.is_name(place - 1) and asked.unbroken(place - 1, place)
        if not goes_on:
            if not known:
                return True
            known = False
        known = known or asked.words[place].root in around
    return not known


def _rest(asked: Said, without: Iterable[int]) -> set[str]:
    """The roots of what the question is about, its names apart, without the words at some places."""
    skipped = set(without)
    return {
        word.root
        for place, word in enumerate(asked.words)
        if place not in skipped and word.content and not (place and word.text[0].isupper())
    }


def _holds(said: Said, rest: set[str], share: float = _ENOUGH) -> bool:
    return not rest or len(rest & said.roots) >= share * len(rest)


def _before_and_after(asked: Said, place: int) -> tuple[list[str], list[str]]:
    """The roots of the content words on either side of a word."""
    left = [word.root for word in asked.words[:place] if word.content]
    right = [word.root for word in asked.words[place + 1 :] if word.content]
    return left, right


def _same_subject(asked: Said, said: Said, mine: int, its: int) -> bool:
    """Whether what stands before the word in the question also stands before its counterpart in the sentence; where
    nothing stands before it, whether the same word follows both.
    """
    left, right = _before_and_after(asked, mine)
    if its and said.is_name(its - 1) and said.words[its - 1].root not in asked.roots:  # "..., which Talvik backs"
        return False
    if left:
        return bool({word.root for word in said.words[:its]} & set(left[-2:]))
    following = [word.root for word in said.words[its + 1 :] if word.content]
    return bool(right) and right[0] in following[: 1 if _is_adjective(asked, mine) else 3]


def _is_adjective(asked: Said, place: int) -> bool:
    """Whether a word stands between an article or preposition and what it describes: "the first mayor"."""
    return place > 0 and asked.words[place - 1].text.lower() in _DETERMINERS


def _denied(asked: Said, said: Said) -> str | None:
    """The sentence denies a word that the question states."""
    if asked.denies:
        return None
    unproved = _UNPROVED.search(said.text)
    if unproved and not asked.roots & _PROOF and _holds(said, _rest(asked, ()), _ALL_BUT):
        return f"the sentence says “{unproved.group()}”"
    roots = {word.root: place for place, word in enumerate(asked.words) if word.content}
    for target, negation in said.denied.items():
        word = said.words[target]
        places = [place for place, other in enumerate(said.words) if other.root == word.root]
        if word.root not in roots or any(place not in said.denied for place in places):
            continue
        if _TURNED_BACK.search(said.text, word.end) or HEDGES & {w.text.lower() for w in said.words}:
            continue
        left, _ = _before_and_after(asked, roots[word.root])
        rest = _rest(asked, [roots[word.root]])
        if (rest or left) and _holds(said, rest):
            return f"the sentence says “{said.quote(negation, said.next_content(target))}”"
    return None


def _stated(asked: Said, said: Said) -> str | None:
    """The sentence states what the question ("Why didn't ...?") denies."""
    why = asked.words[0].text.lower() == "why"
    if not why or not asked.denies or said.denies or _TURNED_BACK.search(said.text):
        return None
    if {word.text.lower() for word in said.words} & (HEDGES | {"would", "could", "should", "only", "few", "little"}):
        return None
    softly = [
        p for p, w in enumerate(asked.words) if w.root in DECLINES or w.text.lower() in SOFT_NEGATIONS or is_not(w)
    ]
    rest = _rest(asked, softly)
    if len(rest) < 2 or not rest <= said.roots:
        return None
    shared = [place for place, word in enumerate(said.words) if word.content and word.root in asked.roots]
    return f"the sentence says “{said.quote(shared[0], shared[-1])}”, without a negation"


@lru_cache(maxsize=1)
def _contrary() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in CONTRARY:
        one, other = (root(word) for word in pair.split("/"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1024)
def _ends_of(beginning: str) -> frozenset[str]:
    pairs = (tuple(root(word) for word in pair.split("/")) for pair in _ENDED)
    return frozenset(end for begun, end in pairs if begun == beginning)


def _opposite(asked: Said, said: Said) -> str | None:
    """The sentence says the opposite of one of the question's words of the same thing."""
    contrary = _contrary()
    for mine, word in enumerate(asked.words):
        others = contrary.get(word.root, frozenset()) | _prefixed(word)
        if asked.words[0].text.lower() == "when":
            others -= _ends_of(word.root)
        alike = {word.root}.union(*(contrary.get(other, ()) for other in others))
        if not others or alike & said.roots or others & asked.roots or asked.negated_near(mine):
            continue
        its = [place for place, other in enumerate(said.words) if other.root in others]
        if (
            len(its) == 1
            and not said.negated_near(its[0])
            and _same_subject(asked, said, mine, its[0])
            and _holds(said, _rest(asked, [mine]))
        ):
            return f"the sentence says “{said.words[its[0]].text}”, the question “{word.text}”"
    return None


def _prefixed(word: Word) -> frozenset[str]:
    """constitutional, unconstitutional"""
    if not word.content or word.named or len(word.root) < _SHORTEST:
        return frozenset()
    return frozenset({word.root[2:] if word.root.startswith("un") else f"un{word.root}"})


def _turned_round(asked: Said, said: Said) -> str | None:
    """The same verb between the same two names, the other way round."""
    for place, word in enumerate(asked.words):
        its = [other for other, found in enumerate(said.words) if found.root == word.root]
        if len(its) != 1 or not word.content or word.named or word.root in _MUTUAL:
            continue
        mine, theirs = asked.roles(place), said.roles(its[0])
        if mine and theirs and mine[0] != mine[1] and mine == theirs[::-1] and _holds(said, _rest(asked, [place])):
            return f"the sentence has it the other way round: “{said.around(its[0])}”"
    return None


def _other_number(asked: Said, said: Said) -> str | None:
    """The sentence has another year, rank or number of the same thing."""
    for place, word in enumerate(asked.words[1:-1], start=1):
        mine = _value(word)
        thing = asked.words[place + 1]
        hyphened = asked.text[word.start - 1] == "-"  # "COVID-19 cases"
        if (
            mine is None
            or hyphened
            or (mine[0] == "count" and _of_a_whole(asked, place))
            or not thing.content
            or _value(thing)
            or _ASKING.fullmatch(asked.words[place - 1].text)
        ):
            continue
        its = [other for other, found in enumerate(said.words) if found.root == thing.root]
        theirs = _value(said.words[its[0] - 1]) if len(its) == 1 and its[0] else None
        if theirs is None or theirs[0] != mine[0] or mine in {_value(other) for other in said.words}:
            continue
        if _holds(said, _rest(asked, [place])):
            return (
                f"the sentence says “{said.quote(its[0] - 1, its[0])}”, the question “{asked.quote(place, place + 1)}”"
            )
    return None


def _of_a_whole(asked: Said, place: int) -> bool:
    """Whether the number is that of a whole of which a part is asked for: "how many of the three bridges"."""
    return "of" in (word.text.lower() for word in asked.words[max(place - 2, 0) : place])


def _value(word: Word) -> tuple[str, str] | None:
    """What kind of number a word is, and its value."""
    lowered = word.text.lower()
    if _YEAR.fullmatch(lowered):
        return "year", lowered
    if lowered in _RANKS:
        return "rank", lowered
    if lowered in _SMALL:
        return "count", _SMALL[lowered]
    return ("count", lowered.replace(",", "")) if re.fullmatch(r"\d[\d,]*", lowered) else None


def _other_person(asked: Said, said: Said) -> str | None:
    """The sentence names another person with the same title."""
    titles = [title for title, _ in asked.titled]
    for title, name in asked.titled:
        if titles.count(title) > 1:
            continue
        others = [other for its, other in said.titled if its == title]
        if len(others) != 1 or others[0][-1].root == name[-1].root or name[-1].root in said.roots:
            continue
        skipped = {word.start for word in name}
        places = [place for place, word in enumerate(asked.words) if word.start in skipped]
        if not _unknown(asked, said.roots, places) and _holds(said, _rest(asked, places)):
            shown, meant = (" ".join(word.text for word in words) for words in (others[0], name))
            return f"the sentence says {shown}, the question {meant}"
    return None
