from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.contrasts import Contrasts, Group, likest_sentences, window, without
from qa.training.examples import Example

BRIDGE = (
    "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed the bridge in 2019. "
    "They found cracks in seven pillars of the bridge. Mayor Idris Vale ordered a repair of the bridge."
)
MILL = (
    "The old mill of Brenna burned down in March 2015. Farmers of Brenna rebuilt the mill for 4,000 crowns. "
    "Oda Lind has run the mill since then. Nobody was hurt in the fire."
)
FAIR = (
    "The fair of Sorholm drew 25,000 guests in 2015. Its director, Ana Prim, praised the guests. "
    "The fair lost money in 2016."
)


def example(question: str, answer: str | None, passage: str = BRIDGE, title: str = "") -> Example:
    return Example(question, title, passage, answer, "passage")


PILLARS = example("How many pillars of the bridge had cracks?", "seven")
OPENED = example("When was the Kestrel Bridge opened?", "1907", title="Kestrel Bridge")
REPAIR = example("Who ordered a repair of the bridge?", "Mayor Idris Vale")
DESTROYED = example("Who ordered the Kestrel Bridge to be destroyed?", None)
BURNED = example("When did the mill of Brenna burn down?", "March 2015", MILL)
RUN = example("Who has run the mill since the fire?", "Oda Lind", MILL)
ARSON = example("Who set the mill on fire?", None, MILL)
GUESTS = example("How many guests did the fair of Sorholm draw in 2015?", "25,000", FAIR)
PRAISED = example("Who praised the guests of the fair?", "Ana Prim", FAIR)
FLOOD = example("Who was hurt in the flood?", None, "A flood came to Talvik. Nobody was hurt.")
ANSWERED = [OPENED, PILLARS, REPAIR, BURNED, RUN, GUESTS, PRAISED]
REFUSED = [DESTROYED, ARSON, FLOOD]
# So many that the words of a passage are rare enough to find it by.
OTHERS = [
    example(f"What is {name}?", f"{name} is a village", f"{name} is a village. It has a mill, a bridge, a fair.")
    for name in "Aven Bram Corl Dorn Elsk Farn Gorm Holt Isen Jarl Korn Lund".split()
]  # fmt: skip
SEEDS = range(12)


def contrasts(seed: int) -> Contrasts:
    return Contrasts([*ANSWERED, *REFUSED, *OTHERS], random.Random(seed))


def answers_lie_in_their_passages(groups: list[Group]) -> bool:
    return all(each.answer is None or each.answer in each.passage for group in groups for each in group)


