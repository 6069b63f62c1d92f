from __future__ import annotations

import json

import pytest
from parts import embedder, small_index, weights_by_hand

from qa import assistant as module
from qa.assistant import Assistant
from qa.errors import SourceError
from qa.evaluation.suite import Item, load, run
from qa.settings import Settings

ROWS = [
    {"id": "t1", "question": "Who opened the Lantern Festival of Osmere?", "kind": "person", "answers": ["Idris Vale"],
     "evidence": ["Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."], "group": "festival"},
    {"id": "t2", "question": "Which comet did the astronomers of Brenna discover?", "kind": "unanswerable"},
    {"id": "t3", "question": "How many pillars of the Kestrel Bridge had cracks?", "kind": "number",
     "answers": ["seven"], "evidence": ["No article holds this sentence."]},
    {"id": "t4", "question": "From where came the choirs?", "kind": "list",
     "items": [["Talvik"], ["Brenna"], ["Sorholm", "Sørholm"]], "evidence": ["The choirs came from Talvik"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("suite") / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", encoding="utf-8-sig")
    with pytest.MonkeyPatch.context() as patch, weights_by_hand():
        patch.setattr(module, "Embedder", lambda settings: embedder())
        with Assistant(Settings(index=str(small_index()))) as assistant:
            return run(assistant, load(path))


def test_what_came_of_each_question(results):
    found = [(r.item.id, r.rank, r.right, r.refused, r.failed) for r in results]
    assert found[0] == ("t1", 1, True, False, None)
    assert found[1] == ("t2", None, False, True, None)
    assert found[2][:3] == ("t3", None, False) and found[2][4] == "retrieval: the evidence was not found"
    assert found[3] == ("t4", 1, True, False, None)
    assert all(r.quotes == r.exact == len(r.answer.citations) for r in results)
    assert all(r.seconds > 0 for r in results)


def test_the_forty_questions_are_loaded_by_default():
    items = load()
    assert len(items) == len({item.id for item in items}) == 40
    assert {item.answerable for item in items} == {True, False}
    assert all(item.answers or item.items for item in items if item.answerable)


def test_one_item_whole(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROWS[3]))
    assert load(path) == [
        Item(
            id="t4", question="From where came the choirs?", kind="list", answers=(),
            items=(("Talvik",), ("Brenna",), ("Sorholm", "Sørholm")), evidence=("The choirs came from Talvik",),
            group="",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "question": "?", "kind": "x", "answers": "word"}',
             '{"id": 1, "question": "?", "kind": "x", "items": {"a": 1}}'],
)  # fmt: skip
def test_a_line_that_is_no_question_is_named(tmp_path, line):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + line)
    with pytest.raises(SourceError, match=f"Line 2 of {path} is not a question: ") as caught:
        load(path)
    assert caught.value.hint


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=f"{tmp_path / 'none'} is not there"):
        load(tmp_path / "none")
