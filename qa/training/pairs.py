"""Claims with their evidence, true ones and twins with one fault, made by rule from articles.

A group holds claims on the same evidence, as many true as not. A twin is made from its true claim, so that both differ
from the article alike; what is exchanged is mostly taken from the evidence itself, or all words are kept and change
places. So neither the length of a claim nor words that the evidence lacks tell the two apart.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal

from qa.answering.facts import canonical
from qa.schema import MONTHS
from qa.sentences import sentence_spans

Label = Literal["supported", "contradicted", "unsupported"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim to be judged on its evidence. `kind` says how it was made or what is wrong with it; `words` are the
    characters of the claim at fault, where they are known; pairs of one `article` belong on one side of a split.
    """

    claim: str
    evidence: str
    label: Label
    kind: str
    source: str
    words: tuple[int, int] | None = None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A true claim made false: the new claim, the kind of its fault, and the characters that carry it."""

    claim: str
    kind: str
    label: Label
    words: tuple[int, int] | None


_ROUND = 6  # sentences beside the claim's own, at most
_SECOND_SOURCE = 0.25  # share of the groups whose evidence holds sentences of another article too
_ABSENT = 0.15  # share of the twins that are true but whose sentence is not in the evidence
_STATED = 0.6  # share of a claim's words in the rest of the evidence from which on it may be stated there
_OF_THE_EVIDENCE = 0.85  # how often a value is exchanged for one of the evidence, where it has one
_VERBATIM = 0.1  # how often a true claim is its sentence, unchanged, without a try to say it otherwise
_UNCHANGED = 0.35  # share kept of those that could not be said otherwise: there would be too many
_NEW_WORDS = 0.1  # share kept of the faults that the evidence's lack of their words gives away
_FEWEST, _MOST = 6, 40  # words of a sentence to make claims of
_SHORT = 14  # words of a sentence that is joined with another
# How much oftener than others a kind is drawn where a claim allows it.
_WEIGHTS = (
    {"negation": 0.3}
    | dict.fromkeys("number date place merge".split(), 2)
    | dict.fromkeys("roles speaker hedge cause condition quantifier quote comparison opposite time unit".split(), 3)
)


def pairs(articles: Iterable[Mapping[str, Any]], rng: random.Random) -> Iterator[list[Pair]]:
    """Groups of true and false claims of the articles (rows with `id` and `text`), one for each sentence that allows
    it; the first of a group is true, and half of it is.
    """
    told = [(str(row["id"]), sentences_of(str(row["text"]))) for row in articles]
    told = [(name, sentences) for name, sentences in told if sentences]
    for name, sentences in told:
        for place, sentence in enumerate(sentences):
            if usable(sentence):
                second = rng.choice(told) if rng.random() < _SECOND_SOURCE else None
                aside = _some(second[1], rng) if second and second[0] != name else []
                group = _group(name, sentences, place, aside, rng)
                if group:
                    yield group


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, each on one line."""
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]


_VOICE = re.compile(r"\b(?:I|I'm|my|My|we|We|our|Our|you|You|your|me|us)\b")
_ADDRESS = re.compile(r"https?:|www\.|[\[\]{}|=<>]")


def usable(sentence: str) -> bool:
    """Whether claims can be made of it: a whole statement of some length, in nobody's own voice."""
    whole = sentence[:1].isalnum() and sentence[-1:] == "." and "?" not in sentence and "!" not in sentence
    quotes = sentence.count('"') % 2 == 0 and sentence.count("“") == sentence.count("”")
    brackets = sentence.count("(") == sentence.count(")")
    return (
        whole
        and quotes
        and brackets
        and sentence[0].isupper() | sentence[0].isdigit()
        and _FEWEST <= len(sentence.split()) <= _MOST
        and not _VOICE.search(re.sub(r'"[^"]*"|“[^”]*”', "", sentence))
        and not _ADDRESS.search(sentence)
        and not re.match(r"(?:This|That|These|Those)\b", sentence)
    )


def _some(sentences: Sequence[str], rng: random.Random) -> list[str]:
    count = rng.randint(1, 3)
    start = rng.randrange(max(1, len(sentences) - count + 1))
    return list(sentences[start : start + count])


def _group(name: str, sentences: Sequence[str], place: int, aside: list[str], rng: random.Random) -> list[Pair]:
    """Two claims of the sentence, each with a twin, on one window of its article; fewer where they do not differ."""
    count = rng.randint(0, _ROUND)
    before = rng.randint(0, count)
    first, last = max(0, place - before), place + 1 + count - before
    around = [*sentences[first:place], *sentences[place + 1 : last]]
    in_front = bool(aside) and rng.random() < 0.5
    evidence = " ".join([*(aside if in_front else []), *sentences[first:last], *([] if in_front else aside)])
    following = sentences[place + 1] if place + 1 < min(last, len(sentences)) else ""
    group: list[Pair] = []
    drawn: set[str] = set()
    for _ in range(2):
        claim, kind = _true(sentences[place], following, " ".join(sentences), rng)
        if any(claim == pair.claim for pair in group) or (kind == "same" and rng.random() > _UNCHANGED):
            continue
        faults = [fault for fault in changes(claim, evidence, rng) if fault.kind not in drawn]
        fault = _drawn([fault for fault in faults if _unseen(claim, fault.claim, evidence, rng)], rng)
        rest = " ".join([*aside, *around])
        absent = len(around) > 1 and kind != "joined" and rng.random() < _ABSENT and not _stated(claim, rest)
        if absent:
            group.append(Pair(claim, evidence, "supported", kind, "rule", None, name))
            group.append(Pair(claim, rest, "unsupported", "absent", "rule", None, name))
        elif fault:
            drawn.add(fault.kind)
            group.append(Pair(claim, evidence, "supported", kind, "rule", None, name))
            group.append(Pair(fault.claim, evidence, fault.label, fault.kind, "rule", fault.words, name))
    return group


