from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.facts import Value, canonical, carried, facts, otherwise, scan


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


def held(written: str, source: str) -> bool:
    """Whether the source carries every value that is asked of it."""
    known = frozenset(value for fact in scan(canonical(source))[0] for value in fact.values)
    return all(carried(fact, known) for fact in facts(written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 percent of salt", "a tenth of salt"),
        ("50 % of them", "half of them"),
        ("25 percent of the staff", "a quarter of the staff"),
        ("one in five", "a fifth of all"),
        ("20 percent", "one in five"),
        ("grew by 20 percent since May", "grew by a fifth since May"),
        ("11,000 Canadian dollars", "CDN$11,000"),
        ("two thirds of the crop", "67 percent of the crop"),
        ("two-thirds of the crop", "66.7 % of the crop"),
        ("three out of four", "75 percent"),
        ("three quarters", "three out of four"),
        ("in second place", "ranked 2nd"),
        ("ranked second", "number two"),
        ("in second place", "ranking # 2"),
        ("in season four", "in its fourth season"),
        ("seasons four and five", "the fourth and fifth seasons"),
        ("12 eggs", "a dozen eggs"),
        ("6 eggs", "half a dozen eggs"),
        ("twenty sheep", "a score of sheep"),
        ("two lambs", "a couple of lambs"),
        ("80 years", "eight decades"),
        ("ten years", "a decade"),
        ("100 years", "a century"),
        ("two weeks", "a fortnight"),
        ("14 days", "two weeks"),
        ("twelve months", "a year"),
        ("18 months", "a year and a half"),
        ("two and a half years", "30 months"),
        ("48 hours", "two days"),
        ("30 minutes", "half an hour"),
        ("25 years", "a quarter of a century"),
        ("fifty years", "half a century"),
        ("two times", "doubled"),
        ("three times", "tripled"),
        ("the 1990s", "the nineties"),
        ("the '90s", "the 1990s"),
        ("between 2011 and 2013", "2011-13"),
        ("from 2011 to 2013", "2011\u201313"),
        ("250,000 people", "a quarter of a million people"),
        ("250,000 clips", "a quarter million clips"),
        ("500,000 people", "half a million people"),
        ("2.5 million people", "two and a half million people"),
        ("8 p.m.", "20:00"),
        ("8:30 pm", "20:30"),
        ("mid-2018", "in the middle of 2018"),
        ("early 2018", "early in 2018"),
        ("5 March 2018", "Monday, 5 March 2018"),
    ],
)
def test_a_paraphrase_carries_the_value_both_ways(one: str, other: str) -> None:
    assert held(one, other)
    assert held(other, one)


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("a tenth of salt", "20 percent of salt"),
        ("60 percent", "two thirds"),
        ("66 percent", "two thirds"),
        ("20 percent", "the fifth man"),
        ("33 percent", "a third man came"),
        ("one in five", "75 percent"),
        ("50 percent", "the second half"),
        ("50 percent", "half a million"),
        ("12 eggs", "half a dozen eggs"),
        ("a million people", "half a million people"),
        ("season four", "the fourth round"),
        ("the second album", "it was number two"),
        ("two decades", "ten years"),
        ("48 hours", "three days"),
        ("60 days", "two months"),
        ("18 months", "a year"),
        ("ten years", "two decades"),
        ("the 1990s", "the eighties"),
        ("the '90s", "the 1890s"),
        ("2013", "12-13"),
        ("2011-13", "2011 and 2014"),
        ("three times", "doubled"),
        ("two lambs", "the lambs doubled"),
        ("8 a.m.", "20:00"),
        ("8 pm", "8:00 am"),
    ],
)
def test_another_value_is_no_paraphrase(written: str, source: str) -> None:
    assert not held(written, source)


@pytest.mark.parametrize("written", ["half of them", "a quarter of them", "a year later", "twice", "the nineties"])
def test_what_is_said_without_a_numeral_is_asked_of_no_evidence(written: str) -> None:
    assert facts(written) == []
    assert {fact.kind for fact in scan(canonical(written))[0]} == {"aside"}


