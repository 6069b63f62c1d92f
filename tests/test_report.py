from __future__ import annotations

import json
from dataclasses import replace

import pytest
from parts import answer, citation, quoted

from qa.evaluation.gate import compare, marks
from qa.evaluation.metrics import Overlap
from qa.evaluation.questions import Item
from qa.evaluation.report import LEGEND, as_json, changed, failures, intervals, kinds, measures, sure, table, times
from qa.evaluation.statistics import Interval, paired_difference, wilson
from qa.evaluation.suite import Result

NOTHING = Overlap(0.0, 0.0, 0.0)


def found(rank: int | None) -> dict[str, float]:
    within = {f"hit@{k}": float(rank is not None and rank <= k) for k in (1, 5, 10)}
    return {**within, "MRR": 1 / rank if rank else 0.0}


def item(name: str, kind: str, evidence: tuple[str, ...] = (), group: str = "g") -> Item:
    return Item(name, f"Question {name}?", kind, ("four",), (), evidence, group=group)


def refusal(nearest: str | None = None):
    return answer(kind="unanswerable", nearest=citation(quote=nearest) if nearest else None)


FOUR = ("It is four.",)
FOUND = Result(
    item("a", "number", FOUR),
    answer(quoted("It is\nfour."), short="four"),
    found(1),
    True,
    Overlap(1.0, 1.0, 1.0),
    2,
    2,
    10,
    None,
    0.1,
)
LOST = Result(
    item("b", "number", FOUR, "h"),
    answer(quoted("It rained.")),
    found(None),
    False,
    NOTHING,
    1,
    1,
    4,
    "retrieval: no passage with the evidence",
    0.3,
)
LATE = Result(
    item("c", "list", FOUR),
    refusal("Wheat\nrose."),
    found(4),
    False,
    NOTHING,
    0,
    0,
    0,
    "refusing: refused what an article answers",
    0.2,
)
REFUSED = Result(item("d", "unanswerable"), refusal(), None, False, NOTHING, 0, 0, 9, None, 0.4)
FOOLED = Result(
    item("e", "false premise", group="h"),
    answer(quoted("Five."), short="five"),
    None,
    False,
    NOTHING,
    1,
    0,
    2,
    "refusing: answered what no article answers",
    0.9,
)
RUN = [FOUND, LOST, LATE, REFUSED, FOOLED]  # fmt: skip


def test_the_measures_worked_by_hand():
    third = pytest.approx(1 / 3, abs=1e-6)
    assert measures(RUN) == {
        "hit@1": third,  # of the three that name their evidence
        "hit@5": pytest.approx(2 / 3, abs=1e-6),
        "hit@10": pytest.approx(2 / 3, abs=1e-6),
        "MRR": pytest.approx((1 + 0 + 1 / 4) / 3, abs=1e-6),
        "accuracy": third,
        "evidence precision": third,
        "evidence recall": third,
        "evidence F1": third,
        "quotes exact": pytest.approx((1 + 1 + 0) / 3, abs=1e-6),  # the mean over answers that quote
        "wrong answers": 0.5,
        "wrong refusals": third,
        "words": pytest.approx((10 + 4 + 0) / 3, abs=1e-6),
    }
    assert measures([]) == dict.fromkeys(measures(RUN), None)


def test_the_times_worked_by_hand():
    # 0.1 0.2 0.3 0.4 0.9: the 95th percentile lies 0.8 of the way from the fourth to the fifth: 0.4 + 0.8 · 0.5.
    assert times(RUN) == {"p50": 0.3, "p95": 0.8}
    assert times([]) == {"p50": None, "p95": None}


def test_the_table_whole():
    assert table({"Footnote": RUN, "only one": [REFUSED], "none": []}) == (
        "             hit@1   hit@5  hit@10     MRR   right   words   ev. P   ev. R  ev. F1   exact  w.answ   w.ref"
        "   p50 s   p95 s\n"
        "Footnote      0.33    0.67    0.67    0.42    0.33       5    0.33    0.33    0.33    0.67    0.50    0.33"
        "    0.30    0.80\n"
        "only one         -       -       -       -       -       -       -       -       -       -    0.00       -"
        "    0.40    0.40\n"
        "none             -       -       -       -       -       -       -       -       -       -       -       -"
        "       -       -"
    )


def test_the_legend_explains_every_column_that_is_no_plain_name():
    for column in ("right", "words", "ev.", "exact", "w.answ", "w.ref", "p50", "p95"):
        assert column in LEGEND


def test_each_interval_is_wilsons_where_questions_are_right_or_wrong_and_else_of_groups():
    told = intervals(RUN)
    assert told == {
        **dict.fromkeys(("hit@1", "accuracy", "evidence precision", "evidence recall", "evidence F1"), wilson(1, 3)),
        **dict.fromkeys(("hit@5", "hit@10", "quotes exact"), wilson(2, 3)),
        # a and c are of one group, b of another.
        "MRR": paired_difference([0, 0, 0], [1, 0, 0.25], ["g", "h", "g"]),
        "wrong answers": wilson(1, 2),
        "wrong refusals": wilson(1, 3),
    }
    # Drawn: gg (1 + 1/4) / 2, gh 1.25 / 3, hh 0.
    assert told["MRR"] == Interval(0.416667, 0.0, 0.625)
    assert intervals([]) == {}


