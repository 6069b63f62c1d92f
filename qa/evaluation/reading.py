"""How well pages are read: the articles that reading gave, held against the articles that stand on the page.

What stands on a page is its gold: for each article its title and what the page states of it, the sentences of its body,
those that a fair reader may keep or leave (captions, labels, standfirsts), and the notes that are kept apart. Sentences
are compared by a short hash, so that the gold of pages that are not ours holds none of their words. For comparing,
white space is collapsed and case folded.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Protocol

from qa.schema import About
from qa.sentences import sentence_spans

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:")
FIELDS = ("publisher", "author", "published", "updated", "about")
"""What a page can state of an article beside its title."""

Outcome = Literal["right", "wrong", "missing", "unstated"]
"""wrong: another value than the page states, or one where it states none; missing: none where the page states one;
unstated: none on either side."""

_MARKS = re.compile(r"[*_`~]|^\s*#+\s|\s#+\s*$|!?\[(?=[^\]]*\]\()|\]\([^)]*\)")
_ABOUT = ("title", "publisher", "author", "published", "url")


class Given(Protocol):
    """An article as reading gives it: an `Item` or an `Article`."""

    @property
    def title(self) -> str:
        """The title."""

    @property
    def text(self) -> str:
        """The body, paragraphs apart by a blank line."""

    @property
    def about(self) -> About | None:
        """The article it reports on."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One article as it stands on its page: the keys of its sentences, and what the page states of it.

    A field that is not in `stated` was not looked at and is not judged; None in it says that the page states none.
    """

    title: str
    stated: Mapping[str, str | About | None]
    body: tuple[str, ...]
    optional: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """An article of the page and what reading gave for it, where it gave anything (`found`).

    `missing`: keys of its body's sentences that are not in what was given. `foreign`: the sentences given, in words,
    that are in neither its body nor its optional ones; a sentence given more often than it stands there counts too.
    """

    gold: GoldArticle
    found: bool
    title_given: str
    given: Mapping[str, str | About | None]
    outcomes: Mapping[str, Outcome]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    sentences: int
    notes: int

    @property
    def titled(self) -> bool:
        """Whether the title is right."""
        return self.found and _bare(self.title_given) == _bare(self.gold.title)


@dataclass(frozen=True, slots=True)
class Surplus:
    """An article that reading gave and that is none of the page's; all its sentences are foreign."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How one page, or several together, were read."""

    name: str
    pairs: tuple[Pair, ...]
    surplus: tuple[Surplus, ...] = ()

    @property
    def expected(self) -> int:
        """How many articles stand on the page."""
        return len(self.pairs)

    @property
    def found(self) -> int:
        """How many of them were given."""
        return sum(pair.found for pair in self.pairs)

    @property
    def titles(self) -> int:
        """How many have the right title."""
        return sum(pair.titled for pair in self.pairs)

    @property
    def body_share(self) -> float | None:
        """The share of the bodies' sentences that are in the right article; None where the bodies hold none."""
        body = sum(len(pair.gold.body) for pair in self.pairs)
        return 1 - sum(len(pair.missing) for pair in self.pairs) / body if body else None

    @property
    def foreign_share(self) -> float | None:
        """The share of the given sentences that are foreign where they stand; None where none were given."""
        strange = sum(len(other.sentences) for other in self.surplus)
        given = sum(pair.sentences for pair in self.pairs) + strange
        return (sum(len(pair.foreign) for pair in self.pairs) + strange) / given if given else None

    @property
    def notes(self) -> tuple[int, int]:
        """The notes found, and how many there are."""
        return sum(pair.notes for pair in self.pairs), sum(len(pair.gold.notes) for pair in self.pairs)

    def outcomes(self, field: str) -> Counter[Outcome]:
        """How often a field is right, wrong, missing or unstated."""
        return Counter(pair.outcomes[field] for pair in self.pairs if field in pair.outcomes)