@pytest.mark.parametrize(
    ("written", "source", "expected"),
    [
        ("nearly 80,000", "79,394", True),
        ("almost 80,000", "80,394", False),
        ("80,000", "79,394", False),
        ("over 92,000 votes", "92,153 votes", True),
        ("more than 95,000 votes", "92,153 votes", False),
        ("more than 90,000 votes", "89,153 votes", False),
        ("at least 840 dollars", "US$840.35", True),
        ("more than 840 euros", "US$840.35", False),
        ("about 7 million", "7.1 million", True),
        ("about 7 million", "7.6 million", False),
        ("fewer than 300", "296", True),
        ("not more than 300", "303", False),
        ("about 20 percent", "19.8%", True),
        ("about 20 percent", "19.8", False),
        ("about a third of them", "34 percent of them", True),
        ("roughly 90 minutes", "an hour and a half", True),
        ("nearly two decades", "19 years", True),
        ("about 40 seconds", "42 kilometres", False),
        ("about 2010", "2012", False),
        ("about 2,000 people", "in 2018", False),
        ("about 25", "24", False),
    ],
)
def test_a_number_said_roughly_is_carried_by_what_it_rounds(written: str, source: str, expected: bool) -> None:
    assert held(written, source) is expected


def test_what_carries_is_named_beside_the_number() -> None:
    (fact,) = facts("nearly 48 hours")
    assert (fact.words, fact.kind, fact.hedge) == ("48", "number", "below")
    assert fact.also == frozenset[Value]({("length", Decimal(172800), "seconds")})


def test_the_canonical_form_joins_ways_of_writing() -> None:
    assert canonical("World War II, WWI and World War One") == "second world war, first world war and first world war"
    assert canonical("The U.S. and US\u2019s \u201cÉlan\u201d \u2014 for us") == (
        'the united states and united states\'s "elan" - for us'
    )
    assert canonical("1 250 000 sheep, 12 000 bees, Flight 370 239") == "1,250,000 sheep, 12,000 bees, flight 370 239"


@given(st.text(max_size=100))
def test_any_text_has_a_stable_canonical_form_and_carries_its_own_values(text: str) -> None:
    found = facts(text)
    known = frozenset(value for fact in found for value in fact.values)
    assert all(carried(fact, known) for fact in found)
    assert canonical(text) == canonical(text)


@given(st.text("0123456789 -.,:%$'adefhilmnoprstuvwy", max_size=60))
def test_any_row_of_figures_and_letters_carries_itself(text: str) -> None:
    found = scan(canonical(text))[0]
    known = frozenset(value for fact in found for value in fact.values)
    assert all(carried(fact, known) for fact in found)
    assert all(fact.also <= known for fact in found)


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("10 days", "It took 10 hours.", "unit"),
        ("10 miles", "30 miles in 10 hours", "unit"),
        ("50 mph", "at 50 km/h", "unit"),
        ("4 kg", "4 lb of meat", "unit"),
        ("5:15 p.m.", "at 5:15 a.m.", "half of the day"),
        ("5 p.m.", "at 5 a.m.", "half of the day"),
        ("more than 300", "about 300 people", "limit"),
        ("fewer than 300", "over 300 people", "limit"),
        ("10 days", "10 hours for 10 men", ""),
        ("2 days", "48 hours", ""),
        ("1,200 metres", "1.2 km", ""),
        ("10 years", "a 10-year plan", ""),
        ("4 pounds", "4 lb", ""),
        ("at least 300", "more than 300", ""),
        ("about 300", "more than 300", ""),
        ("more than 300", "300 people", ""),
        ("9.30 p.m.", "at 9:30", ""),
        ("5:15 p.m.", "at 17:15", ""),
        ("7 weeks", "6 weeks, 7 in 10", ""),
    ],
)
def test_a_number_that_the_evidence_has_only_with_another_unit_or_limit(claim, evidence, expected):
    (number,) = facts(claim)
    assert otherwise(number, scan(canonical(evidence))[0]) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2½ tonnes", "2.5 tonnes"),
        ("the twenty-first century", "the 21st century"),
        ("the nineteenth", "the 19th"),
        ("the fortieth", "the 40th"),
        ("at 9.30 p.m.", "at 9:30 pm"),
        ("in Q4", "in the fourth quarter"),
        ("4.5 years", "four-and-a-half years"),
        ("four pounds", "4 lb"),
        ("in 2012", "who in 2012 won the prize"),
        ("in 2015", "in 2015 euro members"),
    ],
)
def test_two_ways_of_writing_it_are_one(one, other):
    known = frozenset().union(*(fact.values for fact in scan(canonical(other))[0]))
    assert all(carried(fact, known) for fact in facts(one))


def test_a_fraction_is_no_further_digit():
    assert [fact.values for fact in facts("2½ tonnes")] == [{("number", Decimal("2.5"), "")}]
