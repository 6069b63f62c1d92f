"""A whole evaluation: the questions, every system, the table, the comparison with the last accepted run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa import shipped
from qa.assistant import Assistant
from qa.errors import SourceError
from qa.evaluation import crowd, gate, report
from qa.evaluation.questions import REPORT, TUNE, Item, half, load
from qa.evaluation.suite import Result, run
from qa.evaluation.systems import Decided, Line, System, Tutorial, one_sided
from qa.settings import Settings
from qa.sync import Progress

EXTRA = ("ir_measures", "langchain_chroma", "langchain_huggingface", "langchain_text_splitters", "scipy")
_INSTALL = 'Type: pip install "footnote-qa[eval]"'


@dataclass(frozen=True, slots=True)
class Examination:
    """What `qa eval` prints and writes; `losses` names the measures that got significantly worse."""

    text: str
    json: str
    losses: tuple[str, ...] = ()


def examine(assistant: Assistant, questions: Path | None = None, *, accept: bool = False) -> Examination:
    """Asks Footnote every question and the other systems those of the half that is reported.

    Over the shipped questions the run is held against eval/baseline.json, or with `accept` becomes it. Raises
    `SourceError` for questions or a baseline that cannot be read, or where the extra `eval` is not installed.
    """
    installed()
    items = load(questions)
    reported = half(items, REPORT)
    footnote = Line("Footnote", assistant.chain(), assistant.finder())
    results = run(assistant, footnote, items)
    shown = [result for result in results if result.item.half == REPORT]
    runs = {"Footnote": shown, **_others(assistant, footnote, reported)}
    parts = [_heading(items, reported), report.table(runs), report.LEGEND, report.sure(shown), report.kinds(shown)]
    if tuned := [result for result in results if result.item.half == TUNE]:
        parts.append("The half to tune on, which is not to be reported:\n" + report.table({"Footnote": tuned}))
        runs["Footnote, tuning half"] = tuned
    parts.append(report.failures(shown))
    losses: tuple[str, ...] = ()
    if questions is None:
        path = shipped.folder("eval") / "baseline.json"
        if accept:
            gate.save(path, items, results)
            parts.append(f"Accepted as the baseline: {path}")
        elif path.is_file():
            after = {result.item.id: gate.marks(result) for result in results}
            comparison = gate.compare(gate.load(path, items), after)
            losses = comparison.losses
            parts.append(report.changed(comparison))
    return Examination("\n\n".join(parts), report.as_json(runs), losses)


def in_a_crowd(settings: Settings, progress: Callable[[Progress], None]) -> Examination:
    """The half that is reported, asked in an index that holds a crowd of other articles too; skipped, with a line that
    says so, where the variable names no folder with the crowd.
    """
    file = crowd.data()
    if file is None:
        return Examination(f"The crowd was skipped: {crowd.VARIABLE} names no folder with {crowd.FILE}.", "{}\n")
    installed()
    items = half(load(), REPORT)
    with Assistant(replace(settings, index=str(crowd.folder(settings)))) as assistant:
        crowd.gather(assistant, file, progress)
        footnote = Line("Footnote", assistant.chain(), assistant.finder())
        lines = [footnote, *one_sided(assistant, footnote)]
        runs = {line.name: run(assistant, line, items) for line in lines}
        counts = assistant.counts()
    shown = runs["Footnote"]
    heading = f"{_heading(items, items)}, among {counts.articles:,} articles ({counts.chunks:,} passages)"
    parts = [
        heading,
        report.table(runs),
        report.LEGEND,
        report.sure(shown),
        report.kinds(shown),
        report.failures(shown),
    ]
    return Examination("\n\n".join(parts), report.as_json(runs))


def installed() -> None:
    """Raises `SourceError` where a library of the extra `eval` is missing."""
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise SourceError(f"The evaluation needs {missing[0]}, which is not installed.", _INSTALL)


def _others(assistant: Assistant, footnote: Line, items: Sequence[Item]) -> dict[str, list[Result]]:
    with Tutorial(assistant.articles()) as search:
        systems: list[System] = [
            *one_sided(assistant, footnote),
            Line("LangChain tutorial", footnote.chain.over(search), search),
            Decided("never refuses", footnote, answers=True),
            Decided("always refuses", footnote, answers=False),
        ]
        return {system.name: run(assistant, system, items) for system in systems}


def _heading(items: Sequence[Item], reported: Sequence[Item]) -> str:
    unanswerable = sum(not item.answerable for item in items)
    groups = len({item.group for item in reported})
    kept = "" if len(items) == len(reported) else f"; reported: {len(reported)} of them in {groups} groups of articles"
    return f"{len(items)} questions, {unanswerable} of them unanswerable{kept}"
