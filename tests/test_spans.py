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
        ("The harvest reached 4.2 million tonnes.", "number", ["4.2 million", "4.2 million tonnes"]),
        ("Nearly 1,200 of them came.", "number", ["Nearly 1,200", "1,200"]),
        ("Two and a half million came, one and a quarter left.", "number",
         ["Two and a half million", "one and a quarter"]),
        ("1 250 000 sheep, 12 000 bees and 40\u00a0500 hens.", "number", ["1 250 000", "12 000", "40\u00a0500"]),
        ("Flight 370 239 sheep.", "number", ["370", "239"]),
        ("It cost 3 crore rupees.", "money", ["3 crore rupees"]),
        ("Five lakh sheep and 2.5 lakh hens.", "number", ["Five lakh", "2.5 lakh"]),
        ("Twenty-one ships and three hundred men left.", "number", ["Twenty-one", "three hundred"]),
        ("It grew from zero in 2000 to 59 in 2020.", "number", ["zero", "59"]),
        ("Two dozen ships, half a million sheep and tens of thousands of bees.", "number",
         ["Two dozen", "half a million", "tens of thousands"]),
        ("Between 8–15 of 5 to 6 million; two-thirds stayed.", "number",
         ["8", "8–15", "15", "5 to 6 million", "6 million", "two-thirds"]),
        ("At most 2000 kilometres, some 2000 of them.", "number",
         ["At most 2000 kilometres", "2000", "some 2000", "2000"]),
        ("It fell by 3.5 percent, or 12% in the south.", "percent", ["3.5 percent", "12%"]),
        ("It is 90% to 93% pure, or about 96.26%.", "percent", ["90%", "90% to 93%", "93%", "about 96.26%", "96.26%"]),
        ("She came third in the 20th race.", "ordinal", ["third", "20th"]),
        ("The repair cost $12 million.", "money", ["$12 million"]),
        ("It cost about 900 yuan and 3.5 million US dollars.", "money",
         ["about 900 yuan", "900 yuan", "3.5 million US dollars"]),
        ("They paid €1,000.50 and RMB 5 billion.", "money", ["€1,000.50", "RMB 5 billion"]),
        ("US$4.2bn, £3m, 20bn yuan, RMB 20bn, 500 rupees, Rs 30 and 12 Danish kroner.", "money",
         ["US$4.2bn", "£3m", "20bn yuan", "RMB 20bn", "500 rupees", "Rs 30", "12 Danish kroner"]),
        ("They paid $5-6 million to 30 guests.", "money", ["$5-6 million"]),
        ("On 14 June 2019 it opened; on May 3, 2021 it closed.", "date",
         ["14 June 2019", "2019", "May 3, 2021", "2021"]),
        ("It came in March 2020, late 2019 and 2007.", "date", ["March 2020", "2020", "late 2019", "2019", "2007"]),
        ("In mid-2014, spring 2015, the 1990s and the first quarter of 2019.", "date",
         ["mid-2014", "2014", "spring 2015", "2015", "1990s", "first quarter of 2019", "2019"]),
        ("In the late 17th century, and yesterday, and last week.", "date",
         ["late 17th century", "yesterday", "last week"]),
        ("They left on Monday at 10:30 a.m. local time.", "date", ["Monday", "10:30 a.m. local time"]),
        ("From 2015-2018 it was shut; between 1960 and 1962 not.", "date",
         ["2015", "2015-2018", "2018", "1960", "1960 and 1962", "1962"]),
        ("It stood 515 years ago.", "date", ["515 years ago"]),
        ("It took about three years and six months.", "duration", ["about three years", "three years", "six months"]),
        ("A five-year plan; the boy is 26 years old, his 8-year-old sister died at the age of 9.", "duration",
         ["five-year", "26 years old", "8-year-old", "9"]),
        ("Mayor Idris Vale met Dr. Ana Prim at the Museum of Talvik.", "name",
         ["Mayor Idris Vale", "Idris Vale", "Dr. Ana Prim", "Ana Prim", "Museum of Talvik", "Talvik"]),
        ("The Ministry of Industry and Information Technology spoke.", "name",
         ["Ministry of Industry", "Ministry of Industry and Information Technology", "Industry",
          "Information Technology"]),
        ("George W. Vale and Theresa May left Osmere for Talvik, Varnland.", "name",
         ["George W. Vale", "George W. Vale and Theresa May", "Theresa May", "Osmere", "Osmere for Talvik", "Talvik",
          "Varnland"]),
        ("They met in Talvik, Varnland.", "name", ["Talvik", "Talvik, Varnland", "Varnland"]),
        ("In June Idris Vale saw Apollo 11.", "name", ["Idris Vale", "Apollo", "Apollo 11"]),
        ("The Varnish-owned mill survived the Second World War.", "name", ["Varnish", "Second World War"]),
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
        ("date", "2019"),
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
