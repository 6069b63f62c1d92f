from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import answer, citation, hit, quoted

from qa.evaluation.metrics import (
    Overlap,
    auroc,
    evidence_overlap,
    is_exact,
    is_right,
    plain,
    relevant,
    retrieval,
    words_shown,
)


def test_a_hit_is_relevant_where_it_holds_an_evidence_sentence():
    hits = [hit("Sheep graze.", rank=1), hit("It rained.  The “bridge”\nheld. So they came.", rank=2), hit("x", rank=3)]
    assert relevant(hits, ['The "bridge" held.']) == [False, True, False]
    assert relevant(hits, ["Nobody came.", "sheep GRAZE."]) == [True, False, False]
    assert relevant(hits, ["The bridge held."]) == [False, False, False]
    assert relevant(hits, []) == [False, False, False]
    assert relevant([], ["Sheep graze."]) == []


def test_retrieval_worked_by_hand():
    found = {
        "first": [True, False, True],
        "third": [False, False, True, True],  # 1/3: only the first relevant one counts
        "seventh": [False] * 6 + [True],
        "beyond ten": [False] * 10 + [True],
        "none relevant": [False] * 10,
        "nothing found": [],
    }
    assert retrieval(found) == {
        "first": {"hit@1": 1.0, "hit@5": 1.0, "hit@10": 1.0, "MRR": 1.0},
        "third": {"hit@1": 0.0, "hit@5": 1.0, "hit@10": 1.0, "MRR": pytest.approx(1 / 3)},
        "seventh": {"hit@1": 0.0, "hit@5": 0.0, "hit@10": 1.0, "MRR": pytest.approx(1 / 7)},
        "beyond ten": {"hit@1": 0.0, "hit@5": 0.0, "hit@10": 0.0, "MRR": 0.0},
        "none relevant": {"hit@1": 0.0, "hit@5": 0.0, "hit@10": 0.0, "MRR": 0.0},
        "nothing found": {"hit@1": 0.0, "hit@5": 0.0, "hit@10": 0.0, "MRR": 0.0},
    }
    assert list(retrieval(found)) == list(found)


def test_no_question_has_no_measures():
    assert retrieval({}) == {}
    assert retrieval({"only": []}) == {"only": {"hit@1": 0.0, "hit@5": 0.0, "hit@10": 0.0, "MRR": 0.0}}


@given(st.lists(st.booleans(), max_size=12))
def test_retrieval_is_what_the_ranks_say(marks):
    first = marks.index(True) + 1 if True in marks[:10] else None
    assert retrieval({"q": marks})["q"] == {
        "hit@1": float(first == 1),
        "hit@5": float(first is not None and first <= 5),
        "hit@10": float(first is not None),
        "MRR": pytest.approx(1 / first if first else 0.0),
    }


@pytest.mark.parametrize(
    ("accepted", "right"),
    [
        (["4.2 million"], True), (["4.2"], True), (["2 million"], False), (["4"], False), (["tonne"], False),
        (["9", "Varnland"], True), (["VARNLAND’S harvest"], True), ([], False), (["barley"], False), (["灯"], True),
        ([""], False), (["million tonnes"], True), (["1,000"], True), (["000"], False), (["1"], False),
    ],
)  # fmt: skip
def test_an_answer_is_right_where_it_shows_an_accepted_one_as_whole_words(accepted, right):
    shown = answer(quoted("Varnland's harvest reached 4.2 million tonnes (灯塔), 1,000 more."))
    assert is_right(shown, accepted) is right


def test_only_the_short_answer_and_the_first_three_sentences_count():
    sentences = [quoted(f"Sentence {word}.") for word in ("one", "two", "three", "four")]
    assert is_right(answer(*sentences), ["three"])
    assert not is_right(answer(*sentences), ["four"])
    assert is_right(answer(*sentences, short="four"), ["four"])
    assert not is_right(answer(*sentences, kind="unanswerable"), ["one"])


def test_a_list_is_right_with_one_name_of_every_item():
    shown = answer(quoted("They came from Talvik, Brenna and Sorholm."))
    assert is_right(shown, [], [["Talvik"], ["Brena", "Brenna"]])
    assert not is_right(shown, ["Talvik"], [["Talvik"], ["Osmere"]])


