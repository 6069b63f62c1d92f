"""Scores the dates that Footnote reads on the pages of tests/data/dates: right, wrong and unknown, per language.

    python eval/pages/dates.py [--list]

The pages and gold.json are found from this script's own place: two folders up, then tests/data/dates; every entry of
gold.json is one file there. "unknown" is a date that the page states and Footnote leaves out (or knows less exactly);
"fine" counts those of them that a careful reader may leave out too. A page without a date is right when none is read.
`--list` prints what is wrong or unknown. The exit status is 1 when anything is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from qa.articles import dates, metadata

PAGES = Path(__file__).resolve().parents[2] / "tests" / "data" / "dates"


def read(path: Path) -> tuple[str | None, str | None]:
    """(published, updated) of a page; a text has its first lines only, and its name's beginning as its language."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".txt":
        opening = metadata.opening(text.split("\n")[1:], path.name[:2])
        return opening.published, opening.updated
    stated = metadata.stated(text)
    return stated.published or dates.from_address(stated.url or ""), stated.updated


def judged(found: str | None, gold: str | None) -> str:
    """right, wrong or unknown."""
    if found == gold:
        return "right"
    return "unknown" if gold and (found is None or gold.startswith(found)) else "wrong"


def main() -> int:
    """Print the table; 1 where a date is wrong."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, gold in sorted(json.loads((PAGES / "gold.json").read_text(encoding="utf-8")).items()):
        for which, found in zip(("published", "updated"), read(PAGES / name), strict=True):
            verdict = judged(found, gold[which])
            for row in (name[:2], "total"):
                counts[row][f"{which} {verdict}"] += 1
                counts[row]["fine"] += verdict == "unknown" and gold["unknown_is_fine"]
            if verdict != "right" and "--list" in sys.argv:
                print(f"{verdict}: {name}, {which}: {found} for {gold[which]}")
    columns = [f"{which} {verdict}" for which in ("published", "updated") for verdict in ("right", "wrong", "unknown")]
    print("language", *columns, "fine", sep="\t")
    for row in sorted(counts, key=lambda row: (row == "total", row)):
        print(row, *(counts[row][column] for column in [*columns, "fine"]), sep="\t")
    return int(any("wrong" in column for column in counts["total"] if counts["total"][column]))


if __name__ == "__main__":
    sys.exit(main())