def key(words: str) -> str:
    """A sentence as it is compared: 16 hexadecimal digits, the same for any white space and case."""
    return hashlib.sha256(_plain(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sentences(text: str) -> list[str]:
    """The sentences of a text in reading order; none reaches over a blank line."""
    return [text[start:end] for start, end in sentence_spans(text)]


def gold_article(row: Mapping[str, Any]) -> GoldArticle:
    """An article of the gold: with its words ("paragraphs", "optional", "notes"), or as keys ("body" in place of
    "paragraphs"). Raises KeyError where its title or its body is not there.
    """
    as_keys = "body" in row
    optional, notes = row.get("optional") or (), row.get("notes") or ()
    return GoldArticle(
        title=row["title"],
        stated={field: _stated(row[field]) for field in FIELDS if field in row},
        body=tuple(row["body"]) if as_keys else _keys(row["paragraphs"]),
        optional=tuple(optional) if as_keys else _keys(optional),
        notes=tuple(notes) if as_keys else tuple(map(key, notes)),
    )


def score(name: str, gold: Sequence[GoldArticle], given: Sequence[Given]) -> Score:
    """How a page was read. Each article of the gold is paired with the given one that shares the most sentences with
    it, one to one, the largest share first; what shares none is not paired.
    """
    read = [sentences(article.text) for article in given]
    partner = _partners(gold, given, read)
    pairs = tuple(
        _pair(article, given[partner[number]], read[partner[number]]) if number in partner else _lost(article)
        for number, article in enumerate(gold)
    )
    left = [number for number in range(len(given)) if number not in partner.values()]
    return Score(name, pairs, tuple(Surplus(given[number].title, tuple(read[number])) for number in left))


def total(name: str, scores: Iterable[Score]) -> Score:
    """Several pages as one."""
    pages = list(scores)
    return Score(
        name,
        tuple(chain.from_iterable(page.pairs for page in pages)),
        tuple(chain.from_iterable(page.surplus for page in pages)),
    )


def table(scores: Sequence[Score]) -> str:
    """A line for each page and one for all; LEGEND says what the columns mean."""
    rows = [_HEADS] + [_cells(one) for one in (*scores, total("all", scores))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(map(str.rjust, row[1:], widths[1:]))]).rstrip() for row in rows
    )


LEGEND = (
    "found: articles found of those on the page, + surplus ones; publisher to about: right, wrong, missing;\n"
    "body: share of the bodies' sentences in the right article; foreign: share of the given sentences that do not\n"
    "belong where they stand; notes: found of those on the page"
)
_HEADS = ("page", "found", "titles", *FIELDS, "body", "foreign", "notes")


def misses(one: Score, words: Mapping[str, str]) -> str:
    """What is wrong, a line each: articles, titles, fields, and the first 80 characters of sentences that are missing
    or foreign. `words` has the sentence of a key, where it is known.
    """
    lines = []
    for pair in one.pairs:
        if not pair.found:
            lines.append(f"no article   {pair.gold.title}")
        elif not pair.titled:
            lines.append(f"title        {pair.title_given}, not {pair.gold.title}")
        lines += [
            f"{field:<12} {_value(pair.given[field])}, not {_value(pair.gold.stated[field])} ({pair.gold.title[:40]})"
            for field, outcome in pair.outcomes.items()
            if pair.found and outcome in ("wrong", "missing")
        ]
        lines += [f"missing      {_short(words.get(sentence, sentence))}" for sentence in pair.missing]
        lines += [f"foreign      {_short(sentence)}" for sentence in pair.foreign]
    for other in one.surplus:
        lines += [f"surplus      {other.title}", *(f"foreign      {_short(sentence)}" for sentence in other.sentences)]
    return "\n".join(lines)


def _day(words: str) -> str:
    """A date without its hour, for reading keeps days; any other words as they are."""
    return words[:10] if _INSTANT.match(words) else words


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _bare(title: str) -> str:
    """A title as it is compared: without Markdown's marks."""
    return _plain(_MARKS.sub("", title))


