from __future__ import annotations

import pytest
from parts import answer, citation, hit, quoted

from qa.evaluation.metrics import hit_rank, is_exact, is_right, p50, plain, share, words_shown


def test_the_rank_of_the_first_hit_with_the_evidence():
    hits = [hit("Sheep graze.", rank=1), hit("It rained.  The “bridge”\nheld. So they came.", rank=2), hit("x", rank=3)]
    assert hit_rank(hits, ['The "bridge" held.']) == 2
    assert hit_rank(hits, ["Nobody came.", "sheep GRAZE."]) == 1
    assert hit_rank(hits, ["Nobody came."]) is None
    assert hit_rank(hits, []) is None
    assert hit_rank([], ["Sheep graze."]) is None


@pytest.mark.parametrize(
    ("accepted", "right"),
    [
        (["4.2 million"], True), (["4.2"], True), (["2 million"], False), (["4"], False), (["tonne"], False),
        (["9", "Varnland"], True), (["VARNLAND’S harvest"], True), ([], False), (["barley"], False), (["灯"], True),
    ],
)  # fmt: skip
def test_an_answer_is_right_where_it_shows_an_accepted_one_as_whole_words(accepted, right):
    shown = answer(quoted("Varnland's harvest reached 4.2 million tonnes (灯塔)."))
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


def test_exact_quotes():
    assert is_exact(citation(quote="rained", start=3, end=9), "It rained.")
    assert not is_exact(citation(quote="rained", start=2, end=8), "It rained.")


def test_small_measures():
    assert share([True, False, True, True]) == 0.75
    assert share([]) is None
    assert p50([0.1, 9.0, 0.3]) == 0.3
    assert words_shown(answer(quoted("It rained all day."), short="all day")) == 6
    assert plain("  “It’s\u00a0DONE” –\nnow ") == '"it\'s done" - now'
