"""Prose by a chat model from a closed set of evidence, judged sentence by sentence; and follow-up questions rewritten.

What holds, whatever the model replies:
- Each sentence comes with the evidence it cites and the judge's verdict, and only after it; what has none is struck.
- A struck sentence is asked for once more, with the reason, and judged again. All of an answer go in one further call
  when the reply has ended, and come last: no good sentence waits for a bad one, and each mended one stands alone.
- An article cannot close the data block, forge an id or start a line of its own in the prompt.
- An answer ends within `chat_timeout` seconds in all, the mending included; a failure of the chat model is a
  `ChatModelError`, and what was judged before it stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

from qa import prompts
from qa.answering import tokens
from qa.answering.chat_model import ChatModel, Turns
from qa.answering.drafts import Draft, DraftReader, opaque_ids, without_thought
from qa.answering.facts import canonical, scan
from qa.answering.grounding import stems
from qa.answering.judging import Judging
from qa.errors import ChatModelError
from qa.schema import Evidence, Message, Verdict
from qa.settings import Settings

# A rewritten question longer than this, or on several lines, is not one; the question itself is used instead.
LONGEST_QUESTION = 400
_MOST_MENDED = 8  # a reply with more strikes than that is not worth mending further
# What could be taken for an id, a chat template's mark or the end of the data block.
_ID_LIKE = re.compile(
    r"[\[【](\s*(?:s\s*)?\d[^\]】\n]*|\s*[a-z]\d[a-z]\d\b[^\]】\n]*|\s*/?\s*inst\s*)[\]】]", re.IGNORECASE
)
_STRUCK = ("unsupported", "contradicted")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """One sentence of a chat model, the evidence it cites, and its verdict: supported, partly (`unsupported`: which
    characters of the text the evidence lacks), or struck (count it, do not show it).
    """

    text: str
    cited: tuple[Evidence, ...]
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    unsupported: tuple[tuple[int, int], ...] = ()

    @property
    def struck(self) -> bool:
        """Whether it must not be shown."""
        return self.verdict in _STRUCK


class Writer:
    """Has the chat model that the settings name write, and the judge judge. Safe to share between threads.

    Raises `ChatModelError` at the first call, not before, when the model cannot be used.
    """

    def __init__(self, settings: Settings, judge: Judging) -> None:
        self._settings = settings
        self._judge = judge
        self._model = ChatModel(settings)

    @property
    def name(self) -> str:
        """The chat model as configured, such as openai:gpt-5-mini."""
        return self._model.name

    def condense(self, question: str, history: Sequence[Message]) -> str:
        """The question rewritten so that it stands alone; the question itself when there is no history or the reply is
        not one short line.
        """
        turns = self._recent(history, self._settings.chat_tokens - self._count(question))
        if not turns:
            return question
        names = {"user": "Reader", "assistant": "Footnote"}
        conversation = "\n".join(f"{names[turn.role]}: {neutral(turn.content)}" for turn in turns)
        system, user = prompts.load("condense").fill(conversation=conversation, question=neutral(question))
        pieces = self._model.reply([("system", system), ("user", user)], [], self._model.deadline())
        reply = without_thought("".join(pieces)).strip().strip('"“” ')
        if not reply or len(reply) > max(LONGEST_QUESTION, 2 * len(question)) or len(reply.splitlines()) > 1:
            return question
        return reply

    def sentences(
        self,
        question: str,
        evidence: Sequence[Evidence],
        history: Sequence[Message] = (),
        *,
        notes: Sequence[str] = (),
        spent: float = 0.0,
    ) -> Iterator[WrittenSentence]:
        """The judged sentences of an answer, each as soon as the model has finished it; none when it refuses.

        Struck ones come after the others, each once: mended, or as struck. `notes` are what is known of the evidence as
        a whole, such as that two sources differ; [2] in them is the second of `evidence`. `spent` seconds of
        `chat_timeout` are gone already. Evidence that does not fit `chat_tokens` is left out, least relevant first,
        then history, oldest first.
        """
        names = opaque_ids(question, map(_place, evidence))
        fitting, turns = self._fitting(question, list(zip(names, evidence, strict=True)), history, notes)
        if not fitting:
            return
        deadline = self._model.deadline() - spent
        known = dict(fitting)
        lines = [_line(name, item) for name, item in fitting] + _notes(notes, names, known)
        system, user = prompts.load("answer").fill(
            refusal=prompts.REFUSAL, evidence="\n".join(lines), question=neutral(question)
        )
        asked: Turns = [("user", user)]
        before: Turns = [("system", system), *((turn.role, neutral(turn.content)) for turn in turns)]
        told: dict[Draft, None] = {}
        shown: set[str] = set()
        struck: list[WrittenSentence] = []
        try:
            with closing(self._drafts([*before, *asked], known, deadline)) as drafts:
                for draft in drafts:
                    if draft in told or draft.text in shown:  # a model in a loop
                        continue
                    told[draft] = None
                    written = self._judged(draft, known, question)
                    if written.struck:
                        struck.append(written)
                    else:
                        shown.add(written.text)
                        yield written
        except ChatModelError:
            yield from struck
            raise
        again: Turns = [("system", system), *asked, *_handed_back([*told], struck[:_MOST_MENDED])]
        left = len(struck)
        if struck and sum(self._count(words) for _, words in again[2:]) <= self._settings.chat_tokens:
            for written in self._mended(again, known, question, deadline, shown, min(left, _MOST_MENDED)):
                left -= 1
                yield written
        yield from struck[len(struck) - left :]

    def _mended(
        self,
        again: Turns,
        known: dict[str, Evidence],
        question: str,
        deadline: float,
        shown: set[str],
        most: int,
    ) -> Iterator[WrittenSentence]:
        """What the model makes of the sentences handed back to it; at most as many, and nothing that is shown already.
        A failure of the model here is no failure of the answer: they stay struck.
        """
        with suppress(ChatModelError), closing(self._drafts(again, known, deadline)) as drafts:
            for draft in drafts:
                if draft.text in shown:
                    continue
                shown.add(draft.text)
                yield self._judged(draft, known, question)
                most -= 1
                if not most:
                    return

    def _drafts(self, messages: Turns, known: dict[str, Evidence], deadline: float) -> Generator[Draft, None, None]:
        """The sentences of one reply; none after the refusal."""
        reader, finishes = DraftReader(known), list[str]()
        with closing(self._model.reply(messages, finishes, deadline)) as pieces:
            for piece in pieces:
                yield from reader.feed(piece)
                if reader.refused:
                    return
                if reader.full:
                    raise ChatModelError(
                        f"The reply of the chat model {self.name} went on too long; the rest was not read.",
                        "Ask something narrower, or set another chat_model.",
                    )
        yield from reader.close(complete=finishes != ["length"] and finishes != ["max_tokens"])

    def _judged(self, draft: Draft, known: dict[str, Evidence], question: str) -> WrittenSentence:
        """The draft with the evidence it cites and its verdict; without any id that exists it is unsupported."""
        cited = tuple(known[name] for name in draft.ids)
        if not cited:
            unknown = ", ".join(draft.unknown)
            reason = f"it cites {unknown}, which does not exist" if unknown else "it cites no evidence"
            return WrittenSentence(draft.text, (), "unsupported", 0.0, (reason,))
        texts, headers = [_text(item) for item in cited], [item.hit.chunk.header for item in cited]
        found = self._judge.judge(draft.text, texts, question, headers)
        marked = (unheld(draft.text, [*texts, *headers]) or found.words) if found.verdict == "partly" else ()
        return WrittenSentence(draft.text, cited, found.verdict, found.score, found.reasons, marked)

    def _fitting(
        self,
        question: str,
        evidence: Sequence[tuple[str, Evidence]],
        history: Sequence[Message],
        notes: Sequence[str],
    ) -> tuple[list[tuple[str, Evidence]], list[Message]]:
        room = self._settings.chat_tokens - self._count(question) - sum(self._count(note) + 8 for note in notes)
        kept = set()
        for index in sorted(range(len(evidence)), key=lambda index: -evidence[index][1].relevance):
            cost = self._count(_line(*evidence[index])) + 1
            if cost <= room:
                kept.add(index)
                room -= cost
        return [item for index, item in enumerate(evidence) if index in kept], self._recent(history, room)

    def _recent(self, history: Sequence[Message], room: int) -> list[Message]:
        """The last turns that fit, oldest first. Only readers and answers speak here, never the system."""
        kept: list[Message] = []
        for turn in reversed([turn for turn in history if turn.role != "system"]):
            room -= self._count(neutral(turn.content)) + 4  # a chat format spends about four tokens on a turn
            if room < 0:
                break
            kept.insert(0, turn)
        return kept

    def _count(self, text: str) -> int:
        return tokens.count(text, self.name)


def neutral(text: str) -> str:
    """Text of an article or a reader as harmless data for a prompt: one line, no angle brackets, no id-like brackets,
    no invisible characters.
    """
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"))
    text = _ID_LIKE.sub(r"(\1)", text.translate(_BRACKETS))
    return re.sub(r" {2,}", " ", text).strip()


_BRACKETS = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "［": "[", "］": "]"})


def renumbered(note: str, name: Callable[[int], str | None]) -> str | None:
    """The note with each [n] of its own words named anew; None where a name is missing. Quoted words stay."""
    own, mark, quoted = note.partition("“")
    numbers = {int(number) for number in _NUMBER.findall(own)}
    names = {number: name(number) for number in numbers}
    if None in names.values():
        return None
    return _NUMBER.sub(lambda match: f"[{names[int(match[1])]}]", own) + mark + quoted


_NUMBER = re.compile(r"\[(\d+)\]")


def unheld(text: str, evidence: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Which characters of a written sentence are content words that no text of the evidence holds in any form.

    Numbers, amounts and dates are judged by their values elsewhere, and words of the same run are one stretch.
    """
    held = frozenset[str]().union(*(stems(canonical(words)) for words in evidence))
    lacking = stems(scan(canonical(text))[1]) - held
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        own = stems(canonical(match.group()))
        if not own or not own <= lacking:
            continue
        if found and not re.search(r"\w", text[found[-1][1] : match.start()]):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return tuple(found)


