"""The steps of an answer, composed as one LangChain Runnable. No step does its work here: each calls a plain function.

question, history -> question that stands alone -> hits -> sentences read -> answer or "I don't know" -> the answer's
sentences (the articles' own, or a chat model's, checked) -> Answer. `runnable()` is the whole line; `stream()` is the
same line, its last step event by event.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from qa.answering import decide, extract
from qa.answering.chat_model import untraced
from qa.answering.choosing import is_survey, matter_of_survey, matter_of_word
from qa.answering.corrections import may_correct
from qa.answering.decide import Decision
from qa.answering.disagreement import MEASURES, StoryOf
from qa.answering.extract import ArticleOf
from qa.answering.followups import Resolved, parts, resolve
from qa.answering.gather import Gathered, gather
from qa.answering.listing import asks_for_several
from qa.answering.premise import contradiction
from qa.answering.questions import Question, stems, understand
from qa.answering.reader import Readout
from qa.answering.write import Writer, renumbered
from qa.citations import cite
from qa.claims import whole
from qa.composition import Draft
from qa.errors import ChatModelError, IndexEmpty, QuestionError
from qa.retrieval.search import merged
from qa.retrieval.when import TimeFrame, anchored, frame, weigh
from qa.schema import (
    Answer,
    Chunk,
    Disagreement,
    Done,
    Event,
    Evidence,
    Filters,
    Hit,
    Message,
    Scope,
    Searching,
    Sentence,
)
from qa.settings import Settings
from qa.store import Store

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

LONGEST_QUESTION = 2000
"""Words; a longer text is no question."""
_MORE = re.compile(r"\b(?:else|another|others?|besides)\b", re.IGNORECASE)
_WRITERS_EVIDENCE = 16
_WEIGHED = 3
"""Times as many passages are looked at where the question names a time."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: the input of the chain. `now` is the day the question is asked on, for words such as "today"."""

    question: str
    history: tuple[Message, ...] = ()
    filters: Filters = field(default_factory=Filters)
    now: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked; most questions have one part. `unsure`: how it was asked, where it is not certain what
    it leans on; then both forms are searched.
    """

    question: Question
    unsure: str | None = None
    hits: tuple[Hit, ...] = ()
    readout: Readout = field(default_factory=lambda: Readout((), (), {}))
    answerability: float = 0.0


@dataclass(frozen=True, slots=True)
class State:
    """What is known after a step; each step returns a copy with more in it. `veto`: why no part can be answered, or one
    cannot, whatever the score; `premise`: what the best sentences say against what a part takes for granted.
    """

    query: Query
    standalone: str = ""
    parts: tuple[Part, ...] = ()
    threshold: float = 0.0
    veto: str | None = None
    premise: str | None = None
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def weakest(self) -> Part:
        """The part least likely to be answered: the whole question is answered only if it is."""
        return min(self.parts, key=lambda part: part.answerability)

    @property
    def answers(self) -> bool:
        """Whether the articles are held to answer the question."""
        return self.weakest.answerability >= self.threshold and self.veto is None and self.premise is None


class Finder(Protocol):
    """What finds the passages of a question: `Search`, or another to compare it with."""

    def hits(self, question: str, k: int, filters: Filters = ...) -> list[Hit]:
        """The k best passages, best first."""
        ...


class Reads(Protocol):
    """What reads the passages of a question: `Reader`, or another to compare it with."""

    def read(
        self, question: Question, hits: Sequence[Hit], told: frozenset[str] = ..., *, all_of_them: bool = ...
    ) -> Readout:
        """Every sentence of the hits, best first; of the first of them alone, unless `all_of_them` are wanted, where
        that is enough.
        """
        ...


def spans_articles(question: Question) -> bool:
    """Whether the question asks about several articles, so that more passages are read."""
    return is_survey(question) or asks_for_several(question)


Contrary = Callable[[Question, str, str], str | None]


@dataclass(frozen=True, slots=True)
class Rules:
    """The plain functions that the line calls; another may stand in for one, to measure what it gives."""

    stand_alone: Callable[[str, Sequence[Message]], Resolved] = resolve
    split: Callable[[str], tuple[str, ...]] = parts
    spans_articles: Callable[[Question], bool] = spans_articles
    time_frame: Callable[[str, date | None], TimeFrame] = frame
    veto: Callable[[Question, Readout], str | None] = decide.veto
    contrary: Contrary = contradiction
    gathered: Callable[[Sequence[tuple[Question, Readout]], int, ArticleOf, StoryOf], Gathered] = gather


class AnswerChain:
    """The line from a question to an `Answer` over one index.

    Raises `QuestionError` for an empty or endless question and `IndexEmpty` where nothing is indexed.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        search: Finder,
        reader: Reads,
        decision: Decision,
        writer: Writer | None = None,
        rules: Rules = Rules(),
    ) -> None:
        self._settings = settings
        self._store = store
        self._search = search
        self._reader = reader
        self._decision = decision
        self._writer = writer
        self._rules = rules
        self._settings_hash = settings.hash

    def runnable(self) -> Runnable[Any, Answer]:
        """The whole line: `Query`, or a mapping with its fields, or a question, in; `Answer` out.

        It is for those who compose it with their own, and theirs to trace: with LANGSMITH_TRACING set, LangChain sends
        questions and passages to LangSmith. The other ways of asking are never traced.
        """
        from langchain_core.runnables import RunnableLambda

        return self._line() | RunnableLambda(self.finish).with_config(run_name="answer")

    def answer(self, query: Query) -> Answer:
        """What the whole line makes of a query."""
        with untraced():
            answer: Answer = self.runnable().invoke(query)
        return answer

    def stream(self, query: Query) -> Iterator[Event]:
        """The same answer event by event: Searching, each sentence as it is ready, Done."""
        with untraced():
            state = self._first().invoke(query)
        yield Searching(state.standalone)
        with untraced():
            state = self._rest().invoke(state)
        yield from self._compose(state)

    def explain(self, query: Query) -> State:
        """Everything up to the decision: candidates, scores, and what the decision rests on."""
        with untraced():
            state: State = self._line().invoke(query)
        return state

    def finish(self, state: State) -> Answer:
        """The answer that a state leads to: the last step alone."""
        for event in self._compose(state):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("the last event of an answer is Done")

    def over(self, search: Finder) -> AnswerChain:
        """The same line over another search."""
        return AnswerChain(self._settings, self._store, search, self._reader, self._decision, self._writer, self._rules)

    def _line(self) -> Runnable[Any, State]:
        return self._first() | self._rest()

    def _first(self) -> Runnable[Any, State]:
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(_asked) | RunnableLambda(self._stand_alone).with_config(run_name="stand_alone")

    def _rest(self) -> Runnable[State, State]:
        from langchain_core.runnables import RunnableLambda

        return (
            RunnableLambda(self._retrieve).with_config(run_name="retrieve")
            | RunnableLambda(self._read).with_config(run_name="read")
            | RunnableLambda(self._decide).with_config(run_name="decide")
        )

    def _stand_alone(self, query: Query) -> State:
        started = time.perf_counter()
        text = " ".join(query.question.split())
        if not any(character.isalnum() for character in text):
            raise QuestionError("The question is empty.", 'Type a question, such as: qa ask "Who wrote the report?"')
        words = len(text.split())
        if words > LONGEST_QUESTION or len(text) > 20 * LONGEST_QUESTION:
            raise QuestionError(
                f"The question has {words:,} words; {LONGEST_QUESTION:,} is the most.",
                "Ask for one thing in a sentence or two.",
            )
        if not self._store.counts().chunks:
            raise IndexEmpty("The index holds no articles yet.", "Add a file or a folder: qa index ~/articles")
        notes: tuple[str, ...] = ()
        resolved = self._rules.stand_alone(text, query.history)
        rewritten, unsure = resolved.text, None if resolved.sure or resolved.text == text else text
        if self._writer is not None and query.history:
            try:
                rewritten, unsure = self._writer.condense(text, query.history), None
            except ChatModelError as error:
                notes = (f"The chat model could not rewrite the question: {error}",)
        asked = tuple(Part(understand(part), unsure) for part in self._rules.split(rewritten))
        return State(query, rewritten, asked, notes=notes, seconds={"rewrite": _since(started)})

    def _retrieve(self, state: State) -> State:
        started = time.perf_counter()
        # Two parts share the time of one question: each has half of the passages.
        k = -(-self._settings.passages // len(state.parts))
        found = [self._found(part, k, state.query) for part in state.parts]
        asked = tuple(replace(part, hits=hits) for part, hits in zip(state.parts, found, strict=True))
        return replace(state, parts=asked, seconds={**state.seconds, "retrieve": _since(started)})

    def _found(self, part: Part, k: int, query: Query) -> tuple[Hit, ...]:
        """The k passages to read, twice as many where several articles are asked about: of those found, first those of
        the time that is asked about.
        """
        if self._rules.spans_articles(part.question):
            k *= 2
        asked = self._rules.time_frame(part.question.text, query.now)
        if asked == TimeFrame():
            return tuple(self._hits(part, k, query.filters))
        hits = self._hits(part, _WEIGHED * k, query.filters)
        return tuple(weigh(hits, anchored(asked, hits, self._published), self._published)[:k])

    def _hits(self, part: Part, k: int, filters: Filters) -> list[Hit]:
        hits = self._search.hits(part.question.text, k, filters)
        return merged(hits, self._search.hits(part.unsure, k, filters), k) if part.unsure else hits

    def _published(self, chunk: Chunk) -> str | None:
        """The date of the article, or of the one it reports on, as the filters have it."""
        article = self._store.article(chunk.article_id, chunk.version)
        return (article.about.published if article.about else None) or article.published

    def _read(self, state: State) -> State:
        started = time.perf_counter()
        # Only what leans on the talk, or asks for more, asks for something new: a question may be asked again.
        asked = " ".join(state.query.question.split())
        asks_on = state.standalone != asked or _MORE.search(asked)
        said = [message.content for message in state.query.history if asks_on and message.role == "assistant"]
        told = frozenset(stems(" ".join(said)))
        read = []
        for part in state.parts:
            # Values are held against those of other articles; whatever is answered, another may take it back.
            compared = (
                part.question.wants in MEASURES
                or self._rules.spans_articles(part.question)
                or any(may_correct(hit.chunk.text) for hit in part.hits)
            )
            readout = self._reader.read(part.question, self._signed(part), told, all_of_them=compared)
            read.append(replace(part, readout=readout))
        return replace(state, parts=tuple(read), seconds={**state.seconds, "read": _since(started)})

    def _signed(self, part: Part) -> list[Hit]:
        """The hits, with the author in the header where the question names the author: a writer's text is his word."""
        found = []
        for hit in part.hits:
            if author := self._named_author(part.question, hit):
                hit = replace(hit, chunk=replace(hit.chunk, header=f"{hit.chunk.header} · by {author}"))
            found.append(hit)
        return found

    def _named_author(self, question: Question, hit: Hit) -> str | None:
        """The author of the passage's article, or of the one it reports on, where the question names him."""
        article = self._store.article(hit.chunk.article_id, hit.chunk.version)
        author = article.author or (article.about and article.about.author)
        return author if author and set(question.names) & set(stems(author)) else None

    def _decide(self, state: State) -> State:
        vetoes = [self._rules.veto(part.question, part.readout) for part in state.parts]
        return replace(
            state,
            parts=tuple(replace(part, answerability=self._answerability(part)) for part in state.parts),
            threshold=self._decision.threshold(self._settings.caution),
            veto=next((veto for veto in vetoes if veto), None),
            premise=next((found for part in state.parts if (found := _contrary(part, self._rules.contrary))), None),
        )

    def _answerability(self, part: Part) -> float:
        """As the decision has it; where the question asks what the articles, or the author of one, say of something,
        and the best passage speaks of it, that is an answer.
        """
        if part.readout.scored:
            best, matter = part.readout.scored[0].candidate, matter_of_survey(part.question)
            if matter is None and self._named_author(part.question, best.hit):
                matter = matter_of_word(part.question)
            if matter is not None and matter <= best.around:
                return 1.0
        return self._decision.answerability(part.readout)

    def _compose(self, state: State) -> Iterator[Event]:
        started = time.perf_counter()
        draft = Draft(self._store)
        if not state.answers:
            yield from self._refuse(state, draft)
        else:
            if self._writer is not None:
                yield from self._write(state, draft, self._writer)
            if not draft.sentences:
                yield from self._extract(state, draft)
        yield Done(self._finished(state, draft, started))

    def _refuse(self, state: State, draft: Draft) -> Iterator[Event]:
        scope, part = self._scope(state, draft), state.weakest
        text = f"I don’t know: nothing in the {scope.articles:,} articles searched answers this."
        yield draft.add(Sentence(text, (), "no_claim", round(1 - part.answerability, 6)), ())
        if part.readout.evidence:
            nearest = extract.understandable(part.readout.evidence[0], draft.article(part.readout.evidence[0]))
            draft.nearest = cite(1, draft.article(nearest), nearest.start, nearest.end)
            if state.premise:
                draft.caveats.append(f"The question takes something else for granted: {state.premise}.")
                return
            missing = decide.uncovered(part.question, part.readout)
            nothing = f"it says nothing of {_listed(missing)}" if missing else "it does not say what is asked"
            why = state.veto or nothing
            draft.caveats.append(f"The nearest passage was not enough: {why}.")

    def _extract(self, state: State, draft: Draft) -> Iterator[Event]:
        found = self._gathered(state, draft)
        draft.short, draft.short_from, draft.model = found.short, found.short_from, None
        for evidence in found.evidence:
            citation, fresh = draft.cite(evidence)
            reasons = ("the article's own sentence",)
            if evidence.start < _first_start(state, evidence):
                reasons = ("the article's own sentence, with what it leans on",)
            sentence = Sentence(citation.quote, (citation.number,), "quoted", _score(state), reasons)
            yield draft.add(sentence, fresh)
        draft.disagreements.extend(found.disagreements)
        draft.caveats.extend(found.caveats)

    def _gathered(self, state: State, draft: Draft) -> Gathered:
        """What is shown without a chat model; its numbers are those of an empty draft."""
        stories = self._store.stories({hit.chunk.article_id for part in state.parts for hit in part.hits})

        def story(evidence: Evidence) -> str:
            return stories.get(evidence.hit.chunk.article_id, evidence.hit.chunk.article_id)

        asked = [(part.question, part.readout) for part in state.parts]
        return self._rules.gathered(asked, self._settings.sentences, draft.article, story)

    def _chosen(self, state: State, draft: Draft, limit: int) -> list[Evidence]:
        """The evidence for each part in turn, the best of each first, no sentence twice."""
        share = -(-limit // len(state.parts))
        each = [extract.choose(part.question, part.readout, share, draft.article) for part in state.parts]
        chosen: dict[tuple[str, int], Evidence] = {}
        for turn in zip_longest(*each):
            for evidence in turn:
                if evidence is not None:
                    chosen.setdefault((evidence.hit.chunk.article_id, evidence.start), evidence)
        return list(chosen.values())

    def _write(self, state: State, draft: Draft, writer: Writer) -> Iterator[Event]:
        found = self._gathered(state, draft)
        chosen = self._for_writer(state, draft, found)
        spent = state.seconds.get("rewrite", 0.0)  # the model's own share of the time is one
        struck = 0
        try:
            for written in writer.sentences(
                state.standalone, chosen, state.query.history, notes=found.caveats, spent=spent
            ):
                if written.struck:
                    struck += 1
                    continue
                cited = [draft.cite(evidence) for evidence in written.cited]
                numbers = tuple(dict.fromkeys(citation.number for citation, _ in cited))
                fresh = tuple(citation for _, new in cited for citation in new)
                sentence = Sentence(
                    written.text, numbers, written.verdict, written.score, written.reasons, written.unsupported
                )
                draft.model = writer.name
                yield draft.add(sentence, fresh)
        except ChatModelError as error:
            draft.caveats.append(f"{error} {error.hint}".strip())
        if struck:
            what = "1 sentence of the chat model" if struck == 1 else f"{struck} sentences of the chat model"
            was = "was" if struck == 1 else "were"
            draft.caveats.append(f"{what} had no support in the articles and {was} struck.")
        if draft.sentences:
            _tell(found, draft)
        else:
            draft.caveats.append("These are the articles' own sentences.")

    def _for_writer(self, state: State, draft: Draft, found: Gathered) -> list[Evidence]:
        """What would be shown without a chat model, in that order (the notes on it count so), then what comes next."""
        chosen = list(found.evidence)
        for evidence in self._chosen(state, draft, _WRITERS_EVIDENCE):
            if len(chosen) < _WRITERS_EVIDENCE and not any(_overlap(evidence, other) for other in chosen):
                chosen.append(evidence)
        return chosen

    def _scope(self, state: State, draft: Draft) -> Scope:
        counts = self._store.counts(self._store.matching(state.query.filters))
        cited = {citation.article_id for citation in draft.citations}
        stories = self._store.stories(cited)
        relevant = len({stories.get(article_id, article_id) for article_id in cited})  # copies are one source
        return Scope(counts.articles, counts.first, counts.last, state.query.filters, relevant)

    def _finished(self, state: State, draft: Draft, started: float) -> Answer:
        return Answer(
            question=state.query.question,
            standalone=state.standalone,
            kind="answered" if state.answers else "unanswerable",
            short=draft.short,
            short_from=draft.short_from,
            sentences=tuple(draft.sentences),
            citations=tuple(draft.citations),
            caveats=(*state.notes, *draft.caveats),
            disagreements=tuple(draft.disagreements),
            scope=self._scope(state, draft),
            nearest=draft.nearest,
            model=draft.model,
            index_id=self._store.index_id(),
            settings_hash=self._settings_hash,
            seconds={**state.seconds, "compose": _since(started)},
        )


def _tell(found: Gathered, draft: Draft) -> None:
    """What is known of the evidence as a whole, beside a written answer: its numbers become the answer's own."""

    def number(place: int) -> int:
        citation, _ = draft.cite(found.evidence[place - 1])
        return citation.number

    for told in found.disagreements:
        draft.disagreements.append(Disagreement(tuple((value, number(place)) for value, place in told.values)))
    notes = (renumbered(caveat, lambda place: str(number(place))) for caveat in found.caveats)
    draft.caveats.extend(note for note in notes if note)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.hit.chunk.article_id == other.hit.chunk.article_id and one.start < other.end and other.start < one.end


def _contrary(part: Part, contrary: Contrary) -> str | None:
    """What the best sentence says against what the question takes for granted."""
    for scored in part.readout.scored[:1]:
        candidate = scored.candidate
        chunk = candidate.hit.chunk
        before = f"{chunk.header}\n{chunk.text[: candidate.start - chunk.start]}"
        return contrary(part.question, candidate.text, before)
    return None


def _asked(asked: Any) -> Query:  # noqa: ANN401 (LangChain's users pass mappings and strings)
    if isinstance(asked, str):
        asked = Query(asked)
    elif not isinstance(asked, Query):
        asked = Query(**{**asked, "history": tuple(asked.get("history", ()))})
    return _cleaned(asked)


def _cleaned(query: Query) -> Query:
    """A byte that is no character (a broken paste) must neither stop the line nor come out of it."""
    filters = query.filters
    return replace(
        query,
        question=whole(query.question),
        history=tuple(replace(message, content=whole(message.content)) for message in query.history),
        filters=replace(
            filters, publishers=tuple(map(whole, filters.publishers)), articles=tuple(map(whole, filters.articles))
        ),
    )


def _score(state: State) -> float:
    return round(state.weakest.answerability, 6)


def _first_start(state: State, evidence: Evidence) -> int:
    """Where the scored sentence itself begins."""
    return min(
        (e.start for p in state.parts for e in p.readout.evidence if e.hit == evidence.hit and e.end == evidence.end),
        default=evidence.start,
    )


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 6)
