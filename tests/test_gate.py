from __future__ import annotations

import random
from dataclasses import replace

import pytest
from parts import answer, citation, quoted

from qa.errors import SourceError
from qa.evaluation.gate import WATCHED, Comparison, compare, fingerprint, load, marks, save
from qa.evaluation.metrics import Overlap
from qa.evaluation.questions import Item
from qa.evaluation.questions import load as questions
from qa.evaluation.statistics import Interval
from qa.evaluation.suite import Result

Run = dict[str, dict[str, object]]


def mark(group: str = "a", *, answerable: bool = True, right: bool = False, refused: bool = False, **other) -> dict:
    values = {"hit@1": 1.0 if answerable else None, "evidence F1": float(right), "quotes": 1, "exact": 1}
    return {**values, "group": group, "answerable": answerable, "right": right, "refused": refused, **other}


def accepted() -> Run:
    """A run over the shipped questions as Footnote's could be: seven in ten right, seven in ten refused rightly."""
    chance = random.Random(1)
    return {
        item.id: mark(item.group, answerable=True, right=chance.random() < 0.7)
        if item.answerable
        else mark(item.group, answerable=False, refused=chance.random() < 0.7)
        for item in questions()
    }


def changed(run: Run, chance: random.Random, count: int, **states: tuple[object, object]) -> Run:
    """The run with `count` answerable questions, drawn among those in the first state, put in the second."""
    was = {name: before for name, (before, _) in states.items()}
    then = {name: after for name, (_, after) in states.items()}
    fitting = [key for key in sorted(run) if all(run[key][name] == value for name, value in was.items())]
    return {**run, **{key: {**run[key], **then} for key in chance.sample(fitting, count)}}


def lost(run: Run, chance: random.Random, count: int = 10) -> Run:
    return changed(run, chance, count, answerable=(True, True), right=(True, False))


def won(run: Run, chance: random.Random, count: int = 10) -> Run:
    return changed(run, chance, count, answerable=(True, True), right=(False, True))


def test_a_run_against_itself_has_no_change_and_no_loss():
    run = accepted()
    found = compare(run, run)
    assert found == Comparison(dict.fromkeys(WATCHED, Interval(0.0, 0.0, 0.0)), ())
    assert found.losses == ()


def test_a_loss_of_five_points_of_accuracy_is_caught_wherever_it_falls():
    """Ten of the 195 answerable questions, fifty times other ten."""
    run = accepted()
    assert sum(kept["answerable"] is True for kept in run.values()) == 195
    found = [compare(run, lost(run, random.Random(seed))) for seed in range(50)]
    assert {one.changes["answer accuracy"].value for one in found} == {round(-10 / 195, 6)}
    assert sum("answer accuracy" in one.losses for one in found) >= 45
    assert {len(one.questions) for one in found} == {10}


def test_changes_in_both_directions_that_cancel_are_no_loss():
    run = accepted()
    found = [compare(run, won(lost(run, random.Random(seed)), random.Random(1000 + seed))) for seed in range(50)]
    assert {one.changes["answer accuracy"].value for one in found} == {0.0}
    assert {one.losses for one in found} == {()}


def test_a_gain_is_no_loss():
    run = accepted()
    better = changed(
        won(run, random.Random(0), 20), random.Random(0), 20, answerable=(False, False), refused=(False, True)
    )
    found = compare(run, better)
    assert found.changes["answer accuracy"].low > 0 > found.changes["wrong answers on unanswerable"].high
    assert found.losses == ()


def test_more_wrong_answers_and_more_wrong_refusals_are_losses():
    run = accepted()
    worse = changed(run, random.Random(0), 12, answerable=(False, False), refused=(True, False))
    assert compare(run, worse).losses == ("wrong answers on unanswerable",)
    timid = changed(run, random.Random(0), 12, answerable=(True, True), right=(False, False), refused=(False, True))
    assert compare(run, timid).losses == ("wrong refusals",)


@pytest.mark.parametrize(
    ("name", "worse"),
    [("hit@1", {"hit@1": 0.0}), ("evidence F1", {"evidence F1": 0.0}), ("quotes exact", {"exact": 0})],
)
def test_every_other_watched_measure_is_a_loss_too(name, worse):
    run = {f"{group}{n}": mark(group, right=True) for group in "abcdef" for n in range(2)}
    after = {key: {**kept, **worse} if key.endswith("0") else kept for key, kept in run.items()}
    found = compare(run, after)
    assert found.losses == (name,)
    # One of the two questions of each group fell from 1 to 0: whichever groups are drawn, the mean falls by half.
    assert found.changes[name] == Interval(-0.5, -0.5, -0.5)


def test_what_counts_in_one_run_only_says_nothing_of_a_change():
    before = {
        "x": mark(quotes=2, exact=1),
        "y": mark(quotes=0, exact=0),
        "z": mark(answerable=False, quotes=0, exact=0),
    }
    after = {**before, "y": mark(quotes=1, exact=0)}
    found = compare(before, after)
    assert found.changes["quotes exact"] == Interval(0.0, 0.0, 0.0)  # of x alone
    assert found.changes["hit@1"] == Interval(0.0, 0.0, 0.0)  # z names no evidence
    assert found.losses == ()
    nothing = {"z": mark(answerable=False, quotes=0, exact=0)}
    assert list(compare(nothing, nothing).changes) == ["wrong answers on unanswerable"]


