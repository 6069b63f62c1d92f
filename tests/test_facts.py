import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.facts import canonical, carried, facts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12,000", "twelve thousand"),
        ("12,000", "12 thousand"),
        ("1.5 billion", "1,500 million"),
        ("US$5", "$5"),
        ("US$1.5 billion", "1,500 million US dollars"),
        ("5 percent", "5%"),
        ("five per cent", "5 pct"),
        ("20 March 2021", "2021-03-20"),
        ("March 20th, 2021", "the 20th of March 2021"),
        ("Sept. 3", "3 September"),
        ("two hundred and five", "205"),
        ("２０２１年３月２０日", "20 March 2021"),
        ("1.5亿", "150 million"),
        ("€5bn", "5 billion euros"),
        ("12\u202f000", "12,000"),
        ("the 2,500th", "2500th"),
    ],
)
def test_two_ways_of_writing_are_one_value(one: str, other: str) -> None:
    assert [fact.values for fact in facts(one)] == [fact.values for fact in facts(other)] != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5%", "5"),
        ("$5", "€5"),
        ("$5", "C$5"),
        ("5 million", "5 billion"),
        ("20 March", "March 2020"),
        ("1990s", "1990"),
    ],
)
def test_different_values_stay_different(one: str, other: str) -> None:
    assert not {v for fact in facts(one) for v in fact.values} & {v for fact in facts(other) for v in fact.values}


def test_every_value_of_a_sentence_is_found_with_its_kind() -> None:
    text = "On 20 March 2021 at 10:30 the 3rd fund of the 1990s held $5-10 million, or five per cent, of twelve farms."
    assert [(fact.kind, fact.words) for fact in facts(text)] == [
        ("date", "20 march 2021"),
        ("time", "10:30"),
        ("ordinal", "3rd"),
        ("decade", "1990s"),
        ("money", "$5"),
        ("number", "10 million"),
        ("percent", "five per cent"),
        ("number", "twelve"),
    ]


@pytest.mark.parametrize(
    ("written", "source", "expected"),
    [
        ("March 2021", "20 March 2021", True),
        ("2021", "20 March 2021", True),
        ("20 March 2021", "March 2021", False),
        ("20 March 2021", "20 March", False),
        ("$10 million", "$5 to 10 million", True),
        ("5 million", "5 to 10 million", True),
        ("5 percent", "between 5 and 10 percent", True),
        ("20", "20 March", False),
    ],
)
def test_a_value_is_carried_by_the_same_or_a_fuller_one(written: str, source: str, expected: bool) -> None:
    known = frozenset(value for fact in facts(source) for value in fact.values)
    assert all(carried(fact, known) for fact in facts(written)) is expected


def test_the_canonical_form_joins_ways_of_writing() -> None:
    assert canonical("The U.S. and US\u2019s \u201cÉlan\u201d \u2014 for us") == (
        'the united states and united states\'s "elan" - for us'
    )


@given(st.text(max_size=100))
def test_any_text_has_a_stable_canonical_form_and_carries_its_own_values(text: str) -> None:
    found = facts(text)
    known = frozenset(value for fact in found for value in fact.values)
    assert all(carried(fact, known) for fact in found)
    assert canonical(text) == canonical(text)
