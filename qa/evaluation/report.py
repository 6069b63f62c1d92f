"""One table of a run with its intervals, what changed since the baseline, what failed; and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from qa.evaluation.gate import Comparison, marks
from qa.evaluation.metrics import RETRIEVAL
from qa.evaluation.statistics import Interval, paired_difference, wilson
from qa.evaluation.suite import Result

Runs = Mapping[str, Sequence[Result]]
"""Results by the name of the system."""


def _found(name: str) -> Callable[[Result], float | None]:
    return lambda result: result.found[name] if result.found else None


def _words(result: Result) -> float | None:
    return float(result.words) if result.item.answerable else None


_SHARES: dict[str, Callable[[Result], float | None]] = {
    **{name: _found(name) for name in RETRIEVAL},
    "accuracy": lambda r: float(r.right) if r.item.answerable else None,
    "evidence precision": lambda r: r.overlap.precision if r.item.answerable else None,
    "evidence recall": lambda r: r.overlap.recall if r.item.answerable else None,
    "evidence F1": lambda r: r.overlap.f1 if r.item.answerable else None,
    "quotes exact": lambda r: r.exact / r.quotes if r.quotes else None,
    "wrong answers": lambda r: None if r.item.answerable else float(not r.refused),
    "wrong refusals": lambda r: float(r.refused) if r.item.answerable else None,
}
_COLUMNS = {
    "hit@1": "hit@1", "hit@5": "hit@5", "hit@10": "hit@10", "MRR": "MRR", "accuracy": "right", "words": "words",
    "evidence precision": "ev. P", "evidence recall": "ev. R", "evidence F1": "ev. F1", "quotes exact": "exact",
    "wrong answers": "w.answ", "wrong refusals": "w.ref", "p50": "p50 s", "p95": "p95 s",
}  # fmt: skip
_GAINED = ("accuracy", "evidence F1", "wrong answers", "wrong refusals")
LEGEND = (
    "right: an accepted answer in the short answer or the first three sentences, of all answerable; words: shown for\n"
    "one; ev.: evidence precision, recall, F1; exact: quotes that stand in the article; w.answ: unanswerable ones\n"
    "answered; w.ref: answerable ones refused; p50, p95: seconds for an answer"
)

GAINS_LEGEND = (
    "right: an accepted answer in the short answer or the first three sentences, of all answerable; ev. F1: evidence\n"
    "F1; w.answ: unanswerable ones answered; w.ref: answerable ones refused; unchanged: no question changed"
)


def measures(results: Sequence[Result]) -> dict[str, float | None]:
    """Mean of each measure over the questions it counts for, 0 to 1, and the mean words; None where none counts."""
    shares = {name: _mean([value(r) for r in results]) for name, value in _SHARES.items()}
    return {**shares, "words": _mean([_words(r) for r in results])}


def times(results: Sequence[Result]) -> dict[str, float | None]:
    """Median and 95th percentile of the seconds for an answer; None without any."""
    seconds = [result.seconds for result in results]
    if not seconds:
        return {"p50": None, "p95": None}
    return {"p50": round(float(np.median(seconds)), 4), "p95": round(float(np.percentile(seconds, 95)), 4)}


def intervals(results: Sequence[Result]) -> dict[str, Interval]:
    """The 95 % interval of each measure: Wilson's where questions are right or wrong, else a bootstrap of groups."""
    found = {}
    for name, value in _SHARES.items():
        counted = [(mark, r.item.group) for r in results if (mark := value(r)) is not None]
        values = [mark for mark, _ in counted]
        if values and set(values) <= {0.0, 1.0}:
            found[name] = wilson(int(sum(values)), len(values))
        elif values:
            found[name] = paired_difference([0.0] * len(values), values, [group for _, group in counted])
    return found


def table(runs: Runs) -> str:
    """One line for each system; LEGEND says what the columns mean."""
    width = max(len(name) for name in runs) + 2
    lines = ["".ljust(width) + "".join(title.rjust(8) for title in _COLUMNS.values())]
    for name, results in runs.items():
        values: dict[str, float | None] = {**measures(results), **times(results)}
        lines.append(name.ljust(width) + "".join(_cell(column, values[column]).rjust(8) for column in _COLUMNS))
    return "\n".join(lines)