_WORD = re.compile(r"\w+(?:['’]\w+)*")


def _place(item: Evidence) -> str:
    chunk = item.hit.chunk
    return f"{chunk.article_id} {chunk.version} {item.start} {item.end}"


def _text(item: Evidence) -> str:
    chunk = item.hit.chunk
    return chunk.text[item.start - chunk.start : item.end - chunk.start]


def _line(name: str, item: Evidence) -> str:
    return f"[{name}] ({neutral(item.hit.chunk.header)}) {neutral(_text(item))}"


def _notes(notes: Sequence[str], names: Sequence[str], known: dict[str, Evidence]) -> list[str]:
    """The notes with ids for numbers; one about evidence that is not there is left out."""

    def name(number: int) -> str | None:
        return names[number - 1] if 0 < number <= len(names) and names[number - 1] in known else None

    lines = []
    for note in notes:
        if named := renumbered(note, name):
            named = f"Note: {neutral(named)}"
            for known_name in known:  # the brackets of our own ids, which no article can know
                named = named.replace(f"({known_name})", f"[{known_name}]")
            lines.append(named)
    return lines


def _handed_back(told: Sequence[Draft], struck: Sequence[WrittenSentence]) -> Turns:
    """What the model wrote, and which of its sentences were struck for what reason."""
    said = " ".join(f"{neutral(draft.text)} {_marks(draft)}".strip() for draft in told)
    back = "\n".join(f"- {neutral(written.text)} ({neutral('; '.join(written.reasons))})" for written in struck)
    return [("assistant", said), ("user", f"<struck>\n{back}\n</struck>")]


def _marks(draft: Draft) -> str:
    return "".join(f"[{name}]" for name in (*draft.ids, *draft.unknown))
