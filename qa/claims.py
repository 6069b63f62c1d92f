"""A text cut into sentences as it stands, and of each the claim that is to be judged.

What is judged of a sentence is its words alone: marks such as [1], links and markup are left out, and stay in the text
that is shown. A question, a greeting, a heading or "I don't know" claims nothing. A sentence that opens with a pronoun
is kept with the one it leans on, and a short item with the line that introduces its list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.answering.facts import canonical, scan
from qa.errors import QuestionError
from qa.sentences import sentence_spans

LONGEST = 5000
"""Words of a text that is cut at once."""


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


def whole(text: str) -> str:
    """The text with a question mark for each half character (lone surrogate): no model and no file takes those."""
    return text.encode("utf-8", "replace").decode("utf-8")


def sentences_of(text: str) -> list[Said]:
    """The sentences of the text in reading order; each character that is no white space stands in one of them, but for
    lines without a letter or a digit.

    Raises `QuestionError` for a text that is empty or longer than LONGEST words.
    """
    text = whole(text).replace("\r\n", "\n")
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


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a list item, a row of a table, a heading or a piece of code."""

    text: str
    item: bool = False
    silent: str = ""


_HEADING, _CODE, _QUESTION, _EMPTY = "a heading", "code", "a question", "it claims nothing that could be checked"

_FENCE = re.compile(r"\s*(?:```|~~~)")
_ITEM = re.compile(r"\s*(?:>\s*)*(?:[-*•+‣–]|\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_UNDER_HEADER = re.compile(r"[\s|:]*-[\s|:-]*$")  # what is before its first dash can end in one place only
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