def gains(rows: Sequence[tuple[str, Sequence[Result], Sequence[Result]]]) -> str:
    """One line for each (name, before, after): how many questions, and of each measure the value after, the change and
    its 95 % interval, or that no question changed; of a run against itself the value alone.
    """
    width = max(len(name) for name, _, _ in rows) + 2
    lines = [" " * width + "count" + "".join(_COLUMNS[name].rjust(29) for name in _GAINED)]
    for name, before, after in rows:
        cells = [_gain(_SHARES[measure], before, after).rjust(29) for measure in _GAINED]
        lines.append(name.ljust(width) + str(len(after)).rjust(5) + "".join(cells))
    return "\n".join(lines)


def _gain(value: Callable[[Result], float | None], before: Sequence[Result], after: Sequence[Result]) -> str:
    pairs = [
        (old, new, result.item.group)
        for one, result in zip(before, after, strict=True)
        if (old := value(one)) is not None and (new := value(result)) is not None
    ]
    if not pairs:
        return "-"
    olds, news, groups = zip(*pairs, strict=True)
    mean = f"{sum(news) / len(news):.2f}"
    if before is after:
        return mean
    if olds == news:
        return f"{mean} unchanged"
    change = paired_difference(olds, news, groups)
    return f"{mean} {change.value:+.2f} ({change.low:+.2f} to {change.high:+.2f})"


def kinds(results: Sequence[Result]) -> str:
    """Accuracy, evidence F1 and the two error rates for each kind of question."""
    lines = ["kind".ljust(16) + "".join(title.rjust(8) for title in ("count", "right", "ev. F1", "w.answ", "w.ref"))]
    for kind in dict.fromkeys(
        sorted((r.item.kind for r in results), key=lambda k: (k in ("unanswerable", "false premise"), k))
    ):
        mine = [r for r in results if r.item.kind == kind]
        values = measures(mine)
        shown = [_cell(name, values[name]) for name in ("accuracy", "evidence F1", "wrong answers", "wrong refusals")]
        lines.append(kind.ljust(16) + "".join(text.rjust(8) for text in (str(len(mine)), *shown)))
    return "\n".join(lines)


def sure(results: Sequence[Result]) -> str:
    """The intervals in one paragraph."""
    shown = [f"{name} {i.value:.2f} ({i.low:.2f} to {i.high:.2f})" for name, i in intervals(results).items()]
    return "95 % intervals: " + "; ".join(shown)


def changed(comparison: Comparison) -> str:
    """What changed since the baseline, and whether it is a loss."""
    if not comparison.questions and not any(c.value for c in comparison.changes.values()):
        return "Against the baseline: no question changed."
    lines = ["Against the baseline (change, 95 % interval):"]
    for name, change in comparison.changes.items():
        loss = "  LOSS" if name in comparison.losses else ""
        lines.append(f"  {name:<32}{change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f}){loss}")
    lines += [f"  {key}: {before} -> {after}" for key, before, after in comparison.questions]
    return "\n".join(lines)


def failures(results: Sequence[Result]) -> str:
    """The questions that failed, by cause, with what was shown."""
    failed = sorted((r for r in results if r.cause), key=lambda r: (r.cause or "", r.item.id))
    lines = [f"{len(failed)} of {len(results)} failed:"]
    for cause in dict.fromkeys(r.cause for r in failed):
        lines.append(f" {cause}")
        for result in (r for r in failed if r.cause == cause):
            nearest = result.answer.nearest.quote if result.answer.nearest else ""
            first = result.answer.sentences[0].text if result.answer.sentences and not result.refused else nearest
            shown = " | ".join(part for part in (result.answer.short, " ".join(first.split())[:110]) if part)
            lines.append(f"  {result.item.id} [{result.item.kind}] {result.item.question}\n      {shown}")
    return "\n".join(lines)


def as_json(runs: Runs) -> str:
    """Measures and every result of every system. All that depends on the machine's speed stands under "times", last:
    without it, two runs give the same bytes.
    """
    rows = {name: [_row(r) for r in results] for name, results in runs.items()}
    whole = {
        "measures": {name: measures(results) for name, results in runs.items()},
        "results": rows,
        "times": {name: times(results) for name, results in runs.items()},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _row(result: Result) -> dict[str, Any]:
    return {
        "id": result.item.id,
        "half": result.item.half,
        "kind": result.item.kind,
        **marks(result),
        "found": result.found,
        "cause": result.cause,
        "searched for": result.answer.standalone,
        "short": result.answer.short,
        "sentences": [sentence.text for sentence in result.answer.sentences],
        "words": result.words,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    counted = [value for value in values if value is not None]
    return round(sum(counted) / len(counted), 6) if counted else None


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if name == "words" else f"{value:.2f}"
