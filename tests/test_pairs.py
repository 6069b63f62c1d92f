from __future__ import annotations

import os
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from qa.training import own
from qa.training.pairs import Pair, changes, names_of, pairs, reworded, shapes, surnamed, usable, values_of
from qa.training.pairs import respelled as respell

DATA = os.environ.get("FOOTNOTE_BENCH_DATA")
TALVIK = (
    "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed the bridge on 3 May 2019 after a storm in March. "
    "They found cracks in seven pillars, and rust in 12 of the 40 cables. Mayor Idris Vale said that the repair would "
    "cost 12,000 crowns. Ana Prim of Brenna praised Idris Vale on Friday. Some of the traders in Brenna may move to "
    "Sorholm because of the works. Oda Lind told reporters on Monday that 18 percent of the shops had lost guests."
)
BRENNA = (
    "The mill of Brenna burned down in March 2015. Oda Lind rebuilt the mill before the summer of 2016. "
    "According to the fire chief, a lamp was the cause. Nobody was hurt in the fire. The old wheel was sold in Talvik."
)
ROWS = [{"id": "bridge", "text": TALVIK}, {"id": "mill", "text": BRENNA}]


def false(claim: str, kind: str, evidence: str = "", seeds: int = 30) -> set[tuple[str, str, str | None]]:
    """(claim, label, words at fault) of every change of one kind that some draw gives."""
    return {
        (fault.claim, fault.label, fault.words and fault.claim[slice(*fault.words)])
        for seed in range(seeds)
        for fault in changes(claim, f"{claim} {evidence}", random.Random(seed))
        if fault.kind == kind
    }


def test_a_number_becomes_another_one_of_the_evidence():
    found = false("The team rebuilt 12 of the towers.", "number", "It had 40 towers.")
    assert ("The team rebuilt 40 of the towers.", "contradicted", "40") in found


def test_a_number_below_a_bound_is_left_alone():
    assert false("The fire destroyed at least 12 houses.", "number", "It had 40 houses.") == set()


def test_two_numbers_change_places_and_all_words_stay():
    found = false("The storm hit 12 towns and cut off 40 farms.", "number")
    assert ("The storm hit 40 towns and cut off 12 farms.", "contradicted", "40 towns and cut off 12") in found


def test_a_value_never_becomes_the_same_in_other_words():
    assert "May 3" not in {words for *_, words in false("It closed on 3 May.", "date", "It closed on May 3 at noon.")}


def test_a_day_becomes_another_day_of_the_evidence():
    found = false("The court met on Monday.", "date", "The judge left on Friday.")
    assert ("The court met on Friday.", "contradicted", "Friday") in found


def test_a_unit_becomes_another():
    assert false("The town paid 12 million crowns.", "unit") == {
        ("The town paid 12 billion crowns.", "contradicted", "billion")
    }


def test_a_name_becomes_another_of_the_evidence_that_may_stand_there():
    assert false("Last year Idris Vale opened the bridge.", "name", "Today Ana Prim came to Talvik.") == {
        ("Last year Ana Prim opened the bridge.", "contradicted", "Ana Prim")
    }


def test_a_place_becomes_another_place():
    assert false("The bridge stands in Talvik.", "place", "The mill stood in Brenna.") == {
        ("The bridge stands in Brenna.", "contradicted", "Brenna")
    }


def test_who_said_it_becomes_somebody_else():
    found = false("It will rain, Idris Vale said on Monday.", "speaker", "But then Ana Prim left.")
    assert ("It will rain, Ana Prim said on Monday.", "contradicted", "Ana Prim") in found


def test_dropped_attribution_leaves_the_bare_claim():
    found = false("Idris Vale said that the repair would cost 900 crowns.", "speaker")
    assert ("The repair would cost 900 crowns.", "unsupported", None) in found
    found = false("The repair would cost 900 crowns, Idris Vale said.", "speaker")
    assert ("The repair would cost 900 crowns.", "unsupported", None) in found


def test_roles_turn_round_a_verb_and_all_words_stay():
    assert false("In May Ana Prim praised Idris Vale.", "roles") == {
        ("In May Idris Vale praised Ana Prim.", "contradicted", "Idris Vale praised Ana Prim")
    }