def labels(group: Group, part: str) -> dict[str, Counter[bool]]:
    """How often each question, or passage, of a group is answered and is not."""
    found: dict[str, Counter[bool]] = {}
    for each in group:
        found.setdefault(getattr(each, part), Counter())[each.answer is not None] += 1
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_written_refusal_stands_once_beside_an_answered_question_on_its_passage(seed):
    groups = contrasts(seed).real()
    assert Counter(group[-1] for group in groups) == Counter(REFUSED)
    for *mates, refused in groups:
        assert len(mates) == (refused != FLOOD), "nothing is answered on the flood"
        assert all(mate in ANSWERED and mate.passage == refused.passage for mate in mates)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_cut_for_one_question_is_kept_for_the_other(seed):
    groups = contrasts(seed).cut(100)
    assert groups and answers_lie_in_their_passages(groups)
    for group in groups:
        assert [each.origin for each in group] == ["kept", "cut", "kept", "cut"]
        for part in ("question", "passage"):
            assert list(labels(group, part).values()) == [{True: 1, False: 1}] * 2
        for kept, cut in (group[:2], group[2:]):
            assert kept.question == cut.question and str(kept.answer).lower() not in cut.passage.lower()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exchange_turns_both_questions_round_where_the_passage_is_exchanged_too(seed):
    groups = contrasts(seed).swap(100)
    assert groups and answers_lie_in_their_passages(groups)
    assert {len(group) for group in groups} <= {2, 4}
    for group in groups:
        assert [each.origin for each in group] == ["kept", "swap"] * (len(group) // 2)
        assert list(labels(group, "question").values()) == [{True: 1, False: 1} if len(group) == 4 else {True: 1}] + (
            [{True: 1, False: 1}] if len(group) == 4 else [{False: 1}]
        )
        assert list(labels(group, "passage").values()) == [{True: 1, False: 1}] * (len(group) // 2)


def test_a_word_turned_into_its_opposite_leaves_the_passage_as_it_is():
    asked = example("What did the first mayor get?", "a medal", "The first mayor got a medal. The last got a cow.")
    made = {
        tuple((each.question, each.answer, each.passage) for each in group)
        for seed in SEEDS
        for group in Contrasts([asked], random.Random(seed)).swap(10)
    }
    assert made == {((asked.question, "a medal", asked.passage), ("What did the last mayor get?", None, asked.passage))}


@pytest.mark.parametrize("seed", range(3))
def test_a_question_is_held_against_its_passage_and_another(seed):
    groups = contrasts(seed).far(100)
    assert {own.question for own, _ in groups} >= {each.question for each in ANSWERED}
    assert answers_lie_in_their_passages(groups)
    for own, other in groups:
        assert (own.question, other.answer, other.origin) == (other.question, None, "far")
        assert str(own.answer).lower() not in other.passage.lower()


def test_a_passage_of_scraps_is_held_against_others_too():
    scraps = "Dew! Mud! " * 100 + "Aven."
    asked = [
        example("Who saw dew and mud?", "Aven", scraps),
        example("What of dew and mud?", "Bram", "Bram: dew, mud."),
    ]
    for seed in SEEDS:
        groups = Contrasts([*asked, *OTHERS], random.Random(seed)).far(100)
        assert [other.passage for own, other in groups if own.question == asked[1].question] == [scraps]


@pytest.mark.parametrize("seed", SEEDS)
def test_single_sentences_are_held_against_each_other(seed):
    groups = contrasts(seed).sentences(1000)
    assert {each.origin for group in groups for each in group} == {"sentence"}
    assert answers_lie_in_their_passages(groups)
    known = {
        (each.question, sentence)
        for each in [*ANSWERED, *REFUSED, *OTHERS]
        for sentence in likest_sentences(each.passage, "")
    }
    assert all((each.question, each.passage) in known for group in groups for each in group)
    assert [REPAIR.question] * 2 in [[each.question for each in group] for group in groups]
    for group in groups:
        assert [each.answer is None for each in group] in ([False, True], [True])
        if len(group) == 2:
            assert (group[0].question == group[1].question) != (group[0].passage == group[1].passage)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_examples_are_made_than_asked_for_but_for_the_last_group(seed):
    made = contrasts(seed)
    assert sum(map(len, made.cut(5))) == 4
    assert made.cut(3) == []
    assert 5 <= sum(map(len, made.swap(5))) <= 5 + 3
    assert sum(map(len, made.far(4))) == 4
    assert sum(map(len, made.sentences(6))) <= 6 + 1
    assert [len(group) for group in made.plain(3)] == [1, 1, 1]


def test_plain_questions_are_the_answered_ones_as_they_are():
    groups = contrasts(1).plain(1000)
    assert Counter(each for group in groups for each in group) == Counter([*ANSWERED, *OTHERS])


def test_the_same_seed_makes_the_same_groups():
    def everything(seed: int) -> list[list[Group]]:
        made = contrasts(seed)
        return [made.real(), made.cut(50), made.swap(50), made.far(50), made.sentences(50), made.plain(50)]

    assert everything(3) == everything(3) != everything(4)


def test_an_answer_goes_with_its_sentence_or_its_detail_or_is_put_vaguely():
    left = {without(BRIDGE, PILLARS, random.Random(seed)) for seed in range(80)}
    opened, closed, cracks, repair = likest_sentences(BRIDGE, "")
    vague = ("several", "many", "some", "a number of", "a few", "something", "something else", "other things")
    made = {f"{opened} {closed} They found cracks in {word} pillars of the bridge. {repair}" for word in vague}
    made.add(f"{opened} {closed} They found cracks in certain ones pillars of the bridge. {repair}")
    assert f"{opened} {closed} {repair}" in left
    assert (
        left <= {f"{opened} {closed} {repair}", f"{opened} {closed} They found cracks of the bridge. {repair}"} | made
    )
    assert len(left) > 3 and cracks in BRIDGE


def test_a_mayor_is_put_vaguely_as_a_person_and_not_as_a_date():
    # Sentences that share too little with the question: none is left out, and no detail can be cut off.
    passage = "Mayor Idris Vale ordered it. Sheep graze on hills."
    left = {
        without(passage, example("Who ordered it?", "Mayor Idris Vale", passage), random.Random(seed))
        for seed in range(60)
    }
    assert left == {
        f"{word} ordered it. Sheep graze on hills."
        for word in ("Someone", "Another person", "An official", "One of them", "Somebody else")
    }


@pytest.mark.parametrize(
    ("question", "answer", "passage"),
    [
        ("Who sang?", "Ana Prim", "Ana Prim sang in Talvik."),
        ("Who sang?", "Ana Prim", "Ana Prim sang. Ana Prim danced. Ana Prim left. Nobody stayed."),
        ("What is it?", "one two three four five six seven", "It is one two three four five six seven. So it is."),
        ("Who sang?", "Ana Prim", "Ana Prim sang in Talvik. ANA PRIM! It was late."),
    ],
    ids=["one sentence", "in three sentences", "a long answer", "in other letters"],
)
def test_a_passage_that_would_not_read_well_is_left_alone(question, answer, passage):
    assert {without(passage, example(question, answer, passage), random.Random(seed)) for seed in range(20)} == {None}


def test_the_likest_sentence_comes_first_and_scraps_not_at_all():
    passage = "Oh dear. The mill burned down. The bridge of Talvik fell down. So it was."
    assert likest_sentences(passage, "Which bridge fell?") == [
        "The bridge of Talvik fell down.",
        "The mill burned down.",
    ]


SENTENCES = st.lists(
    st.lists(st.sampled_from("mill bridge fair 1907 Talvik opened in of".split()), min_size=1, max_size=25).map(
        lambda words: "The " + " ".join(words) + "."
    ),
    min_size=1,
    max_size=30,
)


@given(SENTENCES, st.data(), st.integers())
def test_a_window_is_whole_sentences_with_what_is_to_be_held(sentences, data, seed):
    passage = " ".join(sentences)
    held = data.draw(st.lists(st.sampled_from(sentences), max_size=2))
    seen = window(passage, held, random.Random(seed))
    assert seen in passage and all(words in seen for words in held)
    assert f" {passage} ".count(f" {seen} ") >= 1 and seen.startswith("The ") and seen.endswith(".")
    assert seen == passage if len(passage) <= 750 or not held else len(seen) >= 349


def test_what_no_sentence_holds_leaves_the_whole_passage():
    passage = "The bridge of Talvik opened early. " * 40
    assert window(passage, ["early. The bridge"], random.Random(1)) == passage
