"""What keeping in step costs: looking again at unchanged files, and the memory that a stream of small articles takes.

    python eval/bench/reading.py [--files 10000] [--articles 100000]

Both run the whole line of `qa index` into an index in a temporary folder: found, read, cut into chunks, kept in the
store and in Chroma, compared for copies. Only the embedding model is a small stand-in (16 numbers, from the letters of
the text), because embedding is the same work as ever (eval/bench/speed.py) and would take hours here. The time to look
again is set against the time to list and stat the same files with os.walk, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.indexing.library import open_library
from qa.settings import Settings
from qa.sync import Progress, sync

WORDS = ("harbour wheat ferry minister bridge tax storm school council vote river engine border court strike winter "
         "budget museum cable doctor farmer signal tower market").split()  # fmt: skip
PER_FILE = 1000  # articles of one .jsonl file


class Letters:
    """A stand-in for the embedding model."""

    identity = "letters@1"

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        rows = np.ones((len(texts), 16), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row += np.frombuffer(zlib.crc32(text.encode()).to_bytes(4, "big") * 4, dtype=np.uint8)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def count_tokens(self, text: str, /) -> int:
        return len(text.split())


def small_article(number: int) -> tuple[str, str]:
    chance = random.Random(number)
    sentences = [" ".join(chance.choices(WORDS, k=14)).capitalize() + f" {number + at}." for at in range(8)]
    return f"Report {number}", " ".join(sentences)


def resident() -> float:
    """Megabytes of memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def look_again(count: int, folder: Path) -> None:
    for number in range(count):
        title, text = small_article(number)
        path = folder / "files" / f"{number % 100:02}" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {title}\n---\n{text}\n")
    library = open_library(folder / "index", Settings(), Letters(), create=True)
    report = sync(library, [str(folder / "files")])
    print(f"{count:,} files read for the first time in {report.seconds:.1f} s (embedding not counted)")
    walks, looks = [], []
    for _ in range(5):
        started = time.perf_counter()
        seen = sum(
            os.stat(os.path.join(at, name)).st_size > 0 for at, _, names in os.walk(folder / "files") for name in names
        )
        walks.append(time.perf_counter() - started)
        report = sync(library)
        looks.append(report.seconds)
        assert seen == report.unchanged == count
    walk, look = sorted(walks)[2], sorted(looks)[2]
    print(
        f"looked at again, nothing changed: {look:.2f} s"
        f" (median of 5; os.walk and stat {walk:.2f} s, {look / walk:.1f} times)"
    )
    library.close()


def stream(count: int, folder: Path) -> None:
    (folder / "stream").mkdir()
    for start in range(0, count, PER_FILE):
        rows = [dict(zip(("title", "text"), small_article(at), strict=True)) for at in range(start, start + PER_FILE)]
        (folder / "stream" / f"{start:07}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    library = open_library(folder / "index of stream", Settings(), Letters(), create=True)
    told: dict[int, float] = {}

    def note(progress: Progress) -> None:
        told.setdefault(progress.done * PER_FILE, resident())

    print(f"\n{count:,} small articles in {count // PER_FILE} files stream through; memory held:")
    print(f"  {0:>9,}  {resident():7.0f} MB")
    report = sync(library, [str(folder / "stream")], note)
    step = count // 10
    for articles in range(step, count + 1, step):
        if articles in told:
            print(f"  {articles:>9,}  {told[articles]:7.0f} MB")
    print(f"  {'at the end':>9}  {resident():7.0f} MB, {report.added:,} added in {report.seconds:.0f} s")
    library.close()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--articles", type=int, default=100_000)
    chosen = arguments.parse_args()
    print(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        look_again(chosen.files, Path(folder))
        stream(chosen.articles, Path(folder))


if __name__ == "__main__":
    main()
