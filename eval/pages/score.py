"""How well pages are read: the composed pages of this folder and, where they are, the five real scraped ones.

    python eval/pages/score.py [tune|report|seeds ...] [--misses]

Without a name all three are read. The real pages (seeds) are found by FOOTNOTE_RAW_PAGES, the folder of their files;
seeds.json holds what stands on them, without their words. It is a report: it ends well whatever it finds.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.articles import formats, items
from qa.errors import Unreadable
from qa.evaluation.reading import LEGEND, GoldArticle, Score, gold_article, key, misses, score, sentences, table
from qa.schema import Article

HERE = Path(__file__).resolve().parent
VARIABLE = "FOOTNOTE_RAW_PAGES"
SETS = ("tune", "report", "seeds")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's file, what stands on it, and the sentence of each key, as far as the words are there."""

    path: Path
    gold: tuple[GoldArticle, ...]
    words: dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description="How well pages are read.")
    parser.add_argument("sets", nargs="*", metavar="|".join(SETS), help="which pages; all without a name")
    parser.add_argument("--misses", action="store_true", help="show every missing and foreign sentence and wrong field")
    asked = parser.parse_args()
    if strange := set(asked.sets) - set(SETS):
        parser.error(f"no such pages: {', '.join(sorted(strange))}")
    for name in asked.sets or SETS:
        found = list(pages(name))
        if not found:
            print(f"{name}: skipped, no pages are there" + (f" ({VARIABLE} names their folder)" * (name == "seeds")))
            continue
        scores = [scored(page) for page in found]
        print(f"{name}\n{table(scores)}\n")
        for page, one in zip(found, scores, strict=True):
            if asked.misses and (lines := misses(one, page.words)):
                print(f"{one.name}\n{lines}\n")
    print(LEGEND)


def pages(name: str) -> Iterator[Page]:
    """The pages of one of the SETS; none where their folder is not there."""
    if name == "seeds":
        yield from _real_pages()
        return
    for path in sorted((HERE / name).glob("*.gold.json")):
        stem = path.name.removesuffix(".gold.json")
        (page,) = (other for other in path.parent.glob(f"{stem}.*") if other.stem == stem)
        rows = json.loads(path.read_text(encoding="utf-8"))
        yield Page(
            page, tuple(map(gold_article, rows)), _words("\n\n".join(p for row in rows for p in row["paragraphs"]))
        )


def _real_pages() -> Iterator[Page]:
    folder = os.environ.get(VARIABLE)
    if not folder:
        return
    for name, rows in json.loads((HERE / "seeds.json").read_text(encoding="utf-8")).items():
        path = Path(folder) / name
        if path.is_file():
            yield Page(path, tuple(map(gold_article, rows)), _words(path.read_text(encoding="utf-8")))


def _words(text: str) -> dict[str, str]:
    return {key(sentence): sentence for sentence in sentences(text)}


def scored(page: Page) -> Score:
    """How one page is read."""
    return score(page.path.name, page.gold, read(page.path))


def read(path: Path) -> list[Article]:
    """The articles that Footnote reads in a file; none where it refuses the file."""
    try:
        return formats.read(items.Page(path.name, path.read_bytes())).articles
    except Unreadable:
        return []


if __name__ == "__main__":
    main()
