"""How long things take, over a real crowd of articles: the table of times in docs/speed.md.

    FOOTNOTE_BENCH_DATA=... python eval/bench/speed.py [--against FOLDER] [--json FILE]

In the crowd that `qa eval --crowd` builds and keeps (RealtimeQA 2025 round the starter articles): searching,
answering, starting and re-checking. Each time stands beside its ratio to a fixed piece of arithmetic timed in the same
run, because machines differ and are noisy. With another checkout of Footnote in FOLDER, both are asked in turn,
question by question, each in a process of its own, and each time stands beside its ratio to the other's too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from qa import Assistant, Settings
from qa.evaluation import crowd

QUESTIONS = 120
CHECKOUT = Path(__file__).resolve().parents[2]
Row = tuple[str, float, float | None]
"""What was timed, its seconds, and those of the other checkout."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--json", dest="json_file")
    parser.add_argument("--serve", dest="served", help=argparse.SUPPRESS)  # the process that is asked
    arguments = parser.parse_args()
    if arguments.served:
        _serve(arguments.served)
        return
    file = crowd.data()
    if file is None:
        print(f"skipped: {crowd.VARIABLE} does not name a folder with {crowd.FILE}")
        return
    settings = Settings.load()
    settings = replace(settings, index=str(crowd.folder(settings)))
    with Assistant(settings) as assistant:
        crowd.gather(assistant, file, lambda _: None)
        print(f"{assistant.counts().articles:,} articles, {assistant.counts().chunks:,} chunks")
    questions = [str(row["question_sentence"]) for row in _lines(file.with_name("questions.jsonl.gz"))[:QUESTIONS]]
    yardsticks: list[float] = []
    rows = _measure(settings.index, arguments.against, questions, yardsticks)
    rows += [(name, seconds, None) for name, seconds in (*_starting(settings.index), *_recheck())]
    yardstick = statistics.median(yardsticks)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; yardstick {yardstick * 1000:.1f} ms")
    for name, seconds, other in rows:
        beside = f"{other * 1000:>10.1f} ms, {seconds / other:.2f} of it" if other else ""
        print(f"{name:<52}{seconds * 1000:>10.1f} ms{seconds / yardstick:>9.1f} x{beside}")
    if arguments.json_file:
        seconds = {name: value for name, value, _ in rows}
        against = {name: other for name, _, other in rows if other}
        values = {"yardstick": yardstick, "seconds": seconds, "against": against, "cores": os.cpu_count()}
        Path(arguments.json_file).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _measure(index: str, against: Path | None, questions: list[str], yardsticks: list[float]) -> list[Row]:
    """Searches and whole answers, both checkouts in turn; a yardstick is timed before each question."""
    rows: list[Row] = []
    with ExitStack() as stack:
        lines = [stack.enter_context(_asked(each, index)) for each in (CHECKOUT, against) if each]
        for name, what in (("search", "search"), ("whole answer without a chat model", "ask")):
            times: list[list[float]] = [[] for _ in lines]
            for number, question in enumerate(questions):
                yardsticks.append(_timed(arithmetic))
                for at in range(len(lines))[:: 1 if number % 2 else -1]:  # neither is always the first
                    times[at].append(lines[at](what, question))
            for percent in (50, 95):
                first, *others = [float(np.percentile(found, percent)) for found in times]
                rows.append((f"{name}, p{percent}", first, others[0] if others else None))
    return rows


@contextmanager
def _asked(checkout: Path, index: str) -> Iterator[Callable[[str, str], float]]:
    """A process of that checkout's own code: called with "search" or "ask" and a question, it gives the seconds."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, __file__, "--serve", index]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        sent, got = process.stdin, process.stdout

        def seconds(what: str, question: str) -> float:
            sent.write(json.dumps([what, question]) + "\n")
            sent.flush()
            return float(got.readline())

        for number in range(5):
            seconds("ask", f"Who won the election of {2000 + number}?")  # warm
        yield seconds


def _serve(index: str) -> None:
    with Assistant(Settings.load(index=index)) as assistant:
        lines = {"search": assistant.search, "ask": assistant.ask}
        for line in sys.stdin:
            what, question = json.loads(line)
            print(_timed(partial(lines[what], question)), flush=True)


def _starting(index: str) -> list[tuple[str, float]]:
    ask = [sys.executable, "-m", "qa.cli", "--index", index, "ask", "Who won the election?"]
    return [
        ("import qa, less Python's own start", _process("import qa") - _process("pass")),
        ("qa --help, whole process", _timed(lambda: _run([sys.executable, "-m", "qa.cli", "--help"]))),
        ("cold qa ask, whole process", min(_timed(lambda: _run(ask)) for _ in range(3))),
    ]


def _recheck() -> list[tuple[str, float]]:
    """10,000 small files, indexed without their text mattering, then checked again with nothing changed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        articles = Path(folder) / "articles"
        articles.mkdir()
        for number in range(10_000):
            (articles / f"{number:05}.md").write_text(f"# Note {number}\n\nNote {number} is short.\n", encoding="utf-8")
        with Assistant(Settings.load(index=str(Path(folder) / "index"))) as assistant:
            assistant.index([str(articles)])
            return [("unchanged re-check of 10,000 files", min(_timed(assistant.index) for _ in range(3)))]


def _process(code: str) -> float:
    return min(_timed(lambda: _run([sys.executable, "-c", code])) for _ in range(5))


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def arithmetic() -> None:
    matrix = np.ones((700, 700), dtype=np.float32)
    for _ in range(4):
        matrix = matrix @ matrix / 700


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
