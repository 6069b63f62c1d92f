"""What the scripts have in common: their options and data, an index over passages, a share with its interval."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from qa import Answer, Assistant, Settings
from qa.chain import AnswerChain, State
from qa.evaluation.statistics import Interval, wilson


def options(description: str) -> argparse.Namespace:
    """`questions`: at most so many; `index`: the folder that keeps the index."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("questions", nargs="?", type=int, help="ask only so many, drawn by a fixed seed")
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="keep the index here between runs")
    return parser.parse_args()


def data_folder(name: str) -> Path | None:
    """The folder of a data set; where there is none, a line that says so, and None."""
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if data and (Path(data) / name).is_dir():
        return Path(data) / name
    print(f"skipped: FOOTNOTE_BENCH_DATA does not name a folder with {name}")
    return None


def machine() -> str:
    """What the figures were taken on."""
    return f"{os.cpu_count()} cores"


def name_of(text: str) -> str:
    """The name of a passage: the same words have the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def indexed(
    texts: Mapping[str, tuple[str, str]], kept: Path | None, passages: int | None = None
) -> Iterator[tuple[Assistant, dict[str, str]]]:
    """An assistant over these passages (name: title and text) alone, and the name of each article.

    A title that is empty is left to be read from the text. `kept`: the folder of an earlier run or for the next one;
    `passages`: how many are read for a question, if not as many as ever.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        place = kept or Path(temporary)
        articles = place / "articles"
        articles.mkdir(parents=True, exist_ok=True)
        for name, (title, text) in texts.items():
            front = f"title: {json.dumps(title)}\nlanguage: en" if title else "language: en"
            path = articles / f"{name}.md"
            if not path.is_file():  # what is there already need not be embedded again
                path.write_text(f"---\n{front}\n---\n\n{text}\n", encoding="utf-8")
        with Assistant(Settings.load(index=str(place / "index"), passages=passages)) as assistant:
            assistant.index([str(articles)])
            yield assistant, {article.id: Path(article.origin).stem for article in assistant.articles()}


def made_to_answer(chain: AnswerChain, state: State) -> Answer:
    """The answer with the decision taken out of the line's hands; with nothing found there is nothing to answer."""
    nothing = None if all(part.readout.evidence for part in state.parts) else state.veto
    return chain.finish(replace(state, threshold=0.0, veto=nothing))


def share(marks: Sequence[bool]) -> str:
    """The share of marks that are set, with its 95 % interval (Wilson) and the counts."""
    return f"{interval(wilson(sum(marks), len(marks)))} {sum(marks)}/{len(marks)}" if marks else "none to count"


def interval(value: Interval) -> str:
    return f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]"
