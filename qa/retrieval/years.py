"""Whether four digits in a text are a year, by the words around them: "1500 sheep" and "room 2012" hold none.

English.
"""

from __future__ import annotations

import re


def is_year(text: str, start: int, end: int) -> bool:
    """Whether the four digits `text[start:end]` are a year, and no number and no name."""
    before, after, year = text[max(0, start - 60) : start], text[end : end + 40], int(text[start:end])
    if _COUNTED.match(after) or _LABEL.search(before) or _QUANTITY.search(before):
        return False
    if _TIME_BEFORE.search(before):
        return True
    if not 1500 <= year < 2100 or (_OWNED.search(before) and not _WORD_NEXT.match(after)):
        return False
    name = _NAME_BEFORE.search(before)
    if name and name[1].lower() not in _NO_NAMES and (name.start() > 0 or start > 60):
        return False
    return bool(_DETERMINED.search(before)) or not _PLURAL_NEXT.match(after)


# What may follow a number, and what may stand before it.
_COUNTED = re.compile(
    r"[-\s]?(?:%|°|B\.?C\b|BCE\b)|\s(?:people|persons?|men|women|children|girls|boys|jobs|posts|troops|soldiers|workers"
    r"|employees|staff|members|students|pupils|homes|houses|flats|households|families|stores|shops|users|followers"
    r"|words|pages|copies|cases|deaths|victims|patients|refugees|migrants|visitors|tourists|guests|voters|votes|seats"
    r"|miles|met(?:re|er)s?|feet|square|cubic|kilomet(?:re|er)s?|km|kg|tonn?e?s|lit(?:re|er)s|dollars|euros|pounds"
    r"|yuan|yen|rupees|per|percent|million|billion|thousand|hours|minutes|seconds|days|weeks|months|years|times"
    r"|degrees|calories|volts|watts|megawatts|kilowatts|units|cars|tanks|missiles|drones|respondents|animals|sheep"
    r"|cattle|trees|items|points|steps|UTC|GMT|or\s(?:more|fewer|less))\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:chapter|page|pages|room|flight|resolution|section|paragraph|article|clause|no\.?|number|nr\.?|route|line"
    r"|bus|train|model|type|version|channel|gate|building|platform|post ?code|code|case|bill|decree|directive"
    r"|regulation|iso|novel|film|movie|book|song|album|play|series|game)\s(?:called\s|no\.?\s)?$",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"(?:\b(?:more than|fewer than|less than|at least|at most|nearly|almost|over|exactly|some|as many as|another"
    r"|only|every|US|AU|HK)\s|[$€£¥]\s?)$",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"\b(?:in|since|from|until|till|by|before|after|during|between|years?|circa|as of|back in|prior to|throughout"
    r"|through|around)\s(?:about\s|around\s)?$|\b[12]\d{3}\s(?:to|and|until|till|through)\s$",
    re.IGNORECASE,
)
_OWNED = re.compile(r"[’']s?\s$")
_WORD_NEXT = re.compile(r"\s+\w")
_NAME_BEFORE = re.compile(r"(?<![\w’'])([A-ZÀ-ÖØ-Þ][\w-]*)\s$")
_NO_NAMES = frozenset(
    "in the and of for on at to this its his her their our my a an which what who when where why how did was were is "
    "are does do has have had since until before after during by from both not".split()
)
_DETERMINED = re.compile(r"(?:\b(?:the|its|his|her|their|our|this|that|and|or|of)|[’']s?)\s$", re.IGNORECASE)
_PLURAL_NEXT = re.compile(r"\s(?:new\s|other\s)?[a-z]{3,}[^s\W]s\b(?!\s(?:elections|protests))")
