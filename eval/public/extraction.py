"""The article inside a web page, on the article extraction benchmark: Footnote's reading against plain trafilatura.

    FOOTNOTE_BENCH_DATA=... python eval/public/extraction.py [--pages]

181 saved news pages and the text of the article on each, from github.com/scrapinghub/article-extraction-benchmark (MIT;
the pages belong to their publishers). The measure is the benchmark's own (its evaluate.py): tokens are runs of \\w,
case kept; shingles of four tokens are counted in both texts (a shorter text is one shingle); precision and recall of a
page come from the shingles shared, only given and only expected; each is averaged over the pages where it is defined,
and F1 is the harmonic mean of the two averages. The benchmark reports an F1 of 0.958 for trafilatura 2.0.0.

The pages are halved by the SHA-256 of their id: an even first byte is open, to look at and to tune on; an odd one is
closed, only ever counted. --pages lists the pages of the open half by what Footnote loses on them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trafilatura
from numpy.typing import NDArray

from qa.articles import formats
from qa.articles.items import Page
from qa.errors import Unreadable
from qa.evaluation.statistics import CONFIDENCE, RESAMPLES, SEED, Interval

LENGTH = 4
"""Tokens in a shingle."""
_TOKEN = re.compile(r"\w+")
_FIRST = b"<html><body><article><h1>First</h1><p>A page that only warms up both readers.</p></article></body></html>"


@dataclass(frozen=True, slots=True)
class Marks:
    """A reader on one page: precision and recall (NaN where there is nothing to divide by), and the seconds it took."""

    precision: float
    recall: float
    seconds: float


def plain(data: bytes) -> str:
    """Trafilatura as the benchmark calls it: its bare defaults, without comments."""
    return trafilatura.extract(data.decode("utf-8"), include_comments=False) or ""


def footnote(data: bytes) -> str:
    """All articles that Footnote reads on the page, joined; nothing where it refuses the page."""
    try:
        return "\n\n".join(article.text for article in formats.read(Page("page.html", data)).articles)
    except Unreadable:
        return ""


READERS: Mapping[str, Callable[[bytes], str]] = {"trafilatura": plain, "footnote": footnote}


def main() -> None:
    parser = argparse.ArgumentParser(description="The article inside a web page: Footnote against plain trafilatura.")
    parser.add_argument("--pages", action="store_true", help="list the pages of the open half, the worst first")
    asked = parser.parse_args()
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    folder = Path(data or "") / "article_extraction"
    if not data or not folder.is_dir():
        print("Extraction skipped: FOOTNOTE_BENCH_DATA does not name a folder with article_extraction")
        return
    with gzip.open(folder / "ground-truth.json.gz", "rt", encoding="utf-8") as file:
        bodies = {page: row["articleBody"] for page, row in json.load(file).items()}
    marks = measured(folder / "html", bodies)
    halves = {half: [page for page in bodies if half_of(page) == half] for half in ("open", "closed")}
    print(f"trafilatura {trafilatura.__version__}: extract(html, include_comments=False)")
    for name, pages in {**halves, "all": list(bodies)}.items():
        report(name, {reader: [marks[page][reader] for page in pages] for reader in READERS})
    if asked.pages:
        for page in sorted(halves["open"], key=lambda page: f1([marks[page]["footnote"]])):
            print(page, *(f"{reader} {f1([marks[page][reader]]):.3f}" for reader in READERS))


def half_of(page: str) -> str:
    """ "open" or "closed", by the page's id alone."""
    return "closed" if hashlib.sha256(page.encode()).digest()[0] % 2 else "open"


def measured(folder: Path, bodies: Mapping[str, str]) -> dict[str, dict[str, Marks]]:
    """Each page read by each reader, who take turns to go first."""
    for read in READERS.values():
        read(_FIRST)
    marks: dict[str, dict[str, Marks]] = {}
    for number, (page, body) in enumerate(sorted(bodies.items())):
        data = gzip.decompress((folder / f"{page}.html.gz").read_bytes())
        order = list(READERS)[:: -1 if number % 2 else 1]
        marks[page] = {reader: _marks(READERS[reader], data, body) for reader in order}
    return marks


def _marks(read: Callable[[bytes], str], data: bytes, body: str) -> Marks:
    begun = time.perf_counter()
    text = read(data)
    seconds = time.perf_counter() - begun
    given, wanted = shingles(text), shingles(body)
    shared = (given & wanted).total()
    return Marks(_share(shared, given.total()), _share(shared, wanted.total()), seconds)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """How often each run of four tokens stands in a text; all its tokens, where there are fewer."""
    tokens = _TOKEN.findall(text)
    runs = (tuple(tokens[start : start + LENGTH]) for start in range(max(1, len(tokens) - LENGTH + 1)))
    return Counter(run for run in runs if run)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def f1(marks: Sequence[Marks]) -> float:
    """The harmonic mean of mean precision and mean recall."""
    return float(_f1(_columns(marks))) if any(mark.precision == mark.precision for mark in marks) else 0.0


def _columns(marks: Sequence[Marks]) -> NDArray[np.float64]:
    return np.array([[mark.precision, mark.recall] for mark in marks])


def _f1(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of [..., pages, 2] (precision and recall), over the pages."""
    means: NDArray[np.float64] = np.nanmean(columns, axis=-2)
    both = means.sum(axis=-1)
    return np.asarray(2 * means.prod(axis=-1) / np.where(both, both, 1.0))


def difference(before: Sequence[Marks], after: Sequence[Marks]) -> Interval:
    """F1 of `after` less that of `before` on the same pages, with the percentile interval of a bootstrap of pages."""
    old, new = _columns(before), _columns(after)
    drawn = np.random.default_rng(SEED).integers(0, len(old), size=(RESAMPLES, len(old)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(_f1(new[drawn]) - _f1(old[drawn]), [tail, 1 - tail])
    return Interval(float(_f1(new) - _f1(old)), float(low), float(high))


def report(name: str, marks: Mapping[str, Sequence[Marks]]) -> None:
    """One half: a line for each reader, then the difference and the ratio of their times."""
    count = len(next(iter(marks.values())))
    print(f"\n{name}, {count} pages".ljust(26) + "precision  recall     F1  seconds")
    for reader, pages in marks.items():
        precision, recall = np.nanmean(_columns(pages), axis=0)
        seconds = sum(page.seconds for page in pages)
        print(f"{reader:<25}{precision:>9.4f}{recall:>8.4f}{f1(pages):>7.4f}{seconds:>9.2f}")
    before, after = (marks[reader] for reader in READERS)
    change = difference(before, after)
    slower = sum(page.seconds for page in after) / sum(page.seconds for page in before)
    print(f"F1 {change.value:+.4f} [{change.low:+.4f}, {change.high:+.4f}], time x{slower:.2f}")


if __name__ == "__main__":
    main()
