"""What each part of the reader gives: a plain line, and each part switched on alone on top of it.

The plain line is the least that still answers: the fused search as it is, and of the passages found the sentence that
shares most of the question's words (rare ones count more, those round the sentence less), with what it leans on; no
short answer, and never "I don't know". A threshold on the shared words would be no fair way to refuse: unanswerable
questions share more words with the articles than the others (eval/README.md).

Every row is a run of `AnswerChain` over the same search, with what is off replaced by what is plain. What was found and
read once is not found and read again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from qa.answering.decide import DECISION_FEATURES, Decision, decision_of
from qa.answering.disagreement import StoryOf
from qa.answering.extract import ArticleOf, short_of, understandable
from qa.answering.followups import Resolved
from qa.answering.gather import Gathered
from qa.answering.questions import Question
from qa.answering.reader import AS_RANKED, SENTENCE_FEATURES, Reader, Readout, Scored, Weights, fitted_weights
from qa.answering.span_memory import SpanMemory
from qa.answering.span_model import PassageReading, SpanModel
from qa.answering.verdict_model import PairReading, VerdictModel
from qa.answering.weights import Linear
from qa.assistant import Assistant
from qa.chain import AnswerChain, Finder, Rules
from qa.evaluation import report
from qa.evaluation.examine import Examination, installed
from qa.evaluation.questions import REPORT, Item, half, load
from qa.evaluation.suite import Result, run
from qa.evaluation.systems import Line
from qa.indexing.keywords import Keywords
from qa.retrieval.when import TimeFrame, frame
from qa.schema import Evidence, Filters, Hit

PLAIN, WHOLE = "plain line", "whole line"
READER, DECISION, TYPES, FOLLOW_UPS = "trained reader", "when not to answer", "answer types", "follow-ups"

# The plain score: by the share of words, and by whether the wanted kind of answer is there. Fitted on the tuning half
# as the reader's weights are (`qa.training.decision.softmax_fit`), so that margins between scores mean the same.
_SHARED, _WANTED = 22.0, 2.6


def _weights(features: Sequence[str], **weight: float) -> Linear:
    count = len(features)
    return Linear(tuple(features), (0.0,) * count, (1.0,) * count, tuple(weight.get(name, 0.0) for name in features))


_ALWAYS = Decision(_weights(DECISION_FEATURES), {"cautious": 0.0, "balanced": 0.0, "bold": 0.0})


def _best_alone(
    asked: Sequence[tuple[Question, Readout]], limit: int, article_of: ArticleOf, story_of: StoryOf
) -> Gathered:
    """The best sentence, with its short answer where reading marked one."""
    best = asked[0][1].evidence[0]
    short = short_of(best) or None
    return Gathered((understandable(best, article_of(best)),), short, (1,) if short else ())


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the line: which questions it is for, and what stands in for its rules while it is off."""

    name: str
    serves: Callable[[Item], bool]
    plain: Mapping[str, Any] = field(default_factory=dict)

    def served(self, results: Sequence[Result]) -> list[Result]:
        """The results of the questions that it is for."""
        return [result for result in results if self.serves(result.item)]


def _of(*kinds: str) -> Callable[[Item], bool]:
    return lambda item: item.kind in kinds


PARTS = (
    Part(READER, lambda item: item.answerable),
    Part(DECISION, lambda item: not item.answerable),
    Part(
        TYPES,
        _of("number", "date", "person", "place", "term"),
        {"veto": lambda question, readout: None if readout.evidence else "nothing was found"},
    ),
    Part(
        "several articles",
        _of("list", "comparison", "across", "latest"),
        {"split": lambda question: (question,), "spans_articles": lambda question: False, "gathered": _best_alone},
    ),
    Part(
        "time words",
        lambda item: frame(item.question, None) != TimeFrame(),
        {"time_frame": lambda question, now: TimeFrame()},
    ),
    Part(
        FOLLOW_UPS,
        lambda item: bool(item.history),
        {"stand_alone": lambda question, history: Resolved(question, sure=True)},
    ),
    Part("false premises", _of("false premise"), {"contrary": lambda question, sentence, before: None}),
)
ALL = frozenset(part.name for part in PARTS)


class Unread(SpanModel):
    """No reader: nothing is known of any word."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        """Readings without a token."""
        no_logits = np.zeros(0, dtype=np.float32)
        return [PassageReading(np.zeros((0, 2), dtype=np.int64), no_logits, no_logits, 0.0, 0.0) for _ in passages]


class Unjudged(VerdictModel):
    """No judge: nothing is known of any claim."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[PairReading]:
        """Even chances of being supported and not, and no token."""
        nothing = np.zeros((0, 2), dtype=np.int64), np.zeros(0)
        return [PairReading(0.5, 0.25, 0.25, *nothing) for _ in pairs]


Models = tuple[SpanModel, VerdictModel]
_UNREAD: Models = Unread(), Unjudged()


