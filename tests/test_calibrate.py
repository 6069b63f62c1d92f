from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from parts import embedder, small_index

from qa import assistant as module
from qa.answering.decide import CALIBRATION, decision_of, shipped_decision
from qa.assistant import Assistant
from qa.errors import ModelError, SourceError
from qa.evaluation.calibrate import calibrated
from qa.settings import Caution, Settings

ASKED = (
    "Who opened the Lantern Festival of Osmere?",
    "When was the Lantern Festival opened?",
    "Why was the Kestrel Bridge closed?",
    "How many pillars of the Kestrel Bridge had cracks?",
    "Which ferry company will start an overnight line between Osmere and Talvik?",
    "When does Blue Fjord start its overnight line?",
    "What did inspectors find in the bridge?",
    "Which bridge was closed?",
    "Between which towns will the ferry run?",
    "What did Mayor Idris Vale open?",
)
NOT_TOLD = (
    "Which comet did the astronomers of Brenna discover?",
    "Who painted the ceiling of the opera house in Lund?",
    "How many goals did the striker score in the cup final?",
    "When did the volcano on Java erupt?",
    "Why did the senate reject the fishing treaty?",
    "What is the boiling point of mercury?",
    "Which orchestra played in Vienna on New Year's Day?",
    "How tall is the president of the chess federation?",
    "Where was the first submarine built?",
    "Who invented the zip fastener?",
)


@pytest.fixture
def assistant(tmp_path, monkeypatch) -> Iterator[Assistant]:
    monkeypatch.setattr(module, "Embedder", lambda settings: embedder())
    shutil.copytree(small_index(), tmp_path / "index")
    with Assistant(Settings(index=str(tmp_path / "index"))) as opened:
        yield opened


def questions(path: Path, asked: tuple[str, ...] = ASKED, not_told: tuple[str, ...] = NOT_TOLD) -> Path:
    rows = [{"id": f"a{n}", "question": q, "kind": "fact", "answers": ["-"]} for n, q in enumerate(asked)]
    rows += [{"id": f"u{n}", "question": q, "kind": "unanswerable"} for n, q in enumerate(not_told)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_calibration_is_kept_beside_the_index_and_used_from_then_on(assistant, tmp_path):
    told = calibrated(assistant, questions(tmp_path / "mine.jsonl"))
    lines = told.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["cautious", "balanced", "bold"]
    assert all("10 and 10 questions, 95% confidence" in line for line in lines[:3])
    file = assistant.folder / CALIBRATION
    assert lines[4] == f"Kept in {file}; delete that file to go back to the shipped decision."
    decision = decision_of(assistant.folder)
    assert decision != shipped_decision() and set(decision.thresholds) == set(get_args(Caution))
    assert lines[1] == f"balanced: {decision.rates['balanced'].text}"
    with Assistant(assistant.settings) as again:
        state = again.explain(ASKED[0])
    assert state.threshold == decision.thresholds["balanced"]
    file.unlink()
    assert decision_of(assistant.folder) == shipped_decision()


def test_too_few_questions_of_a_kind_are_refused_with_what_to_add(assistant, tmp_path):
    path = questions(tmp_path / "mine.jsonl", ASKED, NOT_TOLD[:3])
    with pytest.raises(SourceError) as caught:
        calibrated(assistant, path)
    assert str(caught.value) == (
        f"{path} holds 10 questions that the articles answer and 3 that they do not; at least 10 of each are needed."
    )
    assert caught.value.hint == 'Add questions; those that no article answers have "kind": "unanswerable".'
    assert not (assistant.folder / CALIBRATION).exists()


@pytest.mark.parametrize("model", ["reader", "judge"])
def test_a_calibration_of_another_reader_or_judge_is_refused(assistant, tmp_path, model):
    calibrated(assistant, questions(tmp_path / "mine.jsonl"))
    file = assistant.folder / CALIBRATION
    values = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**values, model: {"sha256": "0" * 64}}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        decision_of(assistant.folder)
    assert str(caught.value) == f"{file} was made with another version of the reader or the judge."
    assert caught.value.hint == (
        "Calibrate again (qa calibrate FILE), or delete calibration.json to use the shipped decision."
    )


def test_a_broken_calibration_is_named(assistant):
    (assistant.folder / CALIBRATION).write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"The fitted weights calibration\.json cannot be read\."):
        decision_of(assistant.folder)
