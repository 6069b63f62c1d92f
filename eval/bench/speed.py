"""How long things take, over a real crowd of articles: the table of times in docs/speed.md.

    FOOTNOTE_BENCH_DATA=... python eval/bench/speed.py [--json FILE]

In the crowd that `qa eval --crowd` builds and keeps (RealtimeQA 2025 round the starter articles): searching,
answering, starting and re-checking. Each time stands beside its ratio to a fixed piece of arithmetic timed in the same
run, because machines differ and are noisy.
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
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from qa import Assistant, Settings
from qa.evaluation import crowd

QUESTIONS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", dest="json_file")
    arguments = parser.parse_args()
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
        rows = _measure(assistant, questions)
    rows += _starting(settings.index)
    rows += _recheck()
    yardstick = _median(_arithmetic, 15)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; yardstick {yardstick * 1000:.1f} ms")
    for name, seconds in rows:
        print(f"{name:<52}{seconds * 1000:>10.1f} ms{seconds / yardstick:>9.1f} x")
    if arguments.json_file:
        values = {"yardstick": yardstick, "seconds": dict(rows), "cores": os.cpu_count()}
        Path(arguments.json_file).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _measure(assistant: Assistant, questions: list[str]) -> list[tuple[str, float]]:
    for question in questions[:5]:
        assistant.ask(question)
    searches = [_timed(lambda q=question: assistant.search(q)) for question in questions]
    answers = [_timed(lambda q=question: assistant.ask(q)) for question in questions]
    return [
        ("search, p50", statistics.median(searches)),
        ("search, p95", float(np.percentile(searches, 95))),
        ("whole answer without a chat model, p50", statistics.median(answers)),
        ("whole answer without a chat model, p95", float(np.percentile(answers, 95))),
    ]


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


def _arithmetic() -> None:
    matrix = np.ones((700, 700), dtype=np.float32)
    for _ in range(4):
        matrix = matrix @ matrix / 700


def _median(work: Callable[[], object], times: int) -> float:
    return statistics.median(_timed(work) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