class Remembered:
    """A search that remembers what it found."""

    def __init__(self, search: Finder) -> None:
        self._search = search
        self._found: dict[tuple[str, int, Filters], list[Hit]] = {}

    def hits(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008 (frozen)
        """As the search has it."""
        key = (question, k, filters)
        if key not in self._found:
            self._found[key] = self._search.hits(question, k, filters)
        return self._found[key]


class PartlyReading:
    """Footnote's reader with some of its parts on: `choosing` orders the sentences, `judging` gives the signals that
    the decision looks at. Both have the same sentence weights, so that they agree on the order.
    """

    def __init__(self, choosing: Reader, judging: Reader, on: Collection[str]) -> None:
        self._choosing = choosing
        self._judging = judging
        self._on = on

    def read(
        self, question: Question, hits: Sequence[Hit], told: frozenset[str] = frozenset(), *, all_of_them: bool = True
    ) -> Readout:
        """As `Reader.read`; without answer types every question is a statement, and short answers are the model's."""
        asked = question if TYPES in self._on else replace(question, wants="statement", heads=())
        said = told if FOLLOW_UPS in self._on else frozenset[str]()
        readout = self._choosing.read(asked, hits, said, all_of_them=all_of_them)
        if TYPES not in self._on:
            readout = replace(readout, evidence=tuple(map(_models_own, readout.evidence, readout.scored)))
        if self._judging is not self._choosing:
            readout = replace(readout, scored=self._judging.read(asked, hits, said, all_of_them=all_of_them).scored)
        return readout


def line(assistant: Assistant, search: Finder, models: Models, on: Collection[str]) -> AnswerChain:
    """Footnote's line with the parts of these names on and the others plain; with `ALL` it is Footnote's own, without
    a chat model.
    """
    store = assistant.library().store

    def reader(models: Models) -> Reader:
        return Reader(*models, Keywords(store).rarity, _weights_of_reading(on))

    choosing = reader(models if READER in on else _UNREAD)
    judging = reader(models) if DECISION in on and READER not in on else choosing
    plain = {rule: stand_in for part in PARTS if part.name not in on for rule, stand_in in part.plain.items()}
    return AnswerChain(
        assistant.settings,
        store,
        search,
        PartlyReading(choosing, judging, on),
        decision_of(assistant.folder) if DECISION in on else _ALWAYS,
        rules=replace(Rules(), **plain),
    )


def part_by_part(assistant: Assistant, questions: Path | None = None) -> Examination:
    """Asks the half that is reported of the plain line, of it with each part alone, of the whole line and of that less
    each part; says what each part gains, on all questions and on those that it is for.

    Raises `SourceError` for questions that cannot be read, or where the extra `eval` is not installed.
    """
    installed()
    items = half(load(questions), REPORT)
    settings = assistant.settings
    models = SpanMemory(settings.precision, settings.device), VerdictModel(settings.precision, settings.device)
    search = Remembered(assistant.finder())

    def asked(on: Collection[str]) -> list[Result]:
        return run(assistant, Line("", line(assistant, search, models, on), search), items)

    alone = {PLAIN: asked(()), **{part.name: asked({part.name}) for part in PARTS}}
    without = {WHOLE: asked(ALL), **{part.name: asked(ALL - {part.name}) for part in PARTS}}
    plain, whole = alone[PLAIN], without[WHOLE]
    unanswerable = sum(not item.answerable for item in items)
    groups = len({item.group for item in items})
    told = [
        f"{len(items)} questions, {unanswerable} of them unanswerable, in {groups} groups of articles",
        "The plain line with each part alone, its gain and the 95 % interval of that:",
        report.gains([*((name, plain, after) for name, after in alone.items()), (WHOLE, plain, whole)]),
        "The same on the questions that the part is for:",
        report.gains([(part.name, part.served(plain), part.served(alone[part.name])) for part in PARTS]),
        "The whole line less each part, and the change:",
        report.gains([(name, whole, after) for name, after in without.items()]),
        "The same on the questions that the part is for:",
        report.gains([(part.name, part.served(whole), part.served(without[part.name])) for part in PARTS]),
        report.GAINS_LEGEND,
    ]
    runs = {**alone, **{name if name == WHOLE else f"less {name}": after for name, after in without.items()}}
    return Examination("\n\n".join(told), report.as_json(runs))


def _weights_of_reading(on: Collection[str]) -> Weights:
    """Those that are shipped; without the reader's part, shared words order the sentences."""
    shipped = fitted_weights()
    if READER in on:
        return shipped
    by_words = _weights(SENTENCE_FEATURES, cover=_SHARED, wanted=_WANTED if TYPES in on else 0.0)
    return Weights(by_words, AS_RANKED, shipped.span)


def _models_own(evidence: Evidence, scored: Scored) -> Evidence:
    """With the answer that the model marks, and how much it prefers that to none."""
    logit, start, end = scored.candidate.answer
    if end <= start:
        return evidence
    share = round(1 / (1 + math.exp(scored.candidate.seen.null - logit)), 6)
    at = evidence.start
    return replace(evidence, answer_start=at + start, answer_end=at + end, answer_score=share)