def test_roles_that_say_the_same_both_ways_are_left_alone():
    assert false("In May Ana Prim married Idris Vale.", "roles") == set()


@pytest.mark.parametrize(
    ("claim", "kind", "changed", "label", "words"),
    [
        ("It closed after the storm.", "time", "It closed before the storm.", "contradicted", "before"),
        ("The sum was higher than planned.", "comparison", "The sum was lower than planned.", "contradicted", "lower"),
        ("Some of the shops closed.", "quantifier", "All of the shops closed.", "unsupported", "All of"),
        ("The town may sell it.", "hedge", "The town will sell it.", "unsupported", "will"),
        ("He allegedly sold it.", "hedge", "He sold it.", "unsupported", "sold"),
        ("It opens unless it rains.", "condition", "It opens even if it rains.", "unsupported", "even if"),
        ("It closed because of rust.", "cause", "It closed in spite of rust.", "unsupported", "in spite of"),
        ("The price rose in May.", "opposite", "The price fell in May.", "contradicted", "fell"),
        ("The bridge was closed.", "negation", "The bridge was not closed.", "contradicted", "was not"),
        ("The bridge was not closed.", "negation", "The bridge was closed.", "contradicted", "was "),
        ("Idris Vale left in May.", "negation", "Idris Vale did not leave in May.", "contradicted", "did not leave"),
    ],
)
def test_a_word_turns_the_claim(claim, kind, changed, label, words):
    assert (changed, label, words) in false(claim, kind)


def test_what_came_after_is_told_as_the_effect():
    assert ("It closed because of the storm.", "unsupported", "because of") in false(
        "It closed after the storm.", "cause"
    )


def test_indirect_speech_becomes_a_quotation():
    assert false("Idris Vale said that the works would last two years.", "quote") == {
        ('Idris Vale said "The works would last two years."', "unsupported", '"The works would last two years."')
    }


def test_the_end_of_a_clause_comes_from_another_sentence():
    assert false("The shop opened in Talvik.", "merge", "The mill burned in Brenna.") == {
        ("The shop opened in Brenna.", "unsupported", "Brenna")
    }


def test_a_change_is_none_where_the_evidence_says_it_too():
    assert false("The shop opened in Talvik.", "merge", "The shop opened in Brenna.") == set()


def test_a_sentence_is_said_in_other_shapes():
    assert shapes("In May 2019, inspectors closed the bridge over the Aven.") == [
        ("trimmed", "Inspectors closed the bridge over the Aven."),
        ("reordered", "Inspectors closed the bridge over the Aven in May 2019."),
    ]
    assert ("voice", "Ana Prim designed the bridge in 1907.") in shapes("The bridge was designed by Ana Prim in 1907.")
    assert shapes("The town closed the old bridge after the storm had passed.") == [
        ("reordered", "After the storm had passed, the town closed the old bridge.")
    ]
    assert shapes("The bridge (a toll bridge) has seven stone pillars.") == [
        ("trimmed", "The bridge has seven stone pillars.")
    ]


def test_what_somebody_only_said_is_not_trimmed():
    assert shapes("The bridge over the Aven was closed, which the mayor said was wrong.") == []


def test_two_short_sentences_are_joined():
    assert shapes("Oda Lind rebuilt the mill herself.", "The fire had destroyed it whole.") == [
        ("joined", "Oda Lind rebuilt the mill herself and the fire had destroyed it whole.")
    ]


@pytest.mark.parametrize(
    ("claim", "spelled"),
    [
        ("It closed on 20 March 2021.", "It closed on March 20, 2021."),
        ("It closed on March 20, 2021.", "It closed on 20 March 2021."),
        ("It lost 18 percent.", "It lost 18%."),
        ("It lost 18% of it.", "It lost 18 percent of it."),
        ("They saw 7 pillars.", "They saw seven pillars."),
        ("They saw seven pillars.", "They saw 7 pillars."),
    ],
)
def test_numbers_and_dates_are_written_in_another_way(claim, spelled):
    assert respell(claim, "", random.Random(0)) == spelled


def test_thousands_are_spelled_in_words():
    found = {respell("It cost 12,000 crowns.", "", random.Random(seed)) for seed in range(9)}
    assert found == {"It cost 12 thousand crowns.", "It cost twelve thousand crowns."}