def _drawn(faults: Sequence[Fault], rng: random.Random) -> Fault | None:
    """One of them: a kind first, so that what is found everywhere does not crowd out what is rare."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        kinds[fault.kind].append(fault)
    if not kinds:
        return None
    kind = rng.choices(list(kinds), [_WEIGHTS.get(kind, 1) for kind in kinds])[0]
    return rng.choice(kinds[kind])


# The words that carry a fault of order, degree or denial; they are in any text, so that to miss them tells nothing.
_COMMON = frozenset(
    """not never no did will was were is are has had been all some any most many few none every always only more less
    than before after because of in the a an and later earlier first last from to by with""".split()
)


def _unseen(claim: str, changed: str, evidence: str, rng: random.Random) -> bool:
    """Whether words that the evidence lacks do not tell the changed claim from the true one."""
    own, new, known = (set(re.findall(r"\w+", text.lower())) for text in (claim, changed, evidence))
    return not (new - own - known - _COMMON) or rng.random() < _NEW_WORDS * (3 if own - known else 1)


def _stated(claim: str, text: str) -> bool:
    words, known = _long_words(claim), _long_words(text)
    return not words or len(words & known) >= _STATED * len(words)


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}


# True claims


def _true(sentence: str, following: str, text: str, rng: random.Random) -> tuple[str, str]:
    """A claim that the sentence carries, and how it was made."""
    if rng.random() < _VERBATIM:
        return sentence, "same"
    claim, kinds = sentence, []
    shaped = [(kind, new) for kind, new in shapes(sentence, following) if _FEWEST <= len(new.split()) <= _MOST]
    if shaped and rng.random() < 0.7:
        kind, claim = rng.choice(shaped)
        kinds.append(kind)
    for kind, reword in _REWORDINGS:
        new = reword(claim, text, rng) if rng.random() < 0.7 else claim
        if new != claim:
            claim = new
            kinds.append(kind)
    return claim, kinds[0] if kinds else "same"


_LEAD_IN = re.compile(
    r"(?P<lead>(?P<word>In|On|At|During|After|Before|When|While|Since|As of|By|Although|Though|Meanwhile|However"
    r"|Moreover|Furthermore|In addition|Additionally|Also|Later|Then|Today|Yesterday|Earlier)\b"
    r"(?P<more>[^,;:\"“”()]{0,60})), (?P<rest>[A-Za-z0-9][^;:]+)\.$"
)
_LINKING = frozenset("Meanwhile However Moreover Furthermore Additionally Also Then Later".split())
_SETTING = frozenset(("In", "On", "At", "During", "Since", "By", "As of", "Today", "Yesterday", "Earlier"))
_TRAILING = re.compile(
    r"^(?P<kept>[^;\"“”()]{25,}?), (?:which|who|whose|where|when|while|making|leaving|becoming"
    r") (?P<tail>[^,;\"“”()]+)\.$"
)
_ASIDE = re.compile(r" \([^()]*\)(?=[ ,.])")
_TURNABLE = re.compile(
    r"^(?P<main>[^,;:\"“”()]{15,90}) (?P<word>after|before|when|while|although|because|since|until)"
    r" (?P<clause>(?:the|a|an|he|she|it|they|his|her|its|their|[A-Z]\w+) [^,;:\"“”()]{8,80})\.$"
)
_PASSIVE = re.compile(
    r"^(?P<what>[^,;:\"“”()]{3,50}?) (?:was|were) (?P<verb>\w{3,}ed) by (?P<who>(?:the |a |an )?(?:[A-Z][\w.'’-]*)"
    r"(?: (?:[A-Z][\w.'’-]*|of|de|van|von))*(?<! of))(?P<more> (?:in|on|at|for|during|after|from) [^,;:\"“”()]+)?\.$"
)
_OPENERS = frozenset(
    """The A An It He She They In On At His Her Its Their There Some Several Many After During Both One Two Three Most
    All No Since For By From As With Under""".split()
)
_RESERVED = re.compile(r"\b(?:said|says|told|if|unless|only|according|reportedly|allegedly|claimed|not|no|never)\b")


def shapes(sentence: str, following: str = "") -> list[tuple[str, str]]:
    """(kind, claim): the sentence with a part left out or its parts in another order, or joined with the next one; all
    of them said by the sentences given.
    """
    found = [("trimmed", _ASIDE.sub("", sentence))]
    found += _lead_ins(sentence)
    trailing = _TRAILING.match(sentence)
    if trailing and not _RESERVED.search(trailing["tail"]) and _has_verb(trailing["kept"]):
        found.append(("trimmed", trailing["kept"] + "."))
    turned = _TURNABLE.match(sentence)
    if turned and not _RESERVED.search(sentence):
        lead = f"{_upper(turned['word'])} {turned['clause']}"
        found.append(("reordered", f"{lead}, {_lower(turned['main'])}."))
    passive = _PASSIVE.match(sentence)
    if passive and not passive["what"].startswith(("There", "It")) and not _has_verb(passive["what"]):
        what = {"he": "him", "she": "her", "they": "them"}.get(_lower(passive["what"]), _lower(passive["what"]))
        found.append(("voice", f"{_upper(passive['who'])} {passive['verb']} {what}{passive['more'] or ''}."))
    if following and usable(following) and max(len(sentence.split()), len(following.split())) <= _SHORT:
        joinable = _lower(following) != following or following.split()[0] in _OPENERS
        if joinable and not re.search(r'["“”]', sentence + following):
            found.append(("joined", f"{sentence[:-1]} and {_lower(following)}"))
    return [(kind, claim) for kind, claim in found if claim != sentence]


def _lead_ins(sentence: str) -> Iterator[tuple[str, str]]:
    match = _LEAD_IN.match(sentence)
    if not match or match["rest"].startswith(("and ", "but ", "or ")):
        return
    rest = match["rest"]
    # In a list ("In Rome, Milan and Turin, ...") the first comma does not end the lead-in.
    if re.match(r"[A-Z][\w ]*(?:,| and )", rest) and match["word"] in ("In", "On", "At"):
        return
    if match["word"] in _SETTING | _LINKING:
        yield "trimmed", _upper(rest) + "."
    simple = not re.search(r'[,"“”()]', rest) and not re.search(r"\b(?:that|who|which|said|says)\b", rest)
    if simple and match["word"] not in _LINKING and len(rest.split()) <= 18:
        comma = "," if match["word"] in ("Although", "Though", "While") else ""
        yield "reordered", f"{_upper(rest)}{comma} {_lower(match['lead'], match['word'])}."


def _has_verb(text: str) -> bool:
    return bool(re.search(r"\b(?:was|were|is|are|has|have|had|will|would|can|could|did|\w{2,}ed|said|won|led)\b", text))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str, word: str = "") -> str:
    """Without its capital where the first word is no name."""
    first = word or text.split(" ")[0]
    return text[0].lower() + text[1:] if text and (word or first in _OPENERS) else text


_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_WORDS = _UNITS + "seventeen eighteen nineteen twenty".split()
_MONTH = "|".join(MONTHS)
_WEEKDAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{_MONTH})\b(?! \d{{1,2}}\b(?!\d))")
_MONTH_DAY = re.compile(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?!\d|[-–:.]\d|,\d)(?P<comma>,?)(?= \d{{4}}|[ .,])")
_THOUSANDS = re.compile(r"(?<![\w.,$€£])(?P<thousands>\d{1,3}),000(?![\d,]|\.\d)")
_SMALL = re.compile(
    r"(?<![\w.,$€£:/–-])(?P<number>\d{1,2})(?= [a-z]{3,}\b)(?! (?:percent|per cent|million|billion|and))"
)
_SPELLED = re.compile(r"(?<![\w-])(?P<number>" + "|".join(_WORDS[2:]) + r")(?= [a-z]{3,}\b)(?! and\b)")
_PERCENT = re.compile(r"(?<=\d)(?P<percent>%| percent\b| per cent\b)")


def respelled(claim: str, _: str, rng: random.Random) -> str:
    """Its numbers and dates written in another way."""
    ways: list[Callable[[str], str]] = [_dates_turned, _percent_turned, lambda text: _thousands(text, rng), _small]
    for way in ways:
        claim = way(claim)
    return claim


def _dates_turned(claim: str) -> str:
    if _DAY_MONTH.search(claim):
        return re.sub(_DAY_MONTH.pattern + r"(?P<year> \d{4}\b)?", _month_first, claim)
    return _MONTH_DAY.sub(lambda match: f"{match['day']} {match['month']}" + _own_comma(match, claim), claim)


def _month_first(match: re.Match[str]) -> str:
    return f"{match['month']} {match['day']}" + (f",{match['year']}" if match["year"] else "")


def _own_comma(match: re.Match[str], claim: str) -> str:
    """The comma after the day, unless it stood before the year only."""
    return "" if re.match(r" \d{4}", claim[match.end() :]) else match["comma"]


def _percent_turned(claim: str) -> str:
    return _PERCENT.sub(lambda match: " percent" if match["percent"] == "%" else "%", claim)


def _thousands(claim: str, rng: random.Random) -> str:
    def spelled(match: re.Match[str]) -> str:
        number = int(match["thousands"])
        return f"{_WORDS[number] if number < len(_WORDS) and rng.random() < 0.5 else number} thousand"

    return _THOUSANDS.sub(spelled, claim)


def _small(claim: str) -> str:
    def digits(match: re.Match[str]) -> str:
        return str(_WORDS.index(match["number"]))

    def word(match: re.Match[str]) -> str:
        number = int(match["number"])
        return _WORDS[number] if 1 < number < len(_WORDS) and match.start() else match["number"]

    return _SPELLED.sub(digits, claim) if _SPELLED.search(claim) else _SMALL.sub(word, claim)


_FULL_NAME = re.compile(r"(?<![\w.] )(?<!\w)(?P<first>[A-Z][a-zé]{2,}) (?P<last>[A-Z][a-zé]{3,})(?! [A-Z]|\w)")
_NO_FIRST_NAME = (
    frozenset(
        """New North South East West White Supreme United Great San Los Las Prime Vice President Minister General Saint
    University House Senate World Red Black Green Blue Grand Royal National First Second Third High Big Old Upper Lower
    Central Northern Southern Eastern Western American British French German Russian Chinese Indian Latin Middle Home
    Lake Mount Port Fort Cape Super Prince Princess King Queen Lord Lady Sir Pope Judge Mayor Doctor Captain
    County""".split()
    )
    | frozenset([*MONTHS, *_WEEKDAY.split("|")])
    | _OPENERS
)


def surnamed(claim: str, text: str, _: random.Random) -> str:
    """Persons by their surname alone, where the text itself calls them so."""

    def short(match: re.Match[str]) -> str:
        first, last = match["first"], match["last"]
        alone = re.search(
            rf"(?<![A-Z]\w )(?<!\w){last}(?:['’]s|,? (?:said|was|is|has|had|will|would|told|also))\b", text
        )
        bare = alone and not re.search(r"[A-Z][\w.'’-]* $", text[: alone.start()])
        others = set(re.findall(rf"\b([A-Z][\w.'’-]*) {last}\b", text)) - {first}
        return last if bare and not others and first not in _NO_FIRST_NAME else match.group()

    return _FULL_NAME.sub(short, claim)


# "old/new" both ways, "old>new" one way, where the other word has other meanings too.
_SYNONYMS = """approximately>about; roughly>about; began/started; begins/starts; purchased/bought; largest/biggest
    attempted to/tried to; prior to>before; nearly/almost; numerous>many; currently>now; is located in>lies in
    was located in>lay in; in order to>to; due to/because of; residents>inhabitants; founded>established
    constructed>built; demonstrators/protesters; fatal/deadly; quickly/rapidly; frequently/often; although/though
    announced>made public; the United States/the US; the United Kingdom/the UK; mobile phone>cell phone; stated>said
    film/movie; shortly after/soon after; throughout>all through; additional>further; helped>assisted
    assistance>help; primarily/mainly; also known as>otherwise called; best known for>most famous for
    several>a number of; is known for>is famous for; consists of>is made up of; alongside>together with; obtained>got
    resigned>stepped down; initially>at first; subsequently>later; led by>headed by; huge/enormous
    worldwide>around the world; injured>hurt; vehicle>car; entire>whole; automobile>car; physician>doctor
    attorney>lawyer; passed away>died; nation>country; nations>countries; collaborated>worked together; perished>died
    individuals>people; located in>situated in; participated in>took part in; wed>married; such as>like
    is the author of>wrote; employed>used; selected>chosen; portion>part; initial>first; ceased>stopped"""


def _both_ways(rows: str) -> dict[str, str]:
    found = {}
    for row in re.split(r";|\n", rows):
        old, way, new = re.split(r"([/>])", row.strip(), maxsplit=1)
        found[old] = new
        if way == "/":
            found[new] = old
    return found


def _matching(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![\w'’-])(?:" + "|".join(re.escape(word) for word in ordered) + r")(?![\w'’-])")


_SAME = _both_ways(_SYNONYMS)
_SAME_WORDS = _matching(_SAME)
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def reworded(claim: str, _: str, rng: random.Random) -> str:
    """Some of its words exchanged for others of the same sense, none inside quotation marks."""
    quoted = [match.span() for match in _QUOTED.finditer(claim)]

    def other(match: re.Match[str]) -> str:
        inside = any(start < match.start() < end for start, end in quoted)
        return match.group() if inside or rng.random() < 0.2 else _SAME[match.group()]

    return _SAME_WORDS.sub(other, claim)


_REWORDINGS: tuple[tuple[str, Callable[[str, str, random.Random], str]], ...] = (
    ("respelled", respelled),
    ("surname", surnamed),
    ("reworded", reworded),
)


# False claims


def changes(claim: str, evidence: str, rng: random.Random) -> list[Fault]:
    """Ways to make a claim false that the evidence supports; at most a few of each kind."""
    found = [fault for way in _WAYS for fault in way(claim, evidence, rng)]
    said, known = canonical(claim), canonical(evidence)
    return [fault for fault in found if canonical(fault.claim) != said and not _repeated(fault, known)]


def _repeated(fault: Fault, known: str) -> bool:
    """Whether the evidence has the changed claim word for word; what stands there as somebody's words may."""
    return fault.words is not None and canonical(fault.claim).rstrip(".") in known