def test_the_questions_that_changed_are_listed_with_before_and_after():
    before = {
        "one": mark(right=True), "two": mark(refused=True), "three": mark(), "four": mark(answerable=False),
        "five": mark(answerable=False, refused=True), "six": mark(right=True),
    }  # fmt: skip
    after = {
        "one": mark(), "two": mark(right=True), "three": mark(refused=True),
        "four": mark(answerable=False, refused=True), "five": mark(answerable=False), "six": mark(right=True),
    }  # fmt: skip
    assert compare(before, after).questions == (
        ("one", "right", "wrong"),
        ("two", "refused, wrongly", "right"),
        ("three", "wrong", "refused, wrongly"),
        ("four", "answered, wrongly", "refused, rightly"),
        ("five", "refused, rightly", "answered, wrongly"),
    )


ITEMS = [
    Item("x", "How many?", "number", ("four",), evidence=("It is four.",), group="a"),
    Item("y", "Why?", "unanswerable", group="b"),
]
RESULTS = [
    Result(
        ITEMS[0], answer(quoted("It is four.", 1), citations=(citation(quote="It is four."),), short="four"),
        {"hit@1": 0.0, "hit@5": 1.0, "hit@10": 1.0, "MRR": 0.5}, True, Overlap(1.0, 0.5, 2 / 3), 1, 1, 4, None, 0.25,
    ),
    Result(ITEMS[1], answer(kind="unanswerable"), None, False, Overlap(0.0, 0.0, 0.0), 0, 0, 0, None, 0.5),
]  # fmt: skip
KEPT = {
    "x": {"group": "a", "answerable": True, "hit@1": 0.0, "right": True, "refused": False, "evidence F1": 0.666667,
          "quotes": 1, "exact": 1},
    "y": {"group": "b", "answerable": False, "hit@1": None, "right": False, "refused": True, "evidence F1": 0.0,
          "quotes": 0, "exact": 0},
}  # fmt: skip


def test_what_is_kept_of_a_result_does_not_depend_on_the_machine():
    assert {result.item.id: marks(result) for result in RESULTS} == KEPT
    assert [marks(replace(result, seconds=9.0)) for result in RESULTS] == list(KEPT.values())


def test_a_saved_baseline_is_loaded_again_and_has_one_line_for_each_question(tmp_path):
    path = tmp_path / "baseline.json"
    save(path, ITEMS, RESULTS)
    assert load(path, ITEMS) == KEPT
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f'{{"questions": "{fingerprint(ITEMS)}",'
    assert lines[1] == '"results": {' and lines[-1] == "}}" and len(lines) == 2 + len(ITEMS) + 1
    assert compare(load(path, ITEMS), {r.item.id: marks(r) for r in RESULTS}).losses == ()
    save(path, list(reversed(ITEMS)), RESULTS)
    assert load(path, ITEMS) == KEPT, "the order of the questions is no matter"


@pytest.mark.parametrize(
    "others",
    [
        ITEMS[:1],
        [ITEMS[0], replace(ITEMS[1], question="Why not?")],
        [replace(ITEMS[0], answers=("five",)), ITEMS[1]],
        [replace(ITEMS[0], evidence=()), ITEMS[1]],
    ],
    ids=["fewer", "another wording", "another answer", "other evidence"],
)
def test_a_baseline_over_other_questions_is_refused(tmp_path, others):
    path = tmp_path / "baseline.json"
    save(path, ITEMS, RESULTS)
    with pytest.raises(SourceError) as caught:
        load(path, others)
    assert (str(caught.value), caught.value.hint) == (
        f"The baseline {path} was made over other questions.",
        "Accept this run as the new one: qa eval --save-baseline",
    )


def test_a_baseline_that_lacks_a_result_is_refused(tmp_path):
    path = tmp_path / "baseline.json"
    save(path, ITEMS, RESULTS[:1])
    with pytest.raises(SourceError, match="was made over other questions"):
        load(path, ITEMS)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"questions": "x"}', '{"questions": "x", "results": 3}', "\x00"]
)
def test_a_baseline_that_cannot_be_read_is_named(tmp_path, text):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"The baseline .* cannot be read: ") as caught:
        load(path, ITEMS)
    assert str(path) in str(caught.value)
    assert caught.value.hint == "Make it anew: qa eval --save-baseline"


def test_a_baseline_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match="cannot be read: "):
        load(tmp_path / "none.json", ITEMS)


def test_the_fingerprint_is_sixteen_digits_that_stay():
    assert fingerprint(ITEMS) == fingerprint(ITEMS[::-1]) != fingerprint(ITEMS[:1])
    assert len(fingerprint(ITEMS)) == 16 and int(fingerprint(ITEMS), 16) >= 0