def test_a_person_is_called_by_the_surname_only_where_the_text_does_so():
    claim = "Idris Vale opened the fair."
    assert (
        surnamed(claim, f"{claim} At noon, as agreed, Vale said he was glad.", random.Random(0))
        == "Vale opened the fair."
    )
    assert surnamed(claim, claim, random.Random(0)) == claim


def test_words_within_quotation_marks_stay_as_they_are():
    claim = 'He said "the film began" when the film began.'
    found = {reworded(claim, "", random.Random(seed)) for seed in range(20)}
    assert 'He said "the film began" when the movie started.' in found
    assert all('"the film began"' in each for each in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Is the Kestrel Bridge of Talvik closed now?",
        "I saw the Kestrel Bridge of Talvik close.",
        'He said "the bridge of Talvik is closed.',
        "This closed the Kestrel Bridge of Talvik.",
        "Bridge closed.",
    ],
)
def test_no_claim_is_made_of_what_states_nothing_by_itself(sentence):
    assert not usable(sentence)


@pytest.mark.parametrize("seed", range(8))
def test_half_of_a_group_is_true_and_the_first_is(seed):
    groups = list(pairs(ROWS, random.Random(seed)))
    assert groups
    for group in groups:
        assert [pair.label == "supported" for pair in group] == [True, False] * (len(group) // 2)
        assert len({pair.article for pair in group}) == 1
        assert all(pair.claim.strip() and pair.evidence.strip() for pair in group)


@pytest.mark.parametrize("seed", range(8))
def test_the_words_at_fault_lie_in_the_claim_and_only_in_false_ones(seed):
    for pair in [pair for group in pairs(ROWS, random.Random(seed)) for pair in group]:
        if pair.label == "supported":
            assert pair.words is None
        elif pair.words:
            assert 0 <= pair.words[0] < pair.words[1] <= len(pair.claim)


def test_the_same_draw_gives_the_same_groups():
    assert list(pairs(ROWS, random.Random(3))) == list(pairs(ROWS, random.Random(3)))


WORDS = st.lists(
    st.sampled_from(
        "The Kestrel Bridge Ana Prim Talvik 12 40 12,000 3 May 2019 seven before after was not may some of all in at "
        "because said that , Friday million percent closed the if".split()
    ),
    max_size=14,
).map(" ".join)


@given(claim=WORDS | st.text(max_size=60), evidence=WORDS, seed=st.integers(0, 99))
def test_every_change_says_where_it_is_in_any_text(claim, evidence, seed):
    for fault in changes(claim, evidence, random.Random(seed)):
        assert fault.claim != claim
        if fault.words:
            start, end = fault.words
            assert 0 <= start < end <= len(fault.claim)
            assert fault.claim[:start].lower() == claim[:start].lower()
            assert len(fault.claim) == end or claim.endswith(fault.claim[end:])


@given(st.text(max_size=80) | WORDS)
def test_names_and_values_are_found_in_order_and_apart_in_any_text(text):
    for spans in (names_of(text), [(start, end) for *_, start, end in values_of(text)]):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))


@pytest.fixture(scope="module")
def made() -> list[Pair]:
    stored = [row for name, row in own.articles(Path(DATA or "")).items() if "-" in name][::4]
    return [pair for group in pairs(stored, random.Random(1)) for pair in group]


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_the_length_of_a_claim_or_of_its_evidence_does_not_tell_true_from_false(made):
    true = [pair.label == "supported" for pair in made]
    assert sum(true) * 2 == len(made) > 1000
    assert roc_auc_score(true, [len(pair.claim) for pair in made]) == pytest.approx(0.5, abs=0.03)
    assert roc_auc_score(true, [len(pair.evidence) for pair in made]) == pytest.approx(0.5, abs=0.03)
    mean = {
        label: [len(pair.claim) for pair in made if (pair.label == "supported") == label] for label in (True, False)
    }
    assert sum(mean[False]) <= sum(mean[True]) * 1.01


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_real_articles_give_every_kind(made):
    kinds = Counter(pair.kind for pair in made)
    assert kinds.keys() == set(
        """same trimmed reordered joined voice respelled surname reworded absent number date name place roles unit time
        comparison quantifier hedge condition cause opposite negation speaker quote merge""".split()
    ) - ({"voice", "quote"} - kinds.keys())
