from __future__ import annotations

import json

import pytest
from parts import answer, quoted

from qa.evaluation.report import as_json, measures, table
from qa.evaluation.suite import Item, Result


def item(name: str, kind: str, evidence: tuple[str, ...] = ()) -> Item:
    return Item(name, f"Question {name}?", kind, ("four",), (), evidence, "")


FOUND = Result(
    item("a", "number", ("It is four.",)), answer(quoted("It is\nfour."), short="four"), 1, True, 2, 2, 10, 0.1
)
LOST = Result(item("b", "number", ("It is four.",)), answer(quoted("It rained.")), None, False, 1, 1, 4, 0.3)
LATE = Result(item("c", "list"), answer(kind="unanswerable"), None, False, 0, 0, 0, 0.2)
REFUSED = Result(item("d", "unanswerable"), answer(kind="unanswerable"), None, False, 0, 0, 9, 0.4)
FOOLED = Result(item("e", "unanswerable"), answer(quoted("Five."), short="five"), None, False, 1, 0, 2, 0.9)
RUN = [FOUND, LOST, LATE, REFUSED, FOOLED]


def test_the_measures_worked_by_hand():
    assert measures(RUN) == {
        "hit@1": 1 / 2,  # of the two that name their evidence
        "hit@5": 1 / 2,
        "answer accuracy": 1 / 3,
        "words shown (mean)": (10 + 4 + 0) / 3,
        "quotes exact": 3 / 4,
        "wrong answers on unanswerable": 1 / 2,
        "wrong refusals": 1 / 3,
        "p50 seconds": 0.3,
    }
    assert measures([]) == dict.fromkeys(measures(RUN), None)


def test_the_table_whole():
    assert table(RUN) == (
        "5 questions, 2 of them unanswerable\n"
        "\n"
        "hit@1                              0.500\n"
        "hit@5                              0.500\n"
        "answer accuracy                    0.333\n"
        "words shown (mean)                     5\n"
        "quotes exact                       0.750\n"
        "wrong answers on unanswerable      0.500\n"
        "wrong refusals                     0.333\n"
        "p50 seconds                        0.300\n"
        "\n"
        "3 failed:\n"
        "  b [number] Question b?\n"
        "      retrieval: the evidence was not found; shown: It rained.\n"
        "  c [list] Question c?\n"
        "      refused; shown: \n"
        "  e [unanswerable] Question e?\n"
        "      answered what no article answers; shown: five"
    )


def test_a_run_without_failures_and_one_without_questions():
    assert table([FOUND]).splitlines()[-1] == "p50 seconds                        0.100"
    assert table([]).splitlines()[2] == "hit@1                                  -"


def test_the_same_as_json():
    told = json.loads(as_json(RUN))
    assert told["measures"] == pytest.approx(measures(RUN))
    assert [row["id"] for row in told["results"]] == ["a", "b", "c", "d", "e"]
    first = told["results"][0]
    assert (first["failed"], first["right"], first["refused"], first["rank"]) == (None, True, False, 1)
    assert first["answer"]["short"] == "four"
