"""How long the verdict on one sentence takes, and what checking adds to a written sentence: a table in docs/speed.md.

    python eval/bench/judging.py

Sentences of the starter articles, each judged on others of its own article, as many as fit 192 tokens with it, or 384,
which is all that the trained judge reads: by the rules alone, and as it ships. Each evidence is new, so that nothing is
remembered of it. Then what a chat model's sentence waits for its verdict while a reply streams in: the same judgement,
on the two sentences that it cites. Each time stands beside its ratio to a fixed piece of arithmetic timed in the same
run, because machines differ and are noisy.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from speed import arithmetic

from qa import Assistant, Settings
from qa.answering.judging import Judge, Judging, Rules
from qa.answering.verdict_model import VerdictModel
from qa.articles.sources import STARTER
from qa.indexing.embeddings import Embedder
from qa.sentences import sentence_spans

CLAIMS = 60
YARDS = 10
LENGTHS = (192, 384)
Case = tuple[str, list[str]]


def main() -> None:
    settings = Settings.load(index=STARTER)
    judge, rules = Judge(VerdictModel(settings.precision, settings.device)), Rules()
    with Assistant(settings) as assistant:
        texts = [article.text for article in assistant.articles()]
    count = Embedder(settings).count_tokens
    rows: list[tuple[str, float, float]] = []
    yardsticks: list[float] = []
    for length in LENGTHS:
        cases = list(sized(texts, length, count))[:CLAIMS]
        for name, by in (("rules alone", rules), ("as it ships", judge)):
            rows.append((f"one sentence, {length} tokens, {name}", *timed(by, cases, yardsticks)))
    written = [(claim, evidence[:2]) for claim, evidence in sized(texts, LENGTHS[0], count)][CLAIMS : 2 * CLAIMS]
    rows.append(("a chat model's sentence on two that it cites", *timed(judge, written, yardsticks)))
    yardstick = statistics.median(yardsticks)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; yardstick {yardstick * 1000:.1f} ms")
    for name, middle, most in rows:
        print(f"{name:<48}{middle * 1000:>8.1f} / {most * 1000:.1f} ms{middle / yardstick:>8.2f} x  (p50 / p95)")


def sized(texts: list[str], length: int, count: Callable[[str], int]) -> Iterator[Case]:
    """Each sentence with a word changed, and the others of its article, as many as fit so many tokens with it."""
    for text in texts:
        sentences = [text[start:end] for start, end in sentence_spans(text)]
        for place, claim in enumerate(sentences):
            kept: list[str] = []
            for other in (*sentences[place:], *sentences[:place]):
                if count(" ".join([claim, *kept, other])) > length:
                    break
                kept.append(other)
            if len(sentences) > len(kept) >= 2:
                yield f"It is said that {claim[0].lower()}{claim[1:]}", kept


def timed(by: Judging, cases: list[Case], yardsticks: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile, after two that warm up."""
    times = []
    yardsticks += [clocked(arithmetic) for _ in range(YARDS)]
    time.sleep(1)  # the arithmetic's threads spin on for a while, and would slow the judge down
    for claim, evidence in cases[:2] + cases:
        times.append(clocked(lambda claim=claim, evidence=evidence: by.judge(claim, evidence)))
    return float(np.percentile(times[2:], 50)), float(np.percentile(times[2:], 95))


def clocked(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
