from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.spans import spans


def found(text: str, *kinds: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in spans(text) if not kinds or span.kind in kinds]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("The harvest reached 4.2 million tonnes.", "number", ["4.2 million"]),
        ("Nearly 1,200 of them came.", "number", ["Nearly 1,200"]),
        ("Twenty-one ships and three hundred men left.", "number", ["Twenty-one", "three hundred"]),
        ("It fell by 3.5 percent, or 12% in the south.", "number", ["3.5 percent", "12%"]),
        ("The repair cost $12 million.", "money", ["$12 million"]),
        ("It cost about 900 yuan and 3.5 million US dollars.", "money", ["about 900 yuan", "3.5 million US dollars"]),
        ("They paid €1,000.50 and RMB 5 billion.", "money", ["€1,000.50", "RMB 5 billion"]),
        ("On 14 June 2019 it opened; on May 3, 2021 it closed.", "date", ["14 June 2019", "May 3, 2021"]),
        ("It came in March 2020, late 2019 and 2007.", "date", ["March 2020", "late 2019", "2007"]),
        ("They left on Monday at 10:30 a.m. local time.", "date", ["Monday", "10:30 a.m. local time"]),
        ("From 2015-2018 it was shut.", "date", ["2015-2018"]),
        ("It took about three years and six months.", "duration", ["about three years", "six months"]),
        ("Mayor Idris Vale met Dr. Ana Prim at the Museum of Talvik.", "name",
         ["Mayor Idris Vale", "Dr. Ana Prim", "Museum of Talvik"]),
        ("The Ministry of Industry and Information Technology spoke.", "name",
         ["Ministry of Industry", "Ministry of Industry and Information Technology", "Information Technology"]),
        ("In Osmere, Vale's friends waited.", "name", ["Osmere", "Vale"]),
        ("However, the U.S. bought it.", "name", ["U.S."]),
        ("She called it a “soft power outlet,” and ‘a tool’.", "term", ["soft power outlet", "a tool"]),
        ("It is known as 灯塔 and #lighthouse.", "term", ["灯塔", "#lighthouse"]),
        ("nothing of the kind", "name", []),
    ],
)  # fmt: skip
def test_possible_short_answers(text, kind, expected):
    assert [words for _, words in found(text, kind)] == expected


def test_one_sentence_whole():
    assert found("Idris Vale paid $12 million to 30 “Night Owls” on 14 June 2019.") == [
        ("name", "Idris Vale"),
        ("money", "$12 million"),
        ("number", "30"),
        ("name", "Night Owls"),
        ("term", "Night Owls"),
        ("date", "14 June 2019"),
    ]


@given(
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(
                ["about ", "4.2 ", "million ", "$", "US$", "3", ",000", " yuan", "14 ", "June ", "2019", "Dr. ", "Ana ",
                 "of ", "the ", "The ", "“", "”", '"', "#", "灯塔", "·", "-", " to ", "half ", "’s", ".", "\n"]
            ),
            max_size=25,
        ).map("".join),
    )
)  # fmt: skip
def test_places_lie_inside_the_text_whatever_it_is(text):
    places = list(spans(text))
    assert places == sorted(places, key=lambda span: (span.start, span.end, span.kind))
    assert len(set(places)) == len(places)
    for span in places:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("HONG KONG — The government of Varnland asked.", ["Varnland"]),
        ("In Talvik's harbour the Mill Stage stood.", ["Talvik", "Mill Stage"]),
        ("Varnland's Osmere burned.", ["Varnland", "Varnland's Osmere", "Osmere"]),
        ("The U.S. said so. Therefore nothing came.", ["U.S."]),
    ],
    ids=["dateline", "possessive", "two names in one", "abbreviation and opener"],
)
def test_names_are_found_without_what_only_has_a_capital(text, names):
    assert [text[span.start : span.end] for span in spans(text) if span.kind == "name"] == names