GOLD = ("The bridge was closed.", "Engineers shut the bridge.")


@pytest.mark.parametrize(
    ("shown", "overlap"),
    [
        # One sentence is shown, it is gold, and gold sentences are alternatives.
        (["The bridge was closed."], Overlap(1.0, 1.0, 1.0)),
        # One of four is gold: P = 1/4, R = 1, F1 = 2 * 1/4 / (5/4) = 2/5.
        (["It rained.", "“Engineers shut  the bridge.”", "Sheep graze.", "Wheat rose."], Overlap(0.25, 1.0, 0.4)),
        # Both alternatives and one other: P = 2/3, R = 1, F1 = 4/3 / (5/3) = 4/5.
        ([*GOLD, "It rained."], Overlap(2 / 3, 1.0, 0.8)),
        # A shown text that holds a gold sentence within it counts, a part of one does not.
        (["At noon the bridge was closed. It rained."], Overlap(1.0, 1.0, 1.0)),
        (["The bridge was"], Overlap(0.0, 0.0, 0.0)),
        ([], Overlap(0.0, 0.0, 0.0)),
    ],
    ids=["alone", "one of four", "both alternatives", "within", "a part", "nothing"],
)
def test_the_overlap_with_gold_evidence_worked_by_hand(shown, overlap):
    found = evidence_overlap(answer(*(quoted(text) for text in shown)), GOLD)
    assert found == Overlap(pytest.approx(overlap.precision), pytest.approx(overlap.recall), pytest.approx(overlap.f1))


def test_for_a_list_the_overlap_counts_the_items_that_gold_sentences_name():
    gold = ("Choirs came from Talvik and Brenna.", "One choir was from Sorholm.")
    items = (("Talvik",), ("Brena", "Brenna"), ("Sorholm",), ("Osmere",))
    # Shown: one gold sentence with two items, and one that is no gold though it names a third. P = 1/2, R = 2/4.
    shown = answer(quoted("Choirs came from Talvik and Brenna."), quoted("Sorholm is far."))
    assert evidence_overlap(shown, gold, items) == Overlap(0.5, 0.5, 0.5)
    # Both gold: P = 1, R = 3/4, F1 = 1.5 / 1.75 = 6/7.
    both = answer(*(quoted(text) for text in gold))
    assert evidence_overlap(both, gold, items) == Overlap(1.0, 0.75, pytest.approx(6 / 7))


def test_a_refusal_shows_no_evidence_and_where_none_is_named_there_is_none_to_show():
    refusal = answer(quoted("The bridge was closed."), kind="unanswerable")
    assert evidence_overlap(refusal, GOLD) == Overlap(0.0, 0.0, 0.0)
    assert evidence_overlap(answer(quoted("The bridge was closed.")), ()) == Overlap(0.0, 0.0, 0.0)


def test_exact_quotes():
    assert is_exact(citation(quote="rained", start=3, end=9), "It rained.")
    assert not is_exact(citation(quote="rained", start=2, end=8), "It rained.")
    assert not is_exact(citation(quote="rained", start=3, end=9), "It Rained.")


def test_words_shown_are_those_of_the_short_answer_and_of_every_sentence():
    assert words_shown(answer(quoted("It rained all day."), short="all day")) == 6
    assert words_shown(answer(*(quoted(f"It rained {n}.") for n in range(5)))) == 15
    assert words_shown(answer()) == 0


def test_auroc_worked_by_hand():
    # Positives 0.9 and 0.4 against negatives 0.5 and 0.4: won, won, lost, tied: (1 + 1 + 0 + 1/2) / 4.
    assert auroc([0.9, 0.4, 0.5, 0.4], [True, True, False, False]) == 0.625
    assert auroc([0.1, 0.2], [False, True]) == 1.0
    assert auroc([0.1, 0.2], [True, False]) == 0.0
    with pytest.raises(ValueError, match="shorter"):
        auroc([0.1, 0.2], [True])


def test_plain_text():
    assert plain("  “It’s\u00a0DONE” –\nnow ") == '"it\'s done" - now'
    assert plain("A‘b — 灯塔") == "a'b - 灯塔"