def _value(value: str | About | None) -> str:
    if isinstance(value, About):
        return ", ".join(part for name in _ABOUT if (part := getattr(value, name)))
    return value or "none"


def _short(sentence: str) -> str:
    return " ".join(sentence.split())[:80]


def _keys(paragraphs: Iterable[str]) -> tuple[str, ...]:
    return tuple(key(sentence) for paragraph in paragraphs for sentence in sentences(paragraph))


def _stated(value: object) -> str | About | None:
    if isinstance(value, Mapping):
        return About(**{name: value.get(name) for name in _ABOUT})
    return value if isinstance(value, str) else None


def _partners(gold: Sequence[GoldArticle], given: Sequence[Given], read: Sequence[Sequence[str]]) -> dict[int, int]:
    """Which given article stands for which of the gold, by their places."""
    counted = [Counter(map(key, sentences)) for sentences in read]
    ranked = sorted(
        (-shared, _bare(article.title) != _bare(given[other].title), number, other)
        for number, article in enumerate(gold)
        for other in range(len(given))
        if (shared := (Counter(article.body + article.optional) & counted[other]).total())
    )
    partner: dict[int, int] = {}
    for _, _, number, other in ranked:
        if number not in partner and other not in partner.values():
            partner[number] = other
    return partner


def _pair(gold: GoldArticle, given: Given, read: Sequence[str]) -> Pair:
    # An Article has not every field of an Item: what it has not, it does not give.
    values = {field: getattr(given, field, None) for field in gold.stated}
    notes = Counter(map(key, getattr(given, "notes", ())))
    left, foreign = Counter(gold.body + gold.optional), []
    for sentence in read:
        if left[key(sentence)]:
            left[key(sentence)] -= 1
        else:
            foreign.append(sentence)
    return Pair(
        gold=gold,
        found=True,
        title_given=given.title,
        given=values,
        outcomes={field: _outcome(gold.stated[field], values[field]) for field in gold.stated},
        missing=_missing(gold.body, Counter(map(key, read))),
        foreign=tuple(foreign),
        sentences=len(read),
        notes=(Counter(gold.notes) & notes).total(),
    )


def _lost(gold: GoldArticle) -> Pair:
    outcomes = {field: _outcome(value, None) for field, value in gold.stated.items()}
    return Pair(gold, False, "", dict.fromkeys(gold.stated), outcomes, gold.body, (), 0, 0)


def _missing(body: Sequence[str], read: Counter[str]) -> tuple[str, ...]:
    missing = []
    for sentence in body:
        if read[sentence]:
            read[sentence] -= 1
        else:
            missing.append(sentence)
    return tuple(missing)


def _outcome(stated: str | About | None, given: str | About | None) -> Outcome:
    if given is None:
        return "unstated" if stated is None else "missing"
    return "right" if stated is not None and _same(stated, given) else "wrong"


def _same(stated: str | About, given: str | About) -> bool:
    if isinstance(stated, str) or isinstance(given, str):
        return isinstance(stated, str) and isinstance(given, str) and _plain(_day(stated)) == _plain(_day(given))
    wanted = {name: value for name in _ABOUT if (value := getattr(stated, name))}
    return all(_plain(getattr(given, name) or "") == _plain(value) for name, value in wanted.items())


def _cells(one: Score) -> tuple[str, ...]:
    counts = [one.outcomes(field) for field in FIELDS]
    return (
        one.name,
        f"{one.found}/{one.expected}" + (f" +{len(one.surplus)}" if one.surplus else ""),
        f"{one.titles}/{one.expected}",
        *(f"{count['right']} {count['wrong']} {count['missing']}" for count in counts),
        "-" if one.body_share is None else f"{one.body_share:.4f}",
        "-" if one.foreign_share is None else f"{one.foreign_share:.4f}",
        "{}/{}".format(*one.notes),
    )
