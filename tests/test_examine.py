from __future__ import annotations

import gzip
import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts import ARTICLES, embedder, small_index, weights_by_hand

from qa import assistant as module
from qa import shipped
from qa.answering.decide import Decision
from qa.assistant import Assistant
from qa.errors import SourceError
from qa.evaluation import crowd
from qa.evaluation.examine import EXTRA, Examination, examine, in_a_crowd
from qa.settings import Settings

OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
ROWS = [
    {"id": "q1", "group": "festival", "kind": "person", "question": "Who opened the Lantern Festival of Osmere?",
     "answers": ["Idris Vale"], "evidence": [OPENED]},
    {"id": "q2", "group": "bridge", "kind": "number", "question": "How many pillars of the Kestrel Bridge had cracks?",
     "answers": ["two"],
     "evidence": ["The Kestrel Bridge was closed because inspectors found cracks in two of its pillars."]},
    {"id": "q3", "group": "sky", "kind": "unanswerable",
     "question": "Which comet did the astronomers of Brenna discover?"},
    {"id": "q4", "group": "ferry", "kind": "name", "half": "tune", "answers": ["Blue Fjord"],
     "question": "Which ferry company will start an overnight line between Osmere and Talvik?",
     "evidence": ["The ferry company Blue Fjord will start an overnight line between Osmere and Talvik in May"]},
]  # fmt: skip
SYSTEMS = [
    "Footnote", "keywords alone", "meaning alone", "LangChain tutorial", "never refuses", "always refuses",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def by_hand() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, weights_by_hand():
        patch.setattr(module, "Embedder", lambda settings: embedder())
        yield


@pytest.fixture(scope="module", autouse=True)
def own_eval(tmp_path_factory) -> Iterator[Path]:
    """A folder eval/ of our own in the place of the shipped one; the starter articles are those of the tests."""
    place = tmp_path_factory.mktemp("examine") / "eval"
    (place / "seeds").mkdir(parents=True)
    (place / "seeds" / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    places = {"eval": place, "eval/seeds": place / "seeds", "seeds": ARTICLES}
    folder = shipped.folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "folder", lambda name: places.get(name) or folder(name))
        yield place


@pytest.fixture(scope="module")
def first(own_eval) -> Examination:
    """The first run over the shipped questions, without a baseline."""
    assert not (own_eval / "baseline.json").exists()
    return examined()


def examined(questions: Path | None = None, *, accept: bool = False) -> Examination:
    with Assistant(Settings(index=str(small_index()))) as assistant:
        return examine(assistant, questions, accept=accept)


def parts(text: str) -> list[str]:
    return text.split("\n\n")


def without_times(table: str) -> list[list[str]]:
    """The rows of a table, a name and its figures, without the two columns of seconds."""
    return [re.split(r" {2,}", line.strip())[:-2] for line in table.splitlines()]


def test_every_system_is_asked_the_reported_half_and_footnote_alone_the_other(first):
    heading, table, legend, sure, kinds, tuned, failures = parts(first.text)
    assert heading == "4 questions, 1 of them unanswerable; reported: 3 of them in 3 groups of articles"
    assert [row[0] for row in without_times(table)[1:]] == SYSTEMS
    assert legend.startswith("right: ") and sure.startswith("95 % intervals: hit@1 1.00 (0.34 to 1.00); ")
    assert [line.split()[0] for line in kinds.splitlines()] == ["kind", "number", "person", "unanswerable"]
    assert tuned.startswith("The half to tune on, which is not to be reported:\n")
    assert [row[0] for row in without_times(tuned)[2:]] == ["Footnote"]
    assert failures == "0 of 3 failed:"
    assert first.losses == ()
    told = json.loads(first.json)["results"]
    assert {name: [row["id"] for row in rows] for name, rows in told.items()} == {
        **{name: ["q1", "q2", "q3"] for name in SYSTEMS},
        "Footnote, tuning half": ["q4"],
    }


def test_always_and_never_refusing_are_the_two_ends(first):
    columns, *rows = without_times(parts(first.text)[1])
    shown = {name: dict(zip(columns, figures, strict=True)) for name, *figures in rows}
    ends = {name: [shown[name][column] for column in ("hit@1", "right", "w.answ", "w.ref")] for name in shown}
    assert ends["Footnote"] == ["1.00", "1.00", "0.00", "0.00"]
    assert ends["never refuses"] == ["1.00", "1.00", "1.00", "0.00"]
    assert ends["always refuses"] == ["1.00", "0.00", "0.00", "1.00"]


def test_an_accepted_run_is_what_later_runs_are_held_against(first, own_eval, monkeypatch):
    baseline = own_eval / "baseline.json"
    accepted = examined(accept=True)
    assert parts(accepted.text)[-1] == f"Accepted as the baseline: {baseline}"
    assert accepted.json.split('"times"')[0] == first.json.split('"times"')[0], "the same bytes but for the times"
    assert list(json.loads(baseline.read_text(encoding="utf-8"))["results"]) == ["q1", "q2", "q3", "q4"]

    monkeypatch.setattr(Decision, "threshold", lambda self, caution: 1.1)
    worse = examined()
    assert worse.losses == ("answer accuracy", "evidence F1", "wrong refusals")
    lines = parts(worse.text)[-1].splitlines()
    assert re.fullmatch(r"  evidence F1 {21}(-\S+) \(-\S+ to -\S+\)  LOSS", lines.pop(3))
    assert lines == [
        "Against the baseline (change, 95 % interval):",
        "  hit@1                           +0.000 (+0.000 to +0.000)",
        "  answer accuracy                 -1.000 (-1.000 to -1.000)  LOSS",
        "  wrong answers on unanswerable   +0.000 (+0.000 to +0.000)",
        "  wrong refusals                  +1.000 (+1.000 to +1.000)  LOSS",
        "  q1: right -> refused, wrongly",
        "  q2: right -> refused, wrongly",
        "  q4: right -> refused, wrongly",
    ]


def test_own_questions_are_not_held_against_the_baseline_nor_accepted(own_eval, tmp_path):
    """They may all be for tuning: then nothing is reported."""
    (own_eval / "baseline.json").write_text("no JSON")
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROWS[3]), encoding="utf-8")
    result = examined(path, accept=True)
    assert result.losses == ()
    assert (own_eval / "baseline.json").read_text() == "no JSON"
    heading, table, *_ = parts(result.text)
    assert heading == "1 questions, 0 of them unanswerable; reported: 0 of them in 0 groups of articles"
    assert all(set(row[1:]) == {"-"} for row in without_times(table)[1:])


