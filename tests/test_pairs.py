from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from qa.training import own
from qa.training.pairs import Pair, changes, pairs, sentences_of, usable

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


def test_a_change_is_none_where_the_evidence_says_it_too():
    claim = "The shop opened in Talvik."
    for evidence, changed in (("The mill burned in Brenna.", True), ("The shop opened in Brenna.", False)):
        found = {fault.claim for seed in range(9) for fault in changes(claim, evidence, random.Random(seed))}
        assert ("The shop opened in Brenna." in found) == changed


def test_a_change_that_only_spells_the_claim_otherwise_is_none():
    claim = "It closed at noon on 3 May."
    assert claim not in {fault.claim for seed in range(30) for fault in changes(claim, claim, random.Random(seed))}


def test_every_way_to_make_a_fault_has_its_turn():
    claim = "Ana Prim praised Idris Vale in Talvik on Friday because he may not pay 12 million crowns, Oda Lind said."
    evidence = f"{claim} In Brenna, where Bo Kell spoke on Monday, 40 million crowns were paid."
    found = {fault.kind for seed in range(30) for fault in changes(claim, evidence, random.Random(seed))}
    assert found >= set("number date place name speaker roles unit hedge cause".split())


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


def test_a_text_falls_into_sentences_each_on_one_line():
    assert sentences_of("Wool was\ndear.  Nobody was hurt. ") == ["Wool was dear.", "Nobody was hurt."]


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
