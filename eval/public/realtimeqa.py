"""Questions of the 2025 news quizzes over the 5,386 articles that a search engine found for them (RealtimeQA).

    FOOTNOTE_BENCH_DATA=... python eval/public/realtimeqa.py [QUESTIONS] [--index FOLDER]

Asked is every question whose right choice, of two characters or more, stands in one of the articles (Kasai et al.
2023); the choices are not shown to the line. Search is right at k where one of the first k chunks holds the right
choice as whole words, an answer where the short answer or the first three sentences do. "fused, read" puts the chunks
that were read before the others, by their best sentence. Each question is asked as on the day of its quiz. Nothing is
fitted on these questions.

The index is the crowd of `qa eval --crowd`, which is only read; the starter articles in it can only be in the way.
Differences are of the same questions, in a bootstrap of whole quizzes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmark import data_folder, interval, machine, made_to_answer, options, share

from qa import Assistant, Settings
from qa.chain import Query, State
from qa.evaluation import crowd
from qa.evaluation.metrics import is_right, plain
from qa.evaluation.statistics import SEED, paired_difference
from qa.retrieval.search import fuse
from qa.schema import Chunk
from qa.training.examples import read_lines

RANKS = (1, 5, 20)
SHORTEST = 2  # characters of a choice that is looked for
BM25 = (0.32, 0.51, 0.61)
"""A plain BM25 over 66,595 chunks of about 850 characters, at the same ranks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: which of the first chunks of each way hold the right choice, whether the line would
    answer, and whether it is right when it is made to.
    """

    quiz: str
    found: dict[str, list[bool]]
    answers: bool
    right: bool


def main() -> None:
    asked = options("Questions of the 2025 news quizzes over the articles found for them.")
    data = data_folder("realtimeqa-2025")
    if data is None:
        return
    folder = asked.index or crowd.folder(Settings.load())
    if not (folder / "articles.db").is_file():
        print(f"skipped: there is no index in {folder}; `qa eval --crowd` makes it, in about an hour")
        return
    texts = [plain(row["text"]) for row in read_lines(data / "articles.jsonl.gz")]
    every = read_lines(data / "questions.jsonl.gz")
    rows = [row for row in every if is_in_reach(right_choice(row), texts)]
    reached = len(rows)
    random.Random(SEED).shuffle(rows)
    rows = rows[: asked.questions]
    with Assistant(Settings.load(index=str(folder))) as assistant:
        counts = assistant.counts()
        outcomes = [_outcome(assistant, row) for row in rows]
    print(f"RealtimeQA 2025, {len(rows)} of the {reached} questions (of {len(every)}) whose right choice is in reach")
    print(f"{counts.articles} articles, {counts.chunks} chunks; {machine()}")
    _print_search(outcomes)
    print("\nright in the short answer or the first three sentences")
    print(f"  made to answer                {share([one.right for one in outcomes])}")
    print(f"  as it ships, a refusal is not {share([one.right and one.answers for one in outcomes])}")
    print(f"  refused                       {share([not one.answers for one in outcomes])}")


def right_choice(row: dict[str, Any]) -> str:
    """The words of the right choice."""
    return str(row["choices"][int(row["answer"][0])])


def is_in_reach(choice: str, texts: Sequence[str]) -> bool:
    """Whether a choice is long enough to be looked for, and stands in one of the texts (in the form of `plain`)."""
    wanted = plain(choice)
    return len(wanted) >= SHORTEST and any(wanted in text and holds(text, choice) for text in texts)


def holds(text: str, choice: str) -> bool:
    """Whether the text (in the form of `plain`) has the choice as whole words."""
    return re.search(rf"(?<!\w){re.escape(plain(choice))}(?!\w)", text) is not None


def day_of(row: dict[str, Any]) -> date:
    """The day of the quiz."""
    return date(*map(int, re.split("[/-]", row["question_date"])))


def _outcome(assistant: Assistant, row: dict[str, Any]) -> Outcome:
    choice, chain, finder = right_choice(row), assistant.chain(), assistant.finder()
    state = chain.explain(Query(row["question_sentence"], now=day_of(row)))
    answer = made_to_answer(chain, state)
    dense, keyword = finder.candidates(state.standalone, RANKS[-1])
    scores = {"meaning": fuse(dense, {}), "keywords": fuse({}, keyword), "fused": fuse(dense, keyword)}
    ways = {
        way: [hit.chunk for hit in finder.ranked(dense, keyword, score, RANKS[-1])] for way, score in scores.items()
    }
    ways["fused, read"] = reordered(ways["fused"], _read(state))
    found = {way: [holds(plain(chunk.text), choice) for chunk in chunks] for way, chunks in ways.items()}
    return Outcome(row["question_id"].rpartition("_")[0], found, state.answers, is_right(answer, [choice]))


def _read(state: State) -> list[Chunk]:
    """The chunks that were read, by their best sentence."""
    scored = [one for part in state.parts for one in part.readout.scored]
    return [one.candidate.hit.chunk for one in sorted(scored, key=lambda one: -one.score)]


def reordered(found: Sequence[Chunk], read: Sequence[Chunk]) -> list[Chunk]:
    """Those that were read, then the others as they were found; as many as were found."""
    return list({chunk.id: chunk for chunk in (*read, *found)}.values())[: len(found)]


def _print_search(outcomes: Sequence[Outcome]) -> None:
    print("\nright choice in the first  " + "".join(f"{rank:<30}" for rank in RANKS).rstrip())
    print(f"  {'a plain BM25 (given)':<25}" + "".join(f"{value:<30.2f}" for value in BM25).rstrip())
    for way in outcomes[0].found:
        print(f"  {way:<25}" + "".join(f"{share(_at(outcomes, way, rank)):<30}" for rank in RANKS).rstrip())
    for before, after, rank in (("keywords", "fused", 5), ("meaning", "fused", 5), ("fused", "fused, read", 1)):
        quizzes = [one.quiz for one in outcomes]
        change = paired_difference(_at(outcomes, before, rank), _at(outcomes, after, rank), quizzes)
        print(f"  {after} less {before} at {rank}: {interval(change)}")


def _at(outcomes: Sequence[Outcome], way: str, rank: int) -> list[bool]:
    return [any(one.found[way][:rank]) for one in outcomes]


if __name__ == "__main__":
    main()
