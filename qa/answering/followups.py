"""Turns a follow-up into a question that stands alone, without a chat model: rules, English.

What is left out is taken from the conversation: what a pronoun or "the treaty" stands for, the rest of "And in 2012?",
the claim behind "Why?", the subject of "Who was the director?". A first question is never changed, nor one that stands
alone, nor one in another language. Where the choice was close the result says so, so that both forms can be searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.antecedents import GROUPS, LONGEST, Choice, Talk, Thing, agreement
from qa.answering.ellipsis import completed, without_ending
from qa.answering.lexicon import TITLES
from qa.answering.mentions import (
    AUXILIARY,
    CAPITALS,
    COUNTED,
    FUNCTION_WORDS,
    KIND,
    KINDS,
    NOUN,
    PREPOSITION,
    QUESTION_WORD,
    WORD,
    mentions,
    name_words,
    unowned,
)
from qa.answering.questions import CJK, is_content
from qa.schema import Message

_TURNS = 12
"""Questions looked back on, besides the first: what was said in between is forgotten."""
_LONG = 60
"""Words from which a question says all that it needs."""
_SURE = 0.5
"""Least share of the softmax that a sure antecedent has."""
_BARE_WORDS = 3
"""Content words up to which a question that names nothing is held to leave its subject out."""
_SHORTEST_PART = 4
"""Words."""

_SECOND = re.compile(
    rf",?(?<!\s)\s+and\s+(?=(?:(?:in|on|at|to|from|by|for|of|with|since)\s+)?{QUESTION_WORD}\b)", re.IGNORECASE
)
_ASKS = re.compile(rf"\b{QUESTION_WORD}\b", re.IGNORECASE)
_EACH = re.compile(
    rf"(?P<asked>(?:{PREPOSITION} )?{QUESTION_WORD} (?:[\w’'-]+ ){{0,4}}?{AUXILIARY}) (?P<first>.+?),? and"
    rf" (?P<last>(?:(?!\band\b).)+?) each (?P<did>.+)",
    re.IGNORECASE,
)
_MOST_PARTS = 4
_OPENS_YES_NO = re.compile(rf"\W*{AUXILIARY}\b", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|on|at|during|of) the [\w-]+\W*$", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\b(?:der|das|ist|und|wer|wann|warum|wie|wurde|les|des|est|sont|que|qui|quand|pourquoi|où|el|los|las|por|qué|quién"
    r"|cuándo|cómo|como|quando|perché|chi|è|het|een|wat|wanneer|waarom|och|är|vad|kto|kiedy)\b"
)
_EVENTS = frozenset("war attack election meeting game match final season storm fire strike tour deal".split())
"""Nobody's own: "the match" is not "Osmere's match"."""
_PLACES = frozenset("city town village country nation state island region river".split())
_STANDS = {
    "he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she", "it": "it", "its": "it",
    "they": "they", "them": "they", "their": "they", "theirs": "they",
}  # fmt: skip
_OWNS = frozenset("his hers its their theirs".split())
_SUBJECTS = frozenset("he she they".split())
_LEANS = re.compile(
    r"\b(?:(?P<pronoun>he|him|his|she|her|hers|it|its|they|them|theirs|their)"
    r"|the (?P<pair>former|latter)"
    r"|(?P<det>the|this|that|these|those) (?:same )?(?P<noun>[a-z]+)"
    r"|(?P<bare>this|that|these|those))\b",
    re.IGNORECASE,
)
_BARE_AFTER = re.compile(
    rf"\s*(?:$|[?.,!]|(?:{AUXILIARY}|{PREPOSITION}|happen\w*|cause\w*|mean\w*|get|so|and|or)\b)", re.IGNORECASE
)
_COMPLEMENT = re.compile(
    rf"\s+(?:(?:of|that|who|which|whose|between|called|named|for|{NOUN})\b"
    rf"|(?:{PREPOSITION} )?(?:the )?[A-ZÀ-Þ“\"0-9]"
    rf"|[a-z-]{{3,}}[^s\W]s (?:of|{AUXILIARY})\b)"  # "the family backgrounds of"
)
_WRITTEN = frozenset((KIND["report"], KIND["newspaper"]))
_CLAUSE = re.compile(
    r"[,;:]|\b(?:that|until|till|when|because|if|after|before|while|since|once|though|although|whether|and|but|who|which|to)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    rf"\bit (?:{AUXILIARY} )?(?:true|possible|likely|clear|known|necessary|important|rain\w*|snow\w*)\b"
    rf"|\bit (?:to )?(?:takes?|took|taken?) (?:to|for)\b|\btime is it\b|\bit {AUXILIARY} (?:that|to)\b"
    rf"|\b(?:{AUXILIARY} it|it {AUXILIARY}) (?:\w+ly )?(?:(?:agreed|decided) to"
    r"|(?:thought|believed|said|claimed|feared|hoped|expected|assumed|agreed|decided)"
    r" (?:that|there|the|they|he|she))\b",
    re.IGNORECASE,
)
_WHICH_ROLE = rf"(?:which|what) (?:[\w-]+ ){{0,2}}?(?:{'|'.join(sorted(TITLES))})"
_ASKS_WHICH = re.compile(rf"\W*{_WHICH_ROLE}\b", re.IGNORECASE)
_ASKS_WHOM = re.compile(rf"\W*(?:who|{_WHICH_ROLE})\b", re.IGNORECASE)
_TIMES = frozenset("time year season day month period week decade".split())
"""Of "that year"."""
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})(?:[-–]\d{2,4})?\b")
_HAPPENED = re.compile(r"((?:and |so |but |then )*what (?:else )?(?:happened|changed))\b(?! to\b)", re.IGNORECASE)
_RELATION = re.compile(r"\b(?:is|was|are|were) the (?:[\w-]+ )?[\w-]+(?<!\bone)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone. `sure` is False where another reading was nearly as likely: then the question as
    asked should be searched for too.
    """

    text: str
    sure: bool


def resolve(question: str, history: Sequence[Message]) -> Resolved:
    """The question with what it leans on; itself, byte for byte, if it opens the conversation, stands alone, or is not
    English. Any text is accepted.
    """
    return _stand_alone(question, _heard(history))


def parts(question: str) -> tuple[str, ...]:
    """A question that asks two things ("How long is the one, and how long is the other?") or one of several ("How did
    the one and the other each answer?") as questions that each stand alone; any other as itself.
    """
    if match := _EACH.fullmatch(without_ending(question)[0]):
        several = [*match["first"].split(", "), match["last"]]
        if len(several) <= _MOST_PARTS:
            return tuple(f"{match['asked']} {one} {match['did']}?" for one in several)
    match = _SECOND.search(question)
    first, second = (question[: match.start()], question[match.end() :]) if match else (question, "")
    if not _ASKS.search(first) or min(len(first.split()), len(second.split())) < _SHORTEST_PART:
        return (question,)
    if _goes_on(first, second, apart=match is not None and "," in match.group()):
        return (question,)
    whole = resolve(second, [Message("user", first)])
    filled = whole.text != second and not whole.text.endswith(")")
    asked_for = _ASKS_WHOM.match(first) and _PERSONAL.search(second)  # "Who is the mayor, and when was she elected?"
    stands = whole.sure or (filled and not asked_for)
    return f"{first}?", whole.text if stands else f"{second} ({first})"


def _goes_on(first: str, second: str, *, apart: bool) -> bool:
    """Whether the second part only goes on with a clause of the first ("Who decides what is shown and what is not?"),
    or says for both what they are about ("How many died and how many were hurt in the fire?").
    """
    own = any(match["pronoun"] for match in _LEANS.finditer(second))
    if not own and not _names(first) and (_names(second) or _PLACED.search(second)):
        return True
    return not apart and (len(_ASKS.findall(first)) > 1 or _OPENS_YES_NO.match(first) is not None)


def _heard(history: Sequence[Message]) -> Talk:
    """What the conversation talked of, from its first question on."""
    talk = Talk()
    asked = [number for number, message in enumerate(history) if message.role == "user"]
    if not asked:
        return talk
    first, recent = asked[0], asked[-_TURNS:][0]
    for message in (*history[first : min(first + 2, recent)], *history[recent:]):
        talk.turn += message.role != "system"
        if message.role == "user":
            talk.ask(_stand_alone(message.content[:LONGEST], talk).text)
        elif message.role == "assistant":
            talk.reply(message.content)
    return talk


def _stand_alone(question: str, talk: Talk) -> Resolved:
    words = len(WORD.findall(question))
    if not talk.asked or not 0 < words <= _LONG or question.endswith(")"):
        return Resolved(question, True)
    if CJK.search(question) or _FOREIGN.search(question):
        return Resolved(question, True)
    whole = completed(question, talk)
    return Resolved(*whole) if whole else _leaning(question, talk)


@dataclass(frozen=True, slots=True)
class _Slot:
    """`question[start:end]` stands for something: `stands` as a pronoun of that form would, `kind` of that noun, `pair`
    the former or the latter of two.
    """

    start: int
    end: int
    stands: str
    owns: bool = False
    kind: str = ""
    pair: str = ""


def _slots(question: str, talk: Talk) -> Iterator[_Slot]:
    """What the question leans on, in reading order; of several words for one thing the first."""
    names = mentions(question)
    seen: set[str] = set()
    for match in _LEANS.finditer(question):
        slot = _slot(match, question)
        if slot is None or slot.stands in seen or _own(slot, question, names, talk):
            continue
        seen.add(slot.stands)
        yield slot


def _slot(match: re.Match[str], question: str) -> _Slot | None:
    start, end = match.span()
    if match["pair"]:
        return _Slot(start, end, match["pair"].lower(), pair=match["pair"].lower())
    if match["pronoun"]:
        word = match["pronoun"].lower()
        if word == "it" and _EXPLETIVE.search(question):
            return None
        follows = WORD.match(question, end + 1)
        her = word == "her" and follows is not None and follows.group().lower() not in FUNCTION_WORDS
        return _Slot(start, end, _STANDS[word], her or word in _OWNS)
    if match["bare"] or _BARE_AFTER.match(question, match.end("det")):
        end = match.end("bare" if match["bare"] else "det")
        alone = question[start:end].lower() != "the" and _BARE_AFTER.match(question, end)
        return _Slot(start, end, "that") if alone and _free(question, start) else None
    noun, det = match["noun"].lower(), match["det"].lower()
    if noun.endswith("s") and KIND.get(noun) in _WRITTEN:  # "the articles" are all there are, nobody's own
        return None
    if noun == "article" and not re.match(r" (?:about|on)\b", question[end:]):
        return _Slot(start, end, "that", kind=noun)
    if noun in KIND and not _COMPLEMENT.match(question, end):
        return _Slot(start, end, "they" if noun.endswith("s") and noun not in ("series", "talks") else "it", kind=noun)
    if det in ("this", "that") and noun in _TIMES:
        return _Slot(start, end, "time", kind=noun)
    return None


def _free(question: str, start: int) -> bool:
    """Whether a "that" stands for a thing and opens no clause ("said that", "the mine that")."""
    before = question[:start].lower().split()
    return not before or before[-1] in FUNCTION_WORDS


def _own(slot: _Slot, question: str, names: Sequence[tuple[int, int]], talk: Talk) -> bool:
    """Whether the question itself names, before the word, what it stands for."""
    if slot.kind or slot.pair or slot.stands in ("that", "time"):
        return False
    word = question[slot.start : slot.end].lower()
    subject = slot.owns or word in _SUBJECTS
    asked = _ASKS_WHICH.match(question)  # "Which minister resigned after his ferry sank?"
    if asked and subject and slot.stands in ("he", "she") and _CLAUSE.search(question, asked.end(), slot.start):
        return True
    for start, end in names:
        thing = talk.known(question[start:end])
        if end > slot.start or (thing is not None and agreement(thing, slot.stands) is None):
            continue
        if subject or _CLAUSE.search(question, end, slot.start):
            return True
    return False


def _leaning(question: str, talk: Talk) -> Resolved:
    """The question with names in the place of what it leans on; with the topic of the talk, where it names nothing."""
    slots = list(_slots(question, talk))
    taken: list[Thing] = []
    fillings = [_fill(slot, question, talk, taken) for slot in slots]
    text = question
    for slot, (words, _) in reversed(list(zip(slots, fillings, strict=True))):
        if words:
            opens = not question[: slot.start].strip()
            text = text[: slot.start] + (words[:1].upper() + words[1:] if opens else words) + text[slot.end :]
    text = _in_full(text, talk)
    if any(words for words, _ in fillings) or _names_something(text, talk) or not (slots or _leaves_out(question)):
        return Resolved(text, all(sure for _, sure in fillings))
    return _with_topic(text, talk)


def _fill(slot: _Slot, question: str, talk: Talk, taken: list[Thing]) -> tuple[str, bool]:
    """The words in the place of a slot, "" where nothing is found, and whether they are sure."""
    if slot.stands == "time":
        years = _YEAR.findall(talk.answer) or _YEAR.findall(talk.asked[-1])
        before = re.search(rf"\b{PREPOSITION} $", question[: slot.start], re.IGNORECASE)
        return (f"{'' if before else 'in '}{years[-1]}", True) if years else ("", False)
    if slot.pair:
        pair = _pair(talk)
        return (pair[slot.pair == "latter"], True) if pair else ("", False)
    found = talk.choices(slot.stands, question, taken)
    if slot.kind == "article" and found:
        return f"{question[slot.start : slot.end]} about {found[0].thing.shown}", False
    if slot.kind:
        return _of_kind(slot, found, taken)
    if not found:
        return "", False
    thing = found[0].thing
    taken.append(thing)
    if slot.stands in ("he", "she", "they") and found[0].share >= _SURE:
        thing.signs.add("they" if slot.stands == "they" else "person")
    talk.meant[slot.stands] = thing
    sure = found[0].share >= _SURE and slot.stands != "that" and found[0].agrees
    return f"{thing.shown}'s" if slot.owns else thing.shown, sure


def _of_kind(slot: _Slot, found: Sequence[Choice], taken: list[Thing]) -> tuple[str, bool]:
    """So "the treaty" is what is called one; "the company", where nothing is, the likeliest thing."""
    kind = f"kind {KIND[slot.kind]}"
    called = [choice for choice in found if kind in choice.thing.signs and "plural" not in choice.thing.signs]
    fitting = called or [c for c in found if not c.thing.described and slot.kind not in _EVENTS]
    if not fitting:
        return "", False
    thing = fitting[0].thing
    taken.append(thing)
    if thing.words & KINDS[KIND[slot.kind]]:
        return thing.shown, True
    if called or (not thing.is_person and (kind in GROUPS or slot.kind in _PLACES)):
        return f"the {slot.kind} {thing.text}", bool(called)
    return f"{thing.shown}'s {slot.kind}", False


def _pair(talk: Talk) -> tuple[str, str] | None:
    """The two that the last question names side by side."""
    match = re.search(rf"({CAPITALS}),? (?:or|and) ({CAPITALS})", talk.asked[-1])
    return (match[1], match[2]) if match else None


def _in_full(text: str, talk: Talk) -> str:
    """People under their full names: "What did Horn say?" after talk of Pavel Horn."""
    for match in reversed(list(WORD.finditer(text))):
        word = unowned(match.group())
        fuller = [t for t in talk.things if word.lower() in t.words and t.is_person and len(t.words) > 1]
        if len(fuller) != 1 or not word[0].isupper() or len(fuller[0].words & name_words(text)) != 1:
            continue
        near = text[: match.start()].split()[-1:] + text[match.end() :].split()[:1]
        if not any(other[0].isupper() and other.lower() not in FUNCTION_WORDS for other in near if match.start()):
            text = text[: match.start()] + fuller[0].text + text[match.start() + len(word) :]
    return text


def _names_something(question: str, talk: Talk) -> bool:
    """Whether the question names something itself, in capitals or as it was called before."""
    words = name_words(question)
    return _names(question) or any(thing.words <= words for thing in talk.things if not COUNTED.search(question))


def _names(text: str) -> bool:
    """Whether the text names something in capitals or in several words; "how many workers" names nothing."""
    return any(text[start:end] != text[start:end].lower() or " " in text[start:end] for start, end in mentions(text))


def _leaves_out(question: str) -> bool:
    """Whether a question that names nothing is too bare to stand alone."""
    return sum(map(is_content, WORD.findall(question))) <= _BARE_WORDS


def _with_topic(text: str, talk: Talk) -> Resolved:
    """A question that does not say what it is about, with what the talk is about."""
    found = talk.choices("topic", text)
    if not found:
        return Resolved(text, False)
    shown = found[0].thing.shown
    body, end = without_ending(text)
    if _HAPPENED.match(body):
        return Resolved(_HAPPENED.sub(lambda match: f"{match[1]} to {shown}", body, count=1) + end, False)
    if _RELATION.search(body):
        return Resolved(f"{body} of {shown}{end}", False)
    return Resolved(f"{body}{end} ({shown})", False)
