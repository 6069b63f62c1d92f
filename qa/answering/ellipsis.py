"""What a follow-up leaves out, from the question before it: the rest of "And in 2012?", the claim behind "Why?".

Rules for English; any text is accepted.
"""

from __future__ import annotations

import re

from qa.answering.antecedents import PARTED, Talk, Thing
from qa.answering.mentions import AUXILIARY, PREPOSITION, QUESTION_WORD, mentions, name_words, signs
from qa.answering.spans import spans

_CLOSING = " \t\n\r\f\v\xa0?.!"
_TALK = r"(?:(?:and|but|so|or|then|ok|okay|well),? )"
_ADVERB = re.compile(r"when|where|why|how(?: (?:long|far|often))?", re.IGNORECASE)
_ALONE = re.compile(
    rf"{_TALK}*(?P<wh>(?:{PREPOSITION} )?(?:why|when|where|how|whom|who|what|which)(?: (?:long|often))?|how come)"
    r"(?P<no> not)?(?: exactly)?",
    re.IGNORECASE,
)
_ELSE = re.compile(rf"{_TALK}*(?P<wh>who|what|where|when|why|how|anyone|anybody|anything|anywhere) else", re.IGNORECASE)
_ANY = {"anyone": "who", "anybody": "who", "anything": "what", "anywhere": "where"}
_ABOUT = re.compile(rf"(?:{_TALK}+|{_TALK}*(?:what|how) about )(?P<what>.+)", re.IGNORECASE)
_SHORT_ABOUT = 6
"""Words of the part that replaces another in the last question."""
_ONE = re.compile(
    r"\b(?P<such>(?:the|this|that|an?) (?!only\b|same\b|right\b|wrong\b)[\w-]+) (?:one|ones)\b", re.IGNORECASE
)
_OF_A_KIND = re.compile(r"\b(?:the|this|that|an?) [\w-]+ (?P<kind>[a-z][\w-]*(?: of [\w’' -]+)?)")
_SOMEBODY = re.compile(r"\b(?:he|she|they|who(?:m|['’]s| is| was| are| were)?(?= the\b))\b", re.IGNORECASE)
_FINITE = re.compile(rf"\b(?:{AUXILIARY}|{QUESTION_WORD})\b", re.IGNORECASE)
_PERIOD = r"(?:year|month|week|day|decade|century|quarter|season|summer|winter|spring|autumn|night)"
_RELATIVE = re.compile(
    rf"\b(?:(?:last|this|next|that|the (?:previous|following|same|next|last)) {_PERIOD}"
    rf"|(?:the|a|one) {_PERIOD} (?:before|after|earlier|later)|today|now|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
_YEAR_BESIDE = re.compile(
    r"(?:in )?(?:the (?P<which>previous|following|next) year|(?:the|a|one) year (?P<way>before|earlier|after|later))",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(r"\d{4}")
_BEFORE_TIME = re.compile(rf"(?:{PREPOSITION} ?)?(?:the ?)?", re.IGNORECASE)
_PREPOSITION_FIRST = re.compile(rf"{PREPOSITION} ", re.IGNORECASE)
_ENDS_IN_PREPOSITION = re.compile(rf"\b{PREPOSITION} (?:the )?$", re.IGNORECASE)
_NEEDS_NO_PREPOSITION = re.compile(r"the |last |this |next |that |a |one |tod|yest", re.IGNORECASE)
_LOST_E = re.compile(r"[svzcgu]$|[^aeiou][aeiou][rt]$|[ai]d$|ibl$|abl$")
"""Stems such as "clos" and "decid"."""
_PASSED = {
    "left": "leave", "won": "win", "built": "build", "wrote": "write", "made": "make", "took": "take", "gave": "give",
    "said": "say", "told": "tell", "sold": "sell", "bought": "buy", "led": "lead", "lost": "lose", "met": "meet",
    "paid": "pay", "spent": "spend", "found": "find", "held": "hold", "ran": "run", "began": "begin", "broke": "break",
    "came": "come", "went": "go", "got": "get", "shot": "shoot", "sent": "send", "kept": "keep", "brought": "bring",
    "caught": "catch", "chose": "choose", "drew": "draw", "fell": "fall", "felt": "feel", "fought": "fight",
    "grew": "grow", "knew": "know", "saw": "see", "sank": "sink", "spoke": "speak", "stood": "stand", "stole": "steal",
    "struck": "strike", "taught": "teach", "thought": "think", "threw": "throw", "withdrew": "withdraw", "hit": "hit",
    "cut": "cut", "put": "put", "set": "set", "quit": "quit", "shut": "shut", "beat": "beat", "became": "become",
}  # fmt: skip


def completed(question: str, talk: Talk) -> tuple[str, bool] | None:
    """The question with what it leaves out, and whether that is sure; None where it leaves nothing out that the last
    question holds.
    """
    body = " ".join(without_ending(question)[0].split())
    last = re.sub(rf"^{_TALK}+", "", without_ending(talk.asked[-1])[0], flags=re.IGNORECASE)
    if match := _ALONE.fullmatch(body):
        whole = _asked_of(match["wh"], bool(match["no"]), last, talk)
        return (whole, True) if whole else (f"{match['wh']}{match['no'] or ''}? ({last})", False)
    if match := _ELSE.fullmatch(body):
        wh = _ANY.get(match["wh"].lower(), match["wh"]).capitalize()
        whole = _else(wh, last)
        return (whole, True) if whole else (f"{wh} else? ({last})", False)
    if whole := _one_of_a_kind(body, last):
        return whole, True
    match = _ABOUT.fullmatch(body)
    what = match["what"] if match else body
    if len(what.split()) > _SHORT_ABOUT or _FINITE.search(what):
        return None
    if match:
        return _about(what, last, talk)
    timed = _time_in_place(what, last)  # a time alone: "In 2012?"
    return (f"{timed[:1].upper()}{timed[1:]}?", True) if timed and timed != last else None


def _one_of_a_kind(body: str, last: str) -> str:
    """For "How long is the paid one?" after "the free report", the same with "the paid report"; "" without such a
    thing, and where the one may be somebody.
    """
    one, kinds = _ONE.search(body), list(_OF_A_KIND.finditer(last))
    if not one or not kinds or _SOMEBODY.search(body):
        return ""
    named = f"{one['such']} {kinds[-1]['kind']}"
    about = _ABOUT.fullmatch(body)
    if _FINITE.search(about["what"] if about else body):
        return f"{body[: one.start()]}{named}{body[one.end() :]}?"
    return f"{last[: kinds[-1].start()]}{named}{last[kinds[-1].end() :]}?"


def without_ending(text: str) -> tuple[str, str]:
    """The text and its closing question mark."""
    body = text.rstrip(_CLOSING)
    return body.lstrip(), text[len(body) :].strip()


def _asked_of(wh: str, negated: bool, last: str, talk: Talk) -> str:
    """Bare "Why?", asked of what the last question takes for granted, or of its answer; "" where neither is known."""
    if wh.lower() in ("who", "what", "which"):
        return ""
    clause = _claim(last, talk)
    if clause and negated:
        subject = next((clause[start:end] for start, end in mentions(clause)), "")
        clause = clause.replace(subject, f"{subject} not", 1) if subject else ""
    return f"{wh} {clause}?" if clause else ""


def _claim(last: str, talk: Talk) -> str:
    """What a question and its answer say, the verb first: "did Pavel Horn close the mine"."""
    match, done = PARTED.fullmatch(last), _done(last)
    known = talk.known(talk.short)
    answer = known.shown if known else talk.short
    if not known and any(_is_verb(word) for word in answer.split()[1:]):
        answer = ""  # a sentence stands in no name's place
    if match and (not match["wh"] or _ADVERB.fullmatch(match["wh"])):
        return f"{match['aux'].lower()} {match['rest']}"
    if match and answer and match["wh"].lower() == "who" and match["aux"].lower() in ("is", "was", "are", "were"):
        return f"{match['aux'].lower()} {answer} {match['rest']}"
    return f"did {answer} {_base(done[0])} {done[1]}" if done and not match and answer else ""


def _done(last: str) -> tuple[str, str] | None:
    """The verb and the rest of a question for who did something, without an auxiliary: "Who / closed / the mine"."""
    words = last.split()
    if words and words[0].lower() in ("who", "what", "which", "whose"):
        for at in (1, 2, 3):
            if len(words) > at + 1 and _base(words[at]):
                return words[at], " ".join(words[at + 1 :])
    return None


def _is_verb(word: str) -> bool:
    return word.islower() and bool(_base(word) or _FINITE.fullmatch(word))


def _base(verb: str) -> str:
    """The base form of a verb in the past; "" if it has none that is known."""
    verb = verb.lower()
    if verb in _PASSED or not verb.endswith("ed"):
        return _PASSED.get(verb, "")
    stem = verb[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "sl":
        return stem[:-1]
    return f"{stem}e" if _LOST_E.search(stem) and not re.search(r"(?:ss|it|er|et|en)$", stem) else stem


def _else(wh: str, last: str) -> str:
    """For "Who else?", the last question over again; "" where it asked for something else."""
    match = re.match(rf"({QUESTION_WORD})\b(?: else)?( .+)", last, re.IGNORECASE)
    if match and match[1].capitalize() == wh:
        return f"{wh} else{match[2]}?"
    done = _done(last) if wh == "Who" else None
    return f"Who else {done[0]} {done[1]}?" if done else ""


def _about(what: str, last: str, talk: Talk) -> tuple[str, bool] | None:
    """For "And in 2012?" or "What about Japan?", the last question with this in the place of what is like it."""
    owned = re.fullmatch(r"(?:its|his|her|their) .+", what, re.IGNORECASE)
    for replaced in (
        _time_in_place(what, last),
        _place_in_place(what, last),
        re.sub(r"\b(?:its|his|her|their) [\w’'-]+", what, last, count=1) if owned else "",
        _name_in_place(what, last, talk),
    ):
        if replaced and replaced != last:
            return f"{replaced[:1].upper()}{replaced[1:]}?", True
    if owned:
        return None
    found = talk.choices("topic", what)
    if not found:
        return f"What about {what}? ({last})", False
    return f"What about {what if mentions(what) else f'{what} of {found[0].thing.shown}'}?", False


def _times(text: str) -> list[tuple[int, int]]:
    """Where the text names times, without the preposition."""
    dates = [(span.start, span.end) for span in spans(text) if span.kind == "date"]
    dates = [(text.find(" in ", start, end) + 4 if " in " in text[start:end] else start, end) for start, end in dates]
    found = sorted(dates + [match.span() for match in _RELATIVE.finditer(text)])
    return [(a, b) for a, b in found if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in found)]


def _time_in_place(what: str, last: str) -> str:
    """A time in the place of the last one that was named, else after the rest; "" where it is no time alone."""
    times, old = _times(what), _times(last)
    if not times or not _BEFORE_TIME.fullmatch(what, 0, times[0][0]) or times[-1][1] < len(what):
        return ""
    if times[0][0] or _RELATIVE.match(what):  # it opened the question
        what = what[:1].lower() + what[1:]
    if not old:
        return f"{last} in {what}" if _BARE_YEAR.fullmatch(what) else f"{last} {what}"
    start, end = old[-1]
    if beside := _beside(what, last[start:end]):
        return last[:start] + beside + last[end:]
    year = re.search(r" \d{4}$", last[start:end])
    new = f"{what}{year.group()}" if year and re.fullmatch(r"[A-Z][a-z]+", what[times[0][0] :]) else what
    before = _ENDS_IN_PREPOSITION.search(last[:start])
    first = _PREPOSITION_FIRST.match(new)
    bare = new[first.end() :] if first else new
    if before and (new != bare or _NEEDS_NO_PREPOSITION.match(bare)):
        return last[: before.start()] + new + last[end:]
    return last[:start] + (bare if before else new) + last[end:]


def _beside(what: str, old: str) -> str:
    """The year before or after the one that was asked about; "" where other words stand, or no bare year was."""
    match = _YEAR_BESIDE.fullmatch(what)
    if match is None or not _BARE_YEAR.fullmatch(old):
        return ""
    back = (match["which"] or match["way"]).lower() in ("previous", "before", "earlier")
    return str(int(old) + (-1 if back else 1))


def _place_in_place(what: str, last: str) -> str:
    """A phrase with its preposition in the place of one with the same, else after the rest."""
    match = re.match(rf"({PREPOSITION}) ", what, re.IGNORECASE)
    if not match:
        return ""
    same = list(re.finditer(rf"\b{match[1]} (?:the )?(?:(?!{PREPOSITION}\b)[\w’'.-]+ ?)+", last, re.IGNORECASE))
    if not same:
        return f"{last} {what}"
    old = same[-1]
    return last[: old.start()] + what + (" " if old.group().endswith(" ") else "") + last[old.end() :]


def _name_in_place(what: str, last: str, talk: Talk) -> str:
    """A name in the place of the one most like it: a person's for a person's, a treaty's for a treaty's."""
    inside = mentions(what)
    if len(inside) != 1 or not any(c.isupper() for c in what[slice(*inside[0])]):
        return ""
    new = _thing(what, *inside[0], talk)
    old = [(start, end, _thing(last, start, end, talk)) for start, end in mentions(last)]
    old = [place for place in old if any(c.isupper() for c in last[place[0] : place[1]])]
    if not old:
        return ""

    def alike(place: tuple[int, int, Thing]) -> tuple[int, int]:
        thing = place[2]
        kinds = {s for s in thing.signs & new.signs if s.startswith("kind")}
        same = 3 * bool(kinds) + 2 * (thing.is_person == new.is_person) + (thing.is_thing == new.is_thing)
        return same + (len(thing.words) == len(new.words)), -place[0]

    start, end, _ = max(old, key=alike)
    full = new.shown if talk.known(what) else what
    if last[:start].lower().endswith("the ") and (
        what.lower().startswith("the ") or full.lower().startswith("the ") or not new.is_thing
    ):
        start -= 4
    return last[:start] + full + last[end:]


def _thing(text: str, start: int, end: int, talk: Talk) -> Thing:
    name = text[start:end]
    known = talk.known(name)
    the = text[:start].lower().endswith("the ")
    return known or Thing(name, name_words(name), the, name[0].islower(), signs=signs(text, start, end))