def test_the_intervals_in_words():
    assert sure([FOUND, FOOLED]) == (
        "95 % intervals: hit@1 1.00 (0.21 to 1.00); hit@5 1.00 (0.21 to 1.00); hit@10 1.00 (0.21 to 1.00); "
        "MRR 1.00 (0.21 to 1.00); accuracy 1.00 (0.21 to 1.00); evidence precision 1.00 (0.21 to 1.00); "
        "evidence recall 1.00 (0.21 to 1.00); evidence F1 1.00 (0.21 to 1.00); quotes exact 0.50 (0.09 to 0.91); "
        "wrong answers 1.00 (0.21 to 1.00); wrong refusals 0.00 (0.00 to 0.79)"
    )


def test_the_kinds_with_the_unanswerable_ones_last():
    assert kinds([REFUSED, FOOLED, *RUN]) == (
        "kind               count   right  ev. F1  w.answ   w.ref\n"
        "list                   1    0.00    0.00       -    1.00\n"
        "number                 2    0.50    0.50       -    0.00\n"
        "false premise          2       -       -    1.00       -\n"
        "unanswerable           2       -       -    0.00       -"
    )


def test_what_failed_by_cause_with_what_was_shown():
    assert failures([FOOLED, LATE, FOUND, LOST, REFUSED]) == (
        "3 of 5 failed:\n"
        " refusing: answered what no article answers\n"
        "  e [false premise] Question e?\n"
        "      five | Five.\n"
        " refusing: refused what an article answers\n"
        "  c [list] Question c?\n"
        "      Wheat rose.\n"
        " retrieval: no passage with the evidence\n"
        "  b [number] Question b?\n"
        "      It rained."
    )
    assert failures([FOUND, REFUSED]) == "0 of 2 failed:"


def told(before: list[Result], after: list[Result]) -> str:
    return changed(compare(*({r.item.id: marks(r) for r in run} for run in (before, after))))


def test_nothing_changed():
    assert told(RUN, RUN) == "Against the baseline: no question changed."


def test_what_changed_and_what_of_it_is_a_loss():
    late = replace(LATE, item=replace(LATE.item, id="f", group="i"))
    worse = replace(FOUND, answer=refusal(), right=False, overlap=NOTHING, quotes=0, exact=0)
    wiser = replace(FOOLED, answer=refusal(), quotes=0, exact=0)
    assert told([FOUND, late, FOOLED], [worse, late, wiser]) == (
        "Against the baseline (change, 95 % interval):\n"
        "  hit@1                           +0.000 (+0.000 to +0.000)\n"
        "  answer accuracy                 -0.500 (-1.000 to +0.000)\n"
        "  evidence F1                     -0.500 (-1.000 to +0.000)\n"
        "  wrong answers on unanswerable   -1.000 (-1.000 to -1.000)\n"
        "  wrong refusals                  +0.500 (+0.000 to +1.000)\n"
        "  a: right -> refused, wrongly\n"
        "  e: answered, wrongly -> refused, rightly"
    )
    assert told([FOUND], [replace(worse, answer=LOST.answer)]) == (
        "Against the baseline (change, 95 % interval):\n"
        "  hit@1                           +0.000 (+0.000 to +0.000)\n"
        "  answer accuracy                 -1.000 (-1.000 to -1.000)  LOSS\n"
        "  evidence F1                     -1.000 (-1.000 to -1.000)  LOSS\n"
        "  wrong refusals                  +0.000 (+0.000 to +0.000)\n"
        "  a: right -> wrong"
    )


def test_a_measure_may_change_while_every_question_stays_what_it_was():
    below = replace(FOUND, found=found(2))
    assert told([FOUND], [below]).splitlines()[1] == (
        "  hit@1                           -1.000 (-1.000 to -1.000)  LOSS"
    )


def test_the_same_as_json():
    whole = json.loads(as_json({"Footnote": RUN, "other": [REFUSED]}))
    assert list(whole) == ["measures", "results", "times"]
    assert whole["measures"] == {"Footnote": measures(RUN), "other": measures([REFUSED])}
    assert whole["times"] == {"Footnote": times(RUN), "other": times([REFUSED])}
    assert [row["id"] for row in whole["results"]["Footnote"]] == ["a", "b", "c", "d", "e"]
    assert whole["results"]["Footnote"][0] == {
        "id": "a", "half": "report", "kind": "number", "group": "g", "answerable": True, "hit@1": 1.0, "right": True,
        "refused": False, "evidence F1": 1.0, "quotes": 2, "exact": 2, "found": found(1), "cause": None,
        "searched for": "Q?", "short": "four", "sentences": ["It is\nfour."], "words": 10,
    }  # fmt: skip


def test_two_runs_of_the_same_questions_give_the_same_bytes_but_for_the_times():
    slower = [
        replace(result, seconds=7 * result.seconds, answer=replace(result.answer, seconds={"read": 1.0}))
        for result in RUN
    ]
    one, other = as_json({"Footnote": RUN}), as_json({"Footnote": slower})
    assert one != other
    before, times_of_one = one.split('"times"')
    assert other.split('"times"')[0] == before
    assert '"Footnote"' in times_of_one
    assert as_json({"灯": RUN}).isascii() is False and as_json({"Footnote": RUN}) == one
