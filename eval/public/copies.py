"""Copies among real news: edited texts, other articles on the same event, and pairs labelled by hand.

    FOOTNOTE_BENCH_DATA=... python eval/public/copies.py

The articles (RealtimeQA 2025) are halved by a hash of their address. Thresholds were set on the tune half only. A copy
counts as found where `Copies` names it and `is_copy` confirms it, as when an archive is indexed. Shares have their
95 % interval (Wilson). Which pairs were labelled, and how: eval/copies/README.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from qa.articles.copies import Copies, is_copy, signature
from qa.evaluation.statistics import wilson
from qa.sentences import sentence_spans
from qa.training.examples import read_lines

FOLDER = "realtimeqa-2025"
LABELS = Path(__file__).resolve().parents[1] / "copies" / "natural_pairs.jsonl"
SEED = 20251123
EDITED = 300  # articles of each half that are edited, in each way
LONG, SHORT = 300, 150  # words; between them, all edits at once leave a third of the article at best
NEAR_DAYS = 7  # articles on the same event appear within a week
RARE = 25  # a name in at most so many articles tells an event
SHARED_NAMES = 3
REPUBLISHED_DAYS = 14  # agencies' copies appear within days; a page issued anew for another occasion, later

Pair = frozenset[str]


@dataclass(frozen=True)
class News:
    """One article of the data, under a short hash of its address."""

    id: str
    half: str
    text: str
    published: date


@dataclass(frozen=True)
class Label:
    """What a reader said of two articles."""

    pair: Pair
    half: str
    copy: bool
    drawn: str


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / FOLDER).is_dir():
        print(f"skipped: FOOTNOTE_BENCH_DATA does not name a folder with {FOLDER}")
        return
    rows = read_lines(Path(data) / FOLDER / "articles.jsonl.gz")
    articles = {news.id: news for news in _articles(rows)}
    print(f"{len(articles)} articles; {len(rows) - len(articles)} pages left out that hold one notice and no article")
    labels = _labels(articles)
    called = _called(list(articles.values()))
    events = _same_event(articles, read_lines(Path(data) / FOLDER / "questions.jsonl.gz"))
    for half in ("tune", "report"):
        print(f"\n{half.upper()} HALF")
        mine = [news for news in articles.values() if news.half == half]
        _print_edited(mine, {label.pair for label in labels if label.copy})
        _print_events({pair for pair in events if _half(pair, articles) == half}, called, labels)
        _print_natural([label for label in labels if label.half == half], called, articles)
    _print_all_called(called, labels, articles)
    _print_time(list(articles.values()))


def _articles(rows: Sequence[dict[str, Any]]) -> Iterable[News]:
    addresses = Counter(row["text"] for row in rows)
    for row in rows:
        if addresses[row["text"]] <= 2:
            digest = hashlib.sha256(row["url"].encode())
            day = date(*map(int, row["publish_date"].split("/")))
            yield News(digest.hexdigest()[:16], "report" if digest.digest()[0] % 2 else "tune", row["text"], day)


def _labels(articles: dict[str, News]) -> list[Label]:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    labels = [Label(frozenset((row["one"], row["other"])), row["half"], row["copy"], row["drawn"]) for row in rows]
    assert all(label.pair <= articles.keys() for label in labels), "the labels belong to other data"
    return labels


def _called(articles: Sequence[News]) -> set[Pair]:
    """Every pair that is called a copy when the articles are added one after another."""
    copies, texts, called = Copies(), {news.id: news.text for news in articles}, set()
    for news in articles:
        signed = signature(news.text)
        called |= {frozenset((news.id, near)) for near in copies.near(signed) if is_copy(news.text, texts[near])}
        copies.add(news.id, signed)
    return called


def _half(pair: Pair, articles: dict[str, News]) -> str:
    return articles[min(pair)].half


def _same_event(articles: dict[str, News], questions: Sequence[dict[str, Any]]) -> set[Pair]:
    """Pairs found for one question, published within a week, with three rare names in common."""
    names = {news.id: set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", news.text)) for news in articles.values()}
    spread = Counter(name for found in names.values() for name in found)
    rare = {id_: {name for name in found if spread[name] <= RARE} for id_, found in names.items()}
    pairs = set()
    for question in questions:
        ids = {hashlib.sha256(url.encode()).hexdigest()[:16] for url in question["search_result_urls"]}
        for one, other in combinations(sorted(ids & articles.keys()), 2):
            days = abs((articles[one].published - articles[other].published).days)
            if days <= NEAR_DAYS and len(rare[one] & rare[other]) >= SHARED_NAMES:
                pairs.add(frozenset((one, other)))
    return pairs


Edit = Callable[[list[str], list[str], random.Random], list[str]]
"""The sentences of an article, those of another, a source of chance: the edited sentences."""


def _first_part(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    return _from(sentences, 0)


def _middle_part(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    words = sum(len(sentence.split()) for sentence in sentences)
    skipped = start = 0
    while skipped < 0.2 * words:
        skipped += len(sentences[start].split())
        start += 1
    return _from(sentences, start)


def _from(sentences: list[str], start: int) -> list[str]:
    most, kept, words = 0.6 * sum(len(sentence.split()) for sentence in sentences), [], 0
    for sentence in sentences[start:]:
        words += len(sentence.split())
        if words > most:
            break
        kept.append(sentence)
    return kept


def _retitled(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    return sentences


def _other_lead(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    return other[:2] + sentences[2:]


def _edited(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    """One sentence in ten has a fifth of its words replaced by the other article's and a fifth deleted."""
    words, first = " ".join(other).split(), chance.randrange(10)
    edited = list(sentences)
    for place in range(first, len(sentences), 10):
        kept = [word for word in sentences[place].split() if chance.random() > 0.2]
        edited[place] = " ".join(chance.choice(words) if chance.random() < 0.2 else word for word in kept)
    return edited


