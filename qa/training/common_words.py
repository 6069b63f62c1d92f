"""Lists the words that are no names, for the rules on names: `qa/models/common_words.txt`.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.common_words

A sentence's first word has a capital whatever it is. It counts as no name if running text writes it small: in three
articles at least, and with a capital inside a sentence no oftener (titles of films capitalise common words). Counts of
words in the articles of `qa.training.own` (news and encyclopedia, free licences); no sentence of theirs is kept.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from qa.answering.lexicon import COMMON_FILE
from qa.schema import MONTHS
from qa.training.own import articles

_LEAST = 3  # articles
_SHORTEST = 3  # letters
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z]+(?![\w-])")
_INSIDE = re.compile(r"[a-z,] $")


def common(texts: Iterable[str]) -> list[str]:
    """The common words of the texts, in order."""
    small, capital, held = Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        words = {match.start(): match.group() for match in _WORD.finditer(text)}
        small.update(word for word in words.values() if word.islower())
        held.update({word for word in words.values() if word.islower()})
        inside = (word for start, word in words.items() if _INSIDE.search(text[max(0, start - 2) : start]))
        capital.update(word.lower() for word in inside if word.istitle())
    return sorted(
        word
        for word, articles_of_it in held.items()
        if articles_of_it >= _LEAST
        and word.title() not in MONTHS
        and capital[word] <= small[word]
        and len(word) >= _SHORTEST
    )


def main(data: Path) -> None:
    """Writes the list."""
    words = common(row["text"] for row in articles(data).values())
    COMMON_FILE.write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]))