@pytest.mark.parametrize("missing", EXTRA)
def test_without_the_extra_it_says_what_to_type(monkeypatch, missing):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == missing else find(name, *a))
    with pytest.raises(SourceError) as caught:
        examined()
    assert (str(caught.value), caught.value.hint) == (
        f"The evaluation needs {missing}, which is not installed.",
        'Type: pip install "footnote-qa[eval]"',
    )


def test_the_extra_is_what_the_evaluation_looks_for():
    pyproject = Path(__file__).resolve().parents[1] / "pyproject.toml"
    extra = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["eval"]
    assert sorted(EXTRA) == sorted(re.split("[<>=]", line)[0].replace("-", "_") for line in extra)


def test_without_a_crowd_one_line_says_so(monkeypatch):
    monkeypatch.delenv(crowd.VARIABLE, raising=False)
    assert in_a_crowd(Settings.load(), lambda step: None) == Examination(
        f"The crowd was skipped: FOOTNOTE_BENCH_DATA names no folder with {crowd.FILE}.", "{}\n"
    )


def test_in_a_crowd_the_reported_half_is_asked_among_the_other_articles(tmp_path, own_home, monkeypatch):
    file = tmp_path / "bench" / crowd.FILE
    file.parent.mkdir(parents=True)
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(
            json.dumps({"title": f"Day {n}", "text": f"Gold rose to {n} crowns."}) + "\n" for n in range(3)
        )
    monkeypatch.setenv(crowd.VARIABLE, str(tmp_path / "bench"))
    steps = []
    result = in_a_crowd(Settings.load(), steps.append)
    heading, table, *_ = parts(result.text)
    assert heading == "3 questions, 1 of them unanswerable, among 11 articles (11 passages)"
    assert [row[0] for row in without_times(table)[1:]] == ["Footnote", "keywords alone", "meaning alone"]
    assert without_times(table)[1][1] == "1.00", "among the others they are still found first"
    assert result.losses == () and steps
    assert [one.name for one in own_home.iterdir()] == ["starter"] and (own_home / "starter" / "crowd").is_dir()

    monkeypatch.setattr(embedder(), "encode", _nothing_but_questions(embedder().encode))
    again = in_a_crowd(Settings.load(), lambda step: None)
    assert again.json.split('"times"')[0] == result.json.split('"times"')[0]


def _nothing_but_questions(encode):
    def checked(texts):
        assert all("?" in text for text in texts), "an article was embedded again"
        return encode(texts)

    return checked