def _all_at_once(sentences: list[str], other: list[str], chance: random.Random) -> list[str]:
    return _edited(_other_lead(_first_part(sentences, other, chance), other, chance), other, chance)


EDITS: dict[str, Edit] = {
    "cut to 60 %, the first part": _first_part,
    "cut to 60 %, from the middle": _middle_part,
    "retitled": _retitled,
    "another article's lead": _other_lead,
    "one sentence in ten edited": _edited,
    "cut, other lead, edited": _all_at_once,
}


def _print_edited(articles: Sequence[News], labelled: set[Pair]) -> None:
    """Each edited text is looked up among all articles of its half."""
    chance = random.Random(SEED)
    copies, texts = Copies(), {news.id: news.text for news in articles}
    for news in articles:
        copies.add(news.id, signature(news.text))
    words = {news.id: len(news.text.split()) for news in articles}
    long = chance.sample([news for news in articles if words[news.id] >= LONG], EDITED + 1)
    short = [news for news in articles if SHORT <= words[news.id] < LONG]

    def look_up(edit: Edit, chosen: Sequence[News]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for news, other in pairwise(chosen):
            text = "\n\n".join(edit(_sentences(news), _sentences(other), chance))
            found = [near for near in copies.near(signature(text)) if is_copy(text, texts[near])]
            counts["found"] += news.id in found
            strange = [near for near in found if texts[near] != news.text]
            counts["false"] += sum(frozenset((near, news.id)) not in labelled for near in strange)
        return counts

    print(f"edited texts of at least {LONG} words before, looked up among {len(articles)} articles")
    sums: Counter[str] = Counter()
    for kind, edit in EDITS.items():
        counts = look_up(edit, long)
        print(f"  recall    {_share(counts['found'], EDITED)}  {kind}")
        sums += counts
    print(f"  recall    {_share(sums['found'], EDITED * len(EDITS))}  together")
    print(f"  precision {_share(sums['found'], sums['found'] + sums['false'])}  together")
    counts = look_up(_all_at_once, short)
    print(
        f"  recall    {_share(counts['found'], len(short) - 1)}  last kind, {SHORT} to {LONG} words; not counted above"
    )


def _sentences(news: News) -> list[str]:
    return [news.text[start:end] for start, end in sentence_spans(news.text)]


def _print_events(events: set[Pair], called: set[Pair], labels: Sequence[Label]) -> None:
    others = events - {label.pair for label in labels if label.copy}
    print("other articles on the same event")
    print(f"  told apart {_share(len(others - called), len(others))}  pairs not labelled copies")


def _print_natural(labels: Sequence[Label], called: set[Pair], articles: dict[str, News]) -> None:
    drawn = [label for label in labels if label.drawn == "by overlap"]
    named = {label.pair for label in drawn if label.pair in called}
    print(f"{len(drawn)} natural pairs drawn by overlap, {sum(label.copy for label in drawn)} of them copies")
    _print_scores(drawn, named, "by text")
    dated = {pair for pair in named if _days(pair, articles) <= REPUBLISHED_DAYS}
    _print_scores(drawn, dated, f"by text, published within {REPUBLISHED_DAYS} days")


def _print_scores(labels: Sequence[Label], named: set[Pair], how: str) -> None:
    copies = {label.pair for label in labels if label.copy}
    print(f"  precision {_share(len(named & copies), len(named))}  {how}")
    print(f"  recall    {_share(len(named & copies), len(copies))}  {how}")


def _print_all_called(called: set[Pair], labels: Sequence[Label], articles: dict[str, News]) -> None:
    """Pairs of one text at two addresses are copies without a label."""
    print("\nEVERY PAIR CALLED A COPY, by half of its first article")
    verdicts = {label.pair: label for label in labels}
    soon = {pair for pair in called if _days(pair, articles) <= REPUBLISHED_DAYS}
    for how, pairs in (("by text", called), (f"by text, published within {REPUBLISHED_DAYS} days", soon)):
        tally: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for pair in pairs:
            one, other = (articles[id_] for id_ in sorted(pair))
            label = verdicts.get(pair)
            half = label.half if label else one.half
            unread = "same text" if one.text == other.text else "not read"
            tally[half][unread if not label else "copy" if label.copy else "false"] += 1
        for half in ("tune", "report"):
            kinds = tally[half]
            right = kinds["same text"] + kinds["copy"]
            print(f"  precision {_share(right, right + kinds['false'])}  {how}, {half}: {dict(sorted(kinds.items()))}")


def _print_time(articles: Sequence[News]) -> None:
    """One run over a mix of lengths; past the end of the data the same articles come again with their words backwards,
    which makes other texts of the same lengths."""
    print("\nTIME to sign, look up, confirm and add, one run (CPU seconds since its beginning)")
    order = random.Random(SEED).sample(list(articles), len(articles))
    copies, texts = Copies(), {}
    began = time.process_time()
    for number in range(8000):
        text = order[number % len(order)].text
        if number >= len(order):
            text = " ".join(reversed(text.split()))
        signed = signature(text)
        for near in copies.near(signed):
            is_copy(text, texts[near])
        texts[str(number)] = text
        copies.add(str(number), signed)
        if number + 1 in (1000, 2000, 4000, 8000):
            seconds = time.process_time() - began
            print(f"  {number + 1:5} texts {seconds:6.1f} s  {1000 * seconds / (number + 1):.2f} ms each")
    began = time.process_time()
    for news in order[:1000]:
        signature(news.text)
    print(f"  signature alone: {time.process_time() - began:.2f} ms each")


def _days(pair: Pair, articles: dict[str, News]) -> int:
    one, other = (articles[id_].published for id_ in pair)
    return abs((one - other).days)


def _share(right: int, count: int) -> str:
    if not count:
        return "none to count       "
    interval = wilson(right, count)
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}] {right}/{count}"


if __name__ == "__main__":
    main()