def _put(claim: str, start: int, end: int, new: str, kind: str, label: Label) -> Fault:
    """`new` in place of the characters; where nothing is put, the next word carries the fault."""
    rest = claim[end:]
    if not new:
        rest = rest.lstrip()
        new = rest.split(" ")[0].rstrip(",.;:")
        rest = rest[len(new) :]
    if not claim[:start].strip():
        new = _upper(new)
    return Fault(claim[:start] + new + rest, kind, label, (start, start + len(new)))


def _crossed(claim: str, one: tuple[int, int], two: tuple[int, int], kind: str) -> Fault:
    """Two places of the claim with their words exchanged for each other."""
    (start, end), (begin, stop) = one, two
    new = claim[begin:stop] + claim[end:begin] + claim[start:end]
    return Fault(claim[:start] + new + claim[stop:], kind, "contradicted", (start, start + len(new)))


_YEAR = r"(?<![\w.,/$€£-])(?:1[0-9]|20)\d\d(?![\w%/-]|[,.]\d)"
_NUMBER = (
    r"(?<![\w.,:/$€£–-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w:/–-])"
    r"|(?<![\w.,:/$€£–-])\d+(?:\.\d+)?(?![\w:/–-]|[,.]\d)"
)
_SCALE = r"(?:thousand|million|billion|trillion)"
_NUMBER_WORDS = "|".join([*_WORDS[2:], "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
# In this order: what a class has found is not looked at again.
_CLASSES = tuple(
    (name, kind, re.compile(pattern))
    for name, kind, pattern in (
        ("day", "date", rf"\b(?:{_MONTH}) \d{{1,2}}(?!\d|[-–:.]\d)|\b\d{{1,2}} (?:{_MONTH})\b"),
        ("month", "date", rf"\b(?:{_MONTH})(?= \d{{4}}\b)|(?<=\b[Ii]n )(?:{_MONTH})\b"),
        ("weekday", "date", rf"\b(?:{_WEEKDAY})\b"),
        ("year", "date", _YEAR),
        ("money", "number", rf"(?<!\w)(?:US|A|C)?[$€£]\d[\d,]*(?:\.\d+)?(?: {_SCALE})?(?![\w-])"),
        ("percent", "number", r"(?<![\w.,-])\d+(?:\.\d+)?(?=%| percent\b| per cent\b)"),
        ("scaled", "number", rf"(?<![\w.,:/-])\d+(?:\.\d+)?(?= (?:hundred )?{_SCALE}\b)"),
        ("count", "number", _NUMBER),
        ("word", "number", rf"(?<![\w-])(?:{_NUMBER_WORDS})(?![\w-])"),
    )
)
# A number below "at least" may be another and still be true.
_BOUNDED = re.compile(
    r"\b(?:at least|more than|over|up to|less than|fewer than|nearly|almost|under|below|above|at most|about|around|some"
    r"|approximately|roughly|between|from|to|and|or)\s(?:the )?$"
)
_RANGE = re.compile(r"\s*(?:[-–,]|and|to|or|through|until|in|of)\s*|\s*")


def values_of(text: str) -> list[tuple[str, str, int, int]]:
    """(class, kind, start, end) of its dates and numbers in reading order; only those of a class stand for another."""
    found = []
    for name, kind, pattern in _CLASSES:
        for match in pattern.finditer(text):
            found.append((name, kind, match.start(), match.end()))
            text = text[: match.start()] + "\0" * len(match.group()) + text[match.end() :]
    return sorted(found, key=lambda value: value[2])


def _other_values(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    own, known = values_of(claim), defaultdict(set)
    here = [claim[start:end] for _, _, start, end in own]
    for name, _, start, end in values_of(evidence):
        known[name].add(evidence[start:end])
    for name, kind, start, end in own:
        old = claim[start:end]
        if kind == "number" and _BOUNDED.search(claim[:start]):
            continue
        others = sorted(w for w in known[name] if _near(w, old) and not any(_same_value(w, word) for word in here))
        if others and rng.random() < _OF_THE_EVIDENCE:
            new = rng.choice(others)
        else:
            new = _made_up(name, old, rng)
        if new and not any(_same_value(new, word) for word in here):
            yield _put(claim, start, end, new, kind, "contradicted")
    for one, two in combinations(own, 2):
        first, second = one[2:], two[2:]
        apart = one[0] == two[0] and not _RANGE.fullmatch(claim[first[1] : second[0]])
        if apart and not _same_value(claim[slice(*first)], claim[slice(*second)]):
            yield _crossed(claim, first, second, one[1])


def _near(one: str, other: str) -> bool:
    """Whether one number may pass for the other by its size; words and dates always."""
    sizes = [re.sub(r"[^\d.]", "", word) for word in (one, other)]
    if not all(re.fullmatch(r"\d+(?:\.\d+)?", size) for size in sizes):
        return True
    low, high = sorted(map(float, sizes))
    return 1 < high <= 20 * max(low, 1)


def _same_value(one: str, other: str) -> bool:
    def plain(word: str) -> str:
        words = re.sub(r"[^\w. ]", "", word.lower())
        return " ".join(sorted(str(_WORDS.index(part)) if part in _WORDS else part for part in words.split()))

    return plain(one) == plain(other)


def _made_up(name: str, old: str, rng: random.Random) -> str:
    """Another value of the class, about as long."""
    if name == "weekday":
        return rng.choice(_WEEKDAY.split("|"))
    if name == "month":
        return rng.choice(MONTHS)
    if name == "word":
        near = _NUMBER_WORDS.split("|")
        return near[min(max(near.index(old) + rng.choice((-3, -2, -1, 1, 2, 3)), 0), len(near) - 1)]
    digits = re.search(r"\d[\d,]*", old)
    if digits is None:
        return ""
    number = int(digits.group().replace(",", ""))
    if name == "day":
        new = rng.choice([day for day in range(1, 29) if day != number])
    elif name == "year":
        new = number + rng.choice((-10, -7, -4, -3, -2, -1, 1, 2, 3, 5, 10))
    else:
        step = max(1, number // rng.choice((2, 3, 4, 5)))
        new = number + step if number < 3 else number + step * rng.choice((-1, 1))
    shown = f"{new:,}" if "," in digits.group() else str(new)
    return old[: digits.start()] + shown + old[digits.end() :]


_NAME = re.compile(
    r"(?<![\w'’-])(?:[A-Z]\. ?)*[A-Z][\w-]*(?: (?:of (?:the )?|de |van |von |bin )?(?:[A-Z]\. ?)*[A-Z][\w-]*)*"
)
_NO_NAME = frozenset(
    f"""{_MONTH.replace("|", " ")} {_WEEKDAY.replace("|", " ")} However Meanwhile Although Though While When If Unless
    Because According These Those This That What Who Which Where Why How Not Only Other Others Another Former Today
    Later Then Also And But Or So Yet Mr Mrs Ms Dr St Jr Its His Her Their Our My Your We I You""".split()
)
_ADJECTIVE = re.compile(r"(?:ian|ish|ese|ean|can|man|nch|tch|eek|wiss|ic|i|rab)s?$")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|outside|across|throughout|into|toward|towards)\s$", re.IGNORECASE)
_SAID = r"(?:said|says|told|added|stated|claimed|announced|wrote|argued|explained|tweeted|reported|noted|confirmed)"
_SAYS_AFTER = re.compile(rf",?\s(?:also |has |had )?{_SAID}\b")
_SAYS_BEFORE = re.compile(rf"(?:\b{_SAID}|\b[Aa]ccording to)\s(?:the )?$")


def names_of(text: str) -> list[tuple[int, int]]:
    """Where its names stand; a single word that opens a sentence is one only where it has its capital elsewhere too."""
    found: list[tuple[int, int]] = []
    opening: list[tuple[int, int]] = []
    for match in _NAME.finditer(text):
        start, words = match.start(), match.group().split(" ")
        while words and (words[0] in _OPENERS or words[0] in _NO_NAME):
            start += len(words.pop(0)) + 1
        name = " ".join(words)
        if len(name) < 2 or any(word in _NO_NAME for word in words):
            continue
        first = not text[:start].strip() or re.search(r"[.!?:\"“”(]\s*$", text[:start])
        (opening if first and len(words) == 1 else found).append((start, start + len(name)))
    inner = {text[start:end] for start, end in found}
    return sorted(found + [span for span in opening if text[slice(*span)] in inner])


def _slot(text: str, start: int, end: int) -> tuple[str, bool, bool]:
    """What may stand there in its place: (kind, after "the", more than one word)."""
    name, before = text[start:end], text[:start]
    if _ADJECTIVE.search(name) and re.match(r" [a-z]", text[end:]):
        return "adjective", False, False
    kind = "place" if _PLACE_BEFORE.search(re.sub(r"\bthe $", "", before)) else "name"
    return kind, bool(re.search(r"\bthe $", before, re.IGNORECASE)), " " in name


def _other_names(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    known = defaultdict(set)
    for start, end in names_of(evidence):
        known[_slot(evidence, start, end)].add(evidence[start:end])
    places = {name for slot, names in known.items() if slot[0] == "place" for name in names}
    for start, end in names_of(claim):
        old, slot = claim[start:end], _slot(claim, start, end)
        taken = set(re.findall(r"\w+", claim))
        others = [name for name in sorted(known[slot]) if not set(re.findall(r"\w+", name)) & taken]
        if slot[0] == "name":
            others = [name for name in others if name not in places and old not in places]
        others = [name for name in others if not _abbreviates(name, old) and not _abbreviates(old, name)]
        if others:
            spoke = _SAYS_AFTER.match(claim[end:]) or _SAYS_BEFORE.search(claim[:start])
            kind = "speaker" if spoke else "place" if slot[0] == "place" else "name"
            yield _put(claim, start, end, rng.choice(others), kind, "contradicted")


def _abbreviates(short: str, long: str) -> bool:
    letters = "".join(word[0] for word in re.findall(r"\w+", long) if word[0].isupper())
    return short.replace(".", "") == letters or short in long


_BETWEEN = re.compile(
    r"(?:['’]s)?(?: \w+){0,3}? (?:defeat(?:ed|s)|beat|beats|accus(?:ed|es)|sued|replac(?:ed|es)|succeed(?:ed|s)"
    r"|attack(?:ed|s)"
    r"|kill(?:ed|s)|criticiz(?:ed|es)|told|asked|acquir(?:ed|es)|found(?:ed|s)|invad(?:ed|es)|arrested|prais(?:ed|es)"
    r"|support(?:ed|s)|bought|sold|endors(?:ed|es)|urg(?:ed|es)|warn(?:ed|s)|thank(?:ed|s)|appointed|nominated|elected"
    r"|directed|produced|wrote|written|composed|owns|owned|sent|gave|led|leads|won|lost to|released|published|created"
    r"|designed|influenced|followed|preceded|is (?:larger|smaller|older|younger|higher|taller|longer|shorter) than"
    r"|was (?:larger|smaller|older|younger|higher|taller|longer|shorter) than|born in|moved from|moved to|flew from"
    r"|traveled from|ahead of|behind)(?: by| to)?(?: the)? "
)
_EVEN = re.compile(r"\b(?:and|between|married|met|with|both|match|game|vs|versus|or)\b")


def _roles_turned(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    names = names_of(claim)
    for one, two in pairwise(names):
        between = claim[one[1] : two[0]]
        alike = _slot(claim, *one)[0] == _slot(claim, *two)[0] != "adjective"
        if between == " to " and re.search(r"\bfrom $", claim[: one[0]]):
            yield _crossed(claim, one, two, "roles")
            continue
        crosses = _BETWEEN.fullmatch(between) and not _EVEN.search(between)
        if crosses and alike and claim[slice(*one)] != claim[slice(*two)]:
            yield _crossed(claim, one, two, "roles")


_UNIT_AFTER = re.compile(
    r"(?<=\d )(?P<unit>million|billion|percentage points|percent|miles|kilometers|kilometres|km|metres|meters"
    r"|feet|years"
    r"|months|weeks|days|hours|minutes|seconds|kilograms|pounds|tons|tonnes|dollars|euros|acres|hectares)\b"
)
_UNIT_TURNS = _both_ways(
    "million/billion; percent>percentage points; percentage points>percent; miles/kilometers; kilometres>miles"
    "; km>miles"
    "; metres>feet; meters>feet; feet>meters; years/months; weeks/days; hours/minutes; seconds>minutes; kilograms>tons"
    "; pounds>kilograms; tons>pounds; tonnes>kilograms; dollars/euros; acres/hectares"
)


def _other_units(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    for match in _UNIT_AFTER.finditer(claim):
        yield _put(claim, *match.span(), _UNIT_TURNS[match["unit"]], "unit", "contradicted")


# Kind, label, and what turns into what; nothing stands for a word left out.
_TURNS: tuple[tuple[str, Label, str], ...] = (
    ("time", "contradicted", "before/after; earlier/later; previous/next; already>not yet; still>no longer; began/ended"
     "; the first/the last; the oldest/the newest; start of/end of; beginning of>end of; until>since; opened/closed"),
    ("comparison", "contradicted", "more than/less than; higher/lower; larger/smaller; longer/shorter; older/younger"
     "; largest/smallest; highest/lowest; more/less; greater/smaller; better/worse; most of/least of; best/worst"
     "; fewer>more; stronger/weaker; faster/slower; bigger>smaller; biggest>smallest; longest/shortest"
     "; at least/at most"),
    ("quantifier", "unsupported", "some of>all of; many of>all of; most of>all of; half of>all of; several>all"
     "; at least>exactly; up to>at least; one of the>the only one of the; sometimes>always; often>always; mostly>only"
     "; usually>always; about half>all; mainly>only; generally>always; part of>all of"),
    ("quantifier", "contradicted", "all of>none of; many>few; most>few; all>few; majority/minority"
     "; every>hardly any; few>many; always>never; never>always; none of>all of; nearly all>hardly any"),
    ("hedge", "unsupported", "may>will; might>will; allegedly>; reportedly>; apparently>; alleged>; suspected>"
     "; is expected to>will; are expected to>will; was expected to>did; plans to>will; plan to>will; likely>certainly"
     "; possibly>; probably>certainly; suggested>proved; suggests>proves; potential>real; believed to be>known to be"
     "; appears to be>is; appeared to be>was; thought to be>known to be; expected to>certain to"
     "; attempted to>managed to; tried to>managed to; perhaps>; claimed>proved; proposed>adopted; believed>knew"
     "; intends to>will; hoped to>was able to; said to be>known to be; seems to be>is; presumed>confirmed"),
    ("condition", "unsupported", "only if>even if; unless>even if; provided that>even if; subject to>regardless of"
     "; without>with; depending on>regardless of; in case>so that"),
    ("cause", "unsupported", "because of>in spite of; because>although; due to>despite; caused by>followed by"
     "; caused>followed; led to>came before; resulted in>came before; in order to>rather than; despite>because of"
     "; although>because; though>because; following>because of; as a result of>in spite of; and then>and therefore"),
    ("opposite", "contradicted", "won/lost; rose/fell; increased/decreased; increase/decrease; increasing/decreasing"
     "; accepted/rejected; supported/opposed; support>oppose; allowed>forbade; northern/southern"
     "; eastern/western; north/south"
     "; east/west; joined>left; bought/sold; gained/lost; public/private; positive/negative; strong/weak"
     "; domestic/foreign; arrived/departed; above/below; inside/outside; major/minor; common/rare; legal/illegal"
     "; successful/unsuccessful; attacked/defended; victory/defeat; added/removed; included/excluded"
     "; appointed>dismissed"
     "; urban/rural; winter/summer; upper/lower; approved/rejected; agreed>refused"
     "; alive/dead; survived>died in; married>divorced; male/female; father/mother; son/daughter"
     "; brother/sister; husband/wife; men/women; professional/amateur; guilty/innocent; convicted>acquitted"
     "; praised/criticized; raised>lowered; defeated>lost to; succeeded>preceded; new/old; early/late; left/right"
     "; safe/dangerous; same/different; boy/girl; man/woman; former/current; present>absent; largely>hardly"),
)  # fmt: skip
_TURNED = tuple((kind, label, turns := _both_ways(rows), _matching(turns)) for kind, label, rows in _TURNS)
# Where the word has another sense: some 300 people, as many as, the most expensive.
_OTHER_SENSE = re.compile(
    r"(?:how|as|so|too|not|no|the|right|years?|months?|days?|weeks?) (?:many|few|most|all|more|less|later"
    r"|earlier|left|if|may)\b"
    r"|\b(?:some|all|about) (?:of )?\d|\bmost \w+(?:ed|ive|al|ous|ant|ent|ful|ic|ly|ble|ar|or)\b|\b(?:left"
    r"|right)(?! of)"
    r"|\bsame(?= time)|\ball over\b|\bwell after\b|\bnamed? (?:after|before)|\bmost (?:recent|popular|famous)"
    r"|\bthe (?:West|East)\b|\bnot only\b|\bafter(?:wards?)?$|\blook\w* after\b|\bold\b(?<=years old)"
    r"|\bwith(?= (?:the|a) )"
)


def _words_turned(claim: str, _: str, rng: random.Random) -> Iterator[Fault]:
    quoted = [match.span() for match in _QUOTED.finditer(claim)]
    barred = quoted + [match.span() for match in _OTHER_SENSE.finditer(claim)]
    opening = claim[:1].lower() + claim[1:] if claim[:1].isascii() else claim
    for kind, label, turns, pattern in _TURNED:
        free = [m for m in pattern.finditer(opening) if not any(a < m.end() and m.start() < b for a, b in barred)]
        for match in rng.sample(free, min(2, len(free))):
            yield _put(claim, *match.span(), turns[match.group()], kind, label)


_AFTER = re.compile(r"(?<=[a-z]) after (?=(?P<rest>[^,.;]+))")


def _order_for_cause(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """That one thing came after another, said as if the other had caused it."""
    for match in _AFTER.finditer(claim):
        rest = match["rest"]
        clause = re.match(r"(?:he|she|it|they)\b", rest) or re.search(r"^\S+(?: \S+){0,5} (?:was|were|had|did)\b", rest)
        if re.match(r"\d|(?:years?|months?|days?|by)\b", rest) or re.search(
            r"\b(?:[Nn]amed|shortly|soon|day|year|looked|chased)$", claim[: match.start()]
        ):
            continue
        yield _put(
            claim, match.start() + 1, match.end() - 1, "because" if clause else "because of", "cause", "unsupported"
        )


_AUXILIARY = re.compile(
    r"\b(?P<verb>was|were|is|are|will|would|can|could|should|did|(?:has|have|had)(?= (?:been|become|made|\w+ed)\b))"
    r"(?! not| never|n['’]t)(?= )"
)
_DENIED = re.compile(
    r"\b(?P<verb>was|were|is|are|will|would|can|could|should|did|has|have|had|does|do) (?P<no>not |never )"
)
_UNSURE = re.compile(r"\b(?:if|whether|unless|not|no|never|nor|neither|without|than)\b|n['’]t\b")
_PAST = _both_ways(
    "became>become; took>take; went>go; came>come; gave>give; wrote>write; grew>grow; left>leave; met>meet; died>die"
    "; served>serve; worked>work; played>play; joined>join; received>receive; remained>remain; agreed>agree"
    "; confirmed>confirm; denied>deny; returned>return; appeared>appear; lived>live; studied>study; attended>attend"
    "; moved>move; started>start; married>marry; began>begin; won>win; said>say; announced>announce; resigned>resign"
    "; reached>reach; signed>sign; graduated>graduate; competed>compete; starred>star; caused>cause; killed>kill"
    "; opened>open; created>create; directed>direct; released>release; supported>support; rejected>reject"
)
_PAST_WORDS = re.compile(
    r"(?P<before>\b[\w.’']+[a-z)]) (?P<verb>"
    + "|".join(_PAST)
    + r")(?= (?:the|a|an|in|on|at|to|from|his|her|its|that|as|for|with)\b)"
)
_HELPING = re.compile(
    r"(?:was|were|is|are|be|been|being|has|had|have|by|not|and|to|which|also|then|s|all)$|ly$", re.IGNORECASE
)


def _negated(claim: str, _: str, rng: random.Random) -> Iterator[Fault]:
    quoted = _QUOTED.search(claim)
    limit = quoted.start() if quoted else len(claim)
    denied = _DENIED.search(claim, 0, limit)
    if denied:
        yield _put(claim, *denied.span(), denied["verb"] + " ", "negation", "contradicted")
        return
    places = [match for match in _AUXILIARY.finditer(claim, 0, limit) if not _UNSURE.search(claim)]
    if places:
        match = rng.choice(places)
        no = (
            rng.choice((" not", " not", " never")) if match["verb"] in ("was", "were", "has", "have", "had") else " not"
        )
        yield _put(claim, *match.span(), match["verb"] + no, "negation", "contradicted")
    for match in _PAST_WORDS.finditer(claim, 0, limit):
        if not _HELPING.search(match["before"]) and not _UNSURE.search(claim):
            yield _put(claim, *match.span("verb"), f"did not {_PAST[match['verb']]}", "negation", "contradicted")
            return


_SAID_AT_END = re.compile(
    rf"^(?P<what>[^\"“”]{{25,}}?), (?:according to [^,]+|(?:[\w.'’-]+ ){{1,8}}?{_SAID}(?: (?:on|in|to"
    rf"|via) [^,]+)?|{_SAID} [^,]+)\.$"
)
_SAID_AT_START = re.compile(
    rf"^(?:According to [^,]{{3,60}}, (?P<what>[^\"“”]{{20,}})"
    rf"|[^,;\"“”]{{2,60}}? {_SAID}(?: on \w+)?(?: (?:reporters|CNN|Reuters))?"
    r" (?:that (?P<that>[^\"“”]{20,})|(?P<bare>(?:the|he|she|it|they|there) [^\"“”]{20,})))$"
)


def _speaker_dropped(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """What somebody said, said as a fact: nothing of it is wrong but that it stands alone."""
    end = _SAID_AT_END.match(claim)
    start = _SAID_AT_START.match(claim)
    what = end["what"] + "." if end else (start["what"] or start["that"] or start["bare"]) if start else ""
    if what and _has_verb(what):
        yield Fault(_upper(what), "speaker", "unsupported", None)


_INDIRECT = re.compile(
    r"(?P<who>[^\"“”]{2,60}? (?:said|stated|announced|claimed|added|told reporters)) that (?P<what>[^\"“”,]{20,110})\.$"
)


def _quoted(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """Indirect speech put between quotation marks, as if those had been the words."""
    match = _INDIRECT.match(claim)
    if match:
        start = match.end("who") + 1
        new = f'"{_upper(match["what"])}."'
        yield Fault(claim[:start] + new, "quote", "unsupported", (start, start + len(new)))


_PREPOSITIONS = "in|at|on|during|for|from|near|after|before|by|with|against|to|under|through|as|about"
_PLAIN_WORD = r"[\w$€£%'’-]+(?:[.,]\d+)*"
_TAIL = re.compile(
    rf"\s(?P<prep>{_PREPOSITIONS}) (?P<rest>{_PLAIN_WORD}(?: (?!(?:{_PREPOSITIONS}) ){_PLAIN_WORD}){{0,7}})"
    r"(?=[,.;](?:\s|$))"
    rf""
)
_CLAUSE = re.compile(r"\b(?:who|which|that|where|when|was|were|is|are|had|has|said|told|he|she|they|it)\b|, ")


def _tails(text: str) -> Iterator[tuple[str, str, int, int]]:
    """(preposition, what kind of thing follows, start, end) of what ends a clause: in Rome, after the war."""
    for match in _TAIL.finditer(text):
        rest = match["rest"]
        if not _CLAUSE.search(rest):
            dated = re.search(rf"\d|{_MONTH}|{_WEEKDAY}", rest)
            first = rest.split()[0]
            shape = (
                "date" if dated else "name" if first[0].isupper() else first if first in ("the", "a", "an") else "other"
            )
            yield match["prep"], shape, match.start("rest"), match.start("rest") + len(rest.rstrip())


def _merged(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    """The end of a clause exchanged for that of another sentence of the evidence, or of another article in it."""
    known = defaultdict(set)
    for prep, shape, start, end in _tails(evidence):
        known[prep, shape].add(evidence[start:end])
    for prep, shape, start, end in _tails(claim):
        old = _long_words(claim)
        others = [rest for rest in sorted(known[prep, shape]) if not _long_words(rest) & old and rest not in claim]
        if others and shape != "other":
            yield _put(claim, start, end, rng.choice(others), "merge", "unsupported")


_WAYS: tuple[Callable[[str, str, random.Random], Iterator[Fault]], ...] = (
    _other_values, _other_names, _roles_turned, _other_units, _words_turned, _order_for_cause, _negated,
    _speaker_dropped, _quoted, _merged,
)  # fmt: skip
