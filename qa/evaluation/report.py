"""One table of a run, the questions that failed, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from qa.evaluation.metrics import p50, share
from qa.evaluation.suite import Result


def measures(results: Sequence[Result]) -> dict[str, float | None]:
    """The measures of a run, in the order they are shown; shares in 0..1, seconds; None where nothing was counted."""
    answerable = [r for r in results if r.item.answerable]
    unanswerable = [r for r in results if not r.item.answerable]
    located = [r for r in answerable if r.item.evidence]
    quotes = sum(r.quotes for r in results)
    return {
        "hit@1": share(r.rank == 1 for r in located),
        "hit@5": share(r.rank is not None and r.rank <= 5 for r in located),
        "answer accuracy": share(r.right for r in answerable),
        "words shown (mean)": sum(r.words for r in answerable) / len(answerable) if answerable else None,
        "quotes exact": sum(r.exact for r in results) / quotes if quotes else None,
        "wrong answers on unanswerable": share(not r.refused for r in unanswerable),
        "wrong refusals": share(r.refused for r in answerable),
        "p50 seconds": p50([r.seconds for r in results]) if results else None,
    }


def table(results: Sequence[Result]) -> str:
    """The measures and the failed questions as plain text."""
    unanswerable = sum(not r.item.answerable for r in results)
    lines = [f"{len(results)} questions, {unanswerable} of them unanswerable", ""]
    for name, value in measures(results).items():
        lines.append(f"{name:<32}{'-' if value is None else _shown(name, value):>8}")
    failed = [r for r in results if r.failed]
    if failed:
        lines += ["", f"{len(failed)} failed:"]
        for result in failed:
            first = result.answer.sentences[0].text if result.answer.sentences else ""
            shown = result.answer.short or first
            lines.append(f"  {result.item.id} [{result.item.kind}] {result.item.question}")
            lines.append(f"      {result.failed}; shown: {' '.join(shown.split())[:110]}")
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> str:
    """The measures and every question with its answer."""
    rows = [
        {
            "id": r.item.id,
            "kind": r.item.kind,
            "rank": r.rank,
            "right": r.right,
            "refused": r.refused,
            "failed": r.failed,
            "seconds": round(r.seconds, 4),
            "answer": asdict(r.answer),
        }
        for r in results
    ]
    return json.dumps({"measures": measures(results), "results": rows}, ensure_ascii=False, indent=1, default=str)


def _shown(name: str, value: float) -> str:
    if name.endswith("(mean)"):
        return f"{value:.0f}"
    return f"{value:.3f}"
