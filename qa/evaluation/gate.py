"""The gate: is this run worse than the last accepted one, by more than chance explains?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import SourceError
from qa.evaluation.questions import Item
from qa.evaluation.statistics import Interval, paired_difference
from qa.evaluation.suite import Result

Marks = Mapping[str, Any]
"""What is kept of one result between runs; see `marks`."""

# What must not get worse: name -> (the value of one question, or None where it does not count; +1 if higher is better).
WATCHED: dict[str, tuple[Callable[[Marks], float | None], int]] = {
    "hit@1": (lambda m: m["hit@1"], 1),
    "answer accuracy": (lambda m: float(m["right"]) if m["answerable"] else None, 1),
    "evidence F1": (lambda m: m["evidence F1"] if m["answerable"] else None, 1),
    "quotes exact": (lambda m: m["exact"] / m["quotes"] if m["quotes"] else None, 1),
    "wrong answers on unanswerable": (lambda m: None if m["answerable"] else float(not m["refused"]), -1),
    "wrong refusals": (lambda m: float(m["refused"]) if m["answerable"] else None, -1),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against the baseline: for each watched measure the change and its interval, and the questions that changed
    (id, before, after), each state in words.
    """

    changes: dict[str, Interval]
    questions: tuple[tuple[str, str, str], ...]

    @property
    def losses(self) -> tuple[str, ...]:
        """The measures that got worse by more than chance explains: the whole interval is on the bad side of zero."""
        return tuple(
            name
            for name, change in self.changes.items()
            if (change.high < 0 if WATCHED[name][1] > 0 else change.low > 0)
        )


def marks(result: Result) -> dict[str, Any]:
    """What is kept of a result between runs: nothing that depends on the machine."""
    return {
        "group": result.item.group,
        "answerable": result.item.answerable,
        "hit@1": result.found["hit@1"] if result.found else None,
        "right": result.right,
        "refused": result.refused,
        "evidence F1": round(result.overlap.f1, 6),
        "quotes": result.quotes,
        "exact": result.exact,
    }


def compare(before: Mapping[str, Marks], after: Mapping[str, Marks]) -> Comparison:
    """The change from one run to another over the same questions; the bootstrap draws groups of questions."""
    changes = {}
    for name, (value, _) in WATCHED.items():
        # A question that counts in one run only (no quote was shown, say) says nothing of a change in quality.
        pairs = [
            (old, new, after[key]["group"])
            for key in after
            if (old := value(before[key])) is not None and (new := value(after[key])) is not None
        ]
        if pairs:
            changes[name] = paired_difference([p[0] for p in pairs], [p[1] for p in pairs], [p[2] for p in pairs])
    states = [(key, _state(before[key]), _state(after[key])) for key in after]
    return Comparison(changes, tuple(state for state in states if state[1] != state[2]))


def fingerprint(items: Sequence[Item]) -> str:
    """Sixteen hex digits of the questions and their gold: runs over different questions cannot be compared."""
    return hashlib.sha256(repr(sorted(items, key=lambda item: item.id)).encode()).hexdigest()[:16]


def save(path: Path, items: Sequence[Item], results: Sequence[Result]) -> None:
    """Writes the baseline that later runs are held against: one line per question, so that a change can be read."""
    lines = ",\n".join(f" {json.dumps(r.item.id)}: {json.dumps(marks(r))}" for r in results)
    path.write_text(f'{{"questions": "{fingerprint(items)}",\n"results": {{\n{lines}\n}}}}\n', encoding="utf-8")


def load(path: Path, items: Sequence[Item]) -> dict[str, Marks]:
    """The baseline over these questions. Raises `SourceError` if it was made over others or cannot be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        made_over, results = stored["questions"], dict(stored["results"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"The baseline {path} cannot be read: {error}.", "Make it anew: qa eval --save-baseline"
        ) from error
    if made_over != fingerprint(items) or set(results) != {item.id for item in items}:
        raise SourceError(
            f"The baseline {path} was made over other questions.",
            "Accept this run as the new one: qa eval --save-baseline",
        )
    return results


def _state(kept: Marks) -> str:
    if not kept["answerable"]:
        return "refused, rightly" if kept["refused"] else "answered, wrongly"
    if kept["refused"]:
        return "refused, wrongly"
    return "right" if kept["right"] else "wrong"
