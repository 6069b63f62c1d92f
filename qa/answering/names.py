"""Whether the evidence holds a name: as it is, in another form (China, Chinese; Prof., Professor), by its initials."""

from __future__ import annotations

import re

from qa.answering.facts import canonical, facts, wars_in_words, without_bodies
from qa.answering.ground import WORD, Ground, capitals, owner
from qa.answering.lexicon import COUNTRIES, SHORT_FORMS

_ADDRESSES = frozenset("mr mrs ms dr prof sir dame lord lady".split())
_STEM = 4  # letters: below them chance words have the same
_ENDING = re.compile(r"(?:i?ans?|s|ic|ists?|isms?)$")  # Kenya, Kenyan; Democrats, Democratic
_CAPITALS = re.compile(r"[A-Z]{2,6}s?")  # BMW, BMWs
_BETWEEN = r"\w*[\s-](?:(?:of|the|and|for)\s)?"  # the rest of a word, and what initials pass over
_FEWEST_INITIALS = 3  # of words in small letters: two begin too many pairs of words


def lacking(sentence: str, ground: Ground) -> list[tuple[str, list[str]]]:
    """The capitalised words that the evidence lacks, each with those of its words, canonical, that are not there."""
    found = []
    for name in (match.group() for match in capitals(_without_countries(wars_in_words(sentence), ground))):
        words = [word for word in WORD.findall(canonical(name)) if not any(char.isdigit() for char in word)]
        missing = [word for word in words if not (word in _ADDRESSES or _is_rank(word) or _known(word, name, ground))]
        if missing:
            found.append((name, missing))
    return found


def _without_countries(sentence: str, ground: Ground) -> str:
    """The sentence without the names in several words of countries that the evidence names in another form: a single
    word of them is no name of the country.
    """
    for forms in COUNTRIES:
        several = [form for form in forms if " " in form]
        if several and _holds(forms, ground):
            for form in several:
                sentence = re.sub(rf"(?<!\w){form.title()}(?:['’]s?)?(?!\w)", " ", sentence)
            sentence = without_bodies(sentence, several)
    return sentence


def _is_rank(word: str) -> bool:
    """Whether the word is a place in a row, which is compared as a number; `first` is too common to be one."""
    return word != "first" and any(fact.kind == "ordinal" for fact in facts(word))


def _known(word: str, name: str, ground: Ground) -> bool:
    word = owner(word)
    if word in ground.words or _initials(word, " ".join(ground.raw)):
        return True
    if _CAPITALS.fullmatch(name) and name.endswith("s"):
        return _known(word[:-1], name[:-1], ground)
    if _CAPITALS.fullmatch(name) and len(word) >= _FEWEST_INITIALS:
        if re.search(rf"(?<!\w){_BETWEEN.join(word)}", ground.whole):
            return True
    if _holds([form for forms in (*COUNTRIES, *SHORT_FORMS) if word in forms for form in forms], ground):
        return True
    stemmed = _ENDING.sub("", word)
    return len(stemmed) >= _STEM and any(stemmed == _ENDING.sub("", other) for other in ground.words)


def _holds(forms: list[str] | tuple[str, ...], ground: Ground) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", ground.whole) for form in forms)


def _initials(word: str, raw: str) -> bool:
    """Whether a short word is the initials of capitalised words in a row: aclu, American Civil Liberties Union."""
    rows = re.findall(r"[A-Z][\w'’-]*(?:\s(?:of |the |and |for |on |de )*[A-Z][\w'’-]*)+", raw)
    initials = ("".join(found[0] for found in re.findall(r"(?<![\w'’])[A-Z]\w*", row)).casefold() for row in rows)
    return 2 <= len(word) <= 6 and any(word in letters for letters in initials)
