"""True claims: a sentence of an article said in another way, by rule, that says no more than it did."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from qa.schema import MONTHS
from qa.training.vocabulary import MONTH, NUMBERS, OPENERS, QUOTED, WEEKDAY, both_ways, has_verb, matching, with_capital

_SHORT = 14  # words of a sentence that is joined with another
_LEAD_IN = re.compile(
    r"(?P<lead>(?P<word>In|On|At|During|After|Before|When|While|Since|As of|By|Although|Though|Meanwhile|However"
    r"|Moreover|Furthermore|In addition|Additionally|Also|Later|Then|Today|Yesterday|Earlier)\b"
    r"(?P<more>[^,;:\"“”()]{0,60})), (?P<rest>[A-Za-z0-9][^;:]+)\.$"
)
_LINKING = frozenset("Meanwhile However Moreover Furthermore Additionally Also Then Later".split())
_SETTING = frozenset(("In", "On", "At", "During", "Since", "By", "As of", "Today", "Yesterday", "Earlier"))
_TRAILING = re.compile(
    r"^(?P<kept>[^;\"“”()]{25,}?), (?:which|who|whose|where|when|while|making|leaving|becoming)"
    r" (?P<tail>[^,;\"“”()]+)\.$"
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
_RESERVED = re.compile(r"\b(?:said|says|told|if|unless|only|according|reportedly|allegedly|claimed|not|no|never)\b")


def shapes(sentence: str, following: str = "") -> list[tuple[str, str]]:
    """(kind, claim): the sentence with a part left out or its parts in another order, or joined with the next one; all
    of them said by the sentences given. The next one is given where claims can be made of it.
    """
    found = [("trimmed", _ASIDE.sub("", sentence))]
    found += _lead_ins(sentence)
    trailing = _TRAILING.match(sentence)
    if trailing and not _RESERVED.search(trailing["tail"]) and has_verb(trailing["kept"]):
        found.append(("trimmed", trailing["kept"] + "."))
    turned = _TURNABLE.match(sentence)
    if turned and not _RESERVED.search(sentence):
        lead = f"{with_capital(turned['word'])} {turned['clause']}"
        found.append(("reordered", f"{lead}, {_without_capital(turned['main'])}."))
    passive = _PASSIVE.match(sentence)
    if passive and not passive["what"].startswith(("There", "It")) and not has_verb(passive["what"]):
        subject = _without_capital(passive["what"])
        what = {"he": "him", "she": "her", "they": "them"}.get(subject, subject)
        found.append(("voice", f"{with_capital(passive['who'])} {passive['verb']} {what}{passive['more'] or ''}."))
    if following and max(len(sentence.split()), len(following.split())) <= _SHORT:
        joinable = _without_capital(following) != following or following.split()[0] in OPENERS
        if joinable and not re.search(r'["“”]', sentence + following):
            found.append(("joined", f"{sentence[:-1]} and {_without_capital(following)}"))
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
        yield "trimmed", with_capital(rest) + "."
    simple = not re.search(r'[,"“”()]', rest) and not re.search(r"\b(?:that|who|which|said|says)\b", rest)
    if simple and match["word"] not in _LINKING and len(rest.split()) <= 18:
        comma = "," if match["word"] in ("Although", "Though", "While") else ""
        yield "reordered", f"{with_capital(rest)}{comma} {_without_capital(match['lead'], match['word'])}."


def _without_capital(text: str, word: str = "") -> str:
    """Without its capital where the first word is no name."""
    first = word or text.split(" ")[0]
    return text[0].lower() + text[1:] if text and (word or first in OPENERS) else text


_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTH})\b(?! \d{{1,2}}\b(?!\d))")
_MONTH_DAY = re.compile(rf"\b(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?!\d|[-–:.]\d|,\d)(?P<comma>,?)(?= \d{{4}}|[ .,])")
_THOUSANDS = re.compile(r"(?<![\w.,$€£])(?P<thousands>\d{1,3}),000(?![\d,]|\.\d)")
_SMALL = re.compile(
    r"(?<![\w.,$€£:/–-])(?P<number>\d{1,2})(?= [a-z]{3,}\b)(?! (?:percent|per cent|million|billion|and))"
)
_SPELLED = re.compile(r"(?<![\w-])(?P<number>" + "|".join(NUMBERS[2:]) + r")(?= [a-z]{3,}\b)(?! and\b)")
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
        return f"{NUMBERS[number] if number < len(NUMBERS) and rng.random() < 0.5 else number} thousand"

    return _THOUSANDS.sub(spelled, claim)


def _small(claim: str) -> str:
    def digits(match: re.Match[str]) -> str:
        return str(NUMBERS.index(match["number"]))

    def word(match: re.Match[str]) -> str:
        number = int(match["number"])
        return NUMBERS[number] if 1 < number < len(NUMBERS) and match.start() else match["number"]

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
    | frozenset([*MONTHS, *WEEKDAY.split("|")])
    | OPENERS
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


_SAME = both_ways(
    """approximately>about; roughly>about; began/started; begins/starts; purchased/bought; largest/biggest
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
)
_SAME_WORDS = matching(_SAME)


def reworded(claim: str, _: str, rng: random.Random) -> str:
    """Some of its words exchanged for others of the same sense, none inside quotation marks."""
    quoted = [match.span() for match in QUOTED.finditer(claim)]

    def other(match: re.Match[str]) -> str:
        inside = any(start < match.start() < end for start, end in quoted)
        return match.group() if inside or rng.random() < 0.2 else _SAME[match.group()]

    return _SAME_WORDS.sub(other, claim)


REWORDINGS: tuple[tuple[str, Callable[[str, str, random.Random], str]], ...] = (
    ("respelled", respelled),
    ("surname", surnamed),
    ("reworded", reworded),
)
"""Kinds, and what says a claim of a text so, or leaves it as it is; each can follow the others."""
