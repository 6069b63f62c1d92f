"""Questions with their answers, as claims: does the sentence carry "question, answer", or does it only look so?

Before Footnote answers, the judge reads what the reader found (`qa.answering.reader`); here it learns what to look for
(a reader whose answer a second model verifies; Hu et al. 2019, arXiv 1808.05759). True is a question with its answer on
the sentence that holds it. False is the same question on the likeliest other sentence, and a question that the passage
does not answer, each with the words that the reader would have shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa.answering.span_model import PassageReading, SpanModel, best_span
from qa.sentences import sentence_spans
from qa.training.contrasts import Group
from qa.training.examples import Example
from qa.training.pairs import Pair

_HEADED = 0.85  # share of the groups whose evidence begins with the title, as it does where Footnote answers
_TWO = 0.2  # share of the groups whose evidence is the sentence with the one before it
_SHORTEST = 3  # characters of a likeliest answer


def groups(asked: Iterable[Group], reader: SpanModel, rng: random.Random) -> Iterator[list[Pair]]:
    """The groups of examples as pairs, those that hold a true claim and a false one."""
    for group in asked:
        headed, before = rng.random() < _HEADED, int(rng.random() < _TWO)
        made = [
            pair
            for _, found in groupby(group, key=lambda example: example.question)
            for example, seen in _read(list(found), reader)
            for pair in _pairs(example, seen, headed=headed, before=before)
        ]
        if len({pair.label for pair in made}) > 1:
            yield list(dict.fromkeys(made))


def _read(examples: Sequence[Example], reader: SpanModel) -> Iterator[tuple[Example, PassageReading]]:
    seen = reader.read(examples[0].question, [(example.title, example.passage) for example in examples])
    return zip(examples, seen, strict=True)


def _pairs(example: Example, seen: PassageReading, *, headed: bool, before: int) -> Iterator[Pair]:
    """The true claim of an answerable example, and the false one that the reader likes best."""
    passage, answer = example.passage, example.answer
    spans = sentence_spans(passage)
    header = f"{example.title} " if headed and example.title else ""
    shown = [header + " ".join(passage[spans[max(n - before, 0)][0] : end].split()) for n, (_, end) in enumerate(spans)]
    others = list(range(len(spans)))
    if answer is not None:
        start = passage.index(answer)
        right = [n for n, span in enumerate(spans) if span[0] <= start and start + len(answer) <= span[1]]
        if not right:  # it runs over the end of a sentence: none alone carries it
            return
        yield Pair(f"{example.question} {answer}", shown[right[0]], "supported", "true", "answered")
        others = [n for n in others if answer.lower() not in shown[n].lower()]
    likeliest = [(*found, n) for n in others if (found := best_span(seen, *spans[n])) and _long(found)]
    if likeliest:
        _, first, last, place = max(likeliest)
        yield Pair(f"{example.question} {passage[first:last]}", shown[place], "unsupported", "answer", "answered")


def _long(span: tuple[float, int, int]) -> bool:
    return span[2] - span[1] >= _SHORTEST
