"""Articles, chunks and dates as they lie in the tables, and back."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.schema import About, Article, Chunk

_EPOCH = date(1970, 1, 1)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# Hangul, kana, Han (with the extensions beyond the first plane), and their half-width forms.
CJK = re.compile(
    "[\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in the version that becomes current, its chunks, and one vector per chunk.

    `kin` is equal for the same text from the same publisher and date, whatever the title.
    """

    article: Article
    kin: str
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles and chunks answer, and the first and last known date among the articles."""

    articles: int
    chunks: int
    first: str | None
    last: str | None


def day_range(iso: str | None) -> tuple[int, int] | None:
    """First and last day, counted from 1970, that a date of any precision spans; None if it is no date.

    "2015-09" -> (16679, 16708)
    """
    found = _ISO.fullmatch(iso or "")
    if not found:
        return None
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        last_month = int(month or 12)
        last = date(first.year, last_month, int(day or monthrange(first.year, last_month)[1]))
    except ValueError:
        return None
    return (first - _EPOCH).days, (last - _EPOCH).days


def effective_date(article: Article) -> str | None:
    """The date of the article it reports on, where it names one, else its own: the date that its attribution shows."""
    return (article.about.published if article.about else None) or article.published


def pairs(text: str) -> str:
    """Neighbouring CJK characters, two by two, for a keyword index that knows no words there: 新华社 -> 新华 华社."""
    found = []
    for run in CJK.findall(text):
        found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return " ".join(found)


def keyword_row(text: str, header: str) -> tuple[str, str, str]:
    """The three columns of the keyword index for a chunk."""
    return text, header, pairs(f"{header}\n{text}")


def version_row(article: Article) -> tuple[Any, ...]:
    """An article as a row of `versions`."""
    about = json.dumps(asdict(article.about), ensure_ascii=False) if article.about else None
    return (
        article.id, article.version, article.title, article.text, article.publisher, article.author, article.published,
        article.dated_by, about, article.url, article.language, article.origin, article.content_hash,
        article.updated, json.dumps(article.notes, ensure_ascii=False) if article.notes else None,
        json.dumps(article.pages) if article.pages else None,
    )  # fmt: skip


def article_of(row: Sequence[Any]) -> Article:
    """The article of a row of `versions`."""
    values = list(row)
    values[8] = About(**json.loads(values[8])) if values[8] else None
    values[14:] = [tuple(json.loads(value)) if value else () for value in values[14:]]
    return Article(*values)


def article_row(entry: Entry) -> tuple[Any, ...]:
    """An article as a row of `articles`."""
    article = entry.article
    about_publisher = article.about.publisher if article.about else None
    published = effective_date(article)
    first, last = day_range(published) or (None, None)
    return (
        article.id, article.version, article.origin, entry.kin, folded(article.publisher), folded(about_publisher),
        published if first is not None else None, first, last,
    )  # fmt: skip


def folded(name: str | None) -> str | None:
    """A publisher's name as filters compare it."""
    return name.strip().casefold() if name else None


def vector_bytes(vector: NDArray[np.float32]) -> bytes:
    """A vector as it is stored: float16, little endian."""
    return vector.astype("<f2").tobytes()


def vectors_of(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors as unit rows again."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    found = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), -1).astype(np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(lengths, 1e-12), dtype=np.float32)
