import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import dates


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("2021", "2021"),
        ("2021-03", "2021-03"),
        ("2021-03-20", "2021-03-20"),
        ("20210320", "2021-03-20"),
        ("2021/3/5", "2021-03-05"),
        ("March 3, 2021", "2021-03-03"),
        ("3rd of March 2021", "2021-03-03"),
        ("Sat, 20 Mar 2021 10:00 GMT", "2021-03-20"),
        ("2021-03-20T10:00:00+01:00", "2021-03-20"),
        ("May 12, 2021 at 5:14 pm", "2021-05-12"),
        ("Sept. 5, 2019", "2019-09-05"),
        ("March 2021", "2021-03"),
        ("13/04/2021", "2021-04-13"),
        ("04.13.2021", "2021-04-13"),
        ("2021年3月20日", "2021-03-20"),
        ("2021년 3월 20일", "2021-03-20"),
        ("20 mars 2021", "2021-03-20"),
        ("3. März 2021", "2021-03-03"),
        ("mars 2021", "2021-03"),
    ],
)
def test_a_stated_date_is_kept_at_its_precision(words, iso):
    assert dates.parse(words) == iso


@pytest.mark.parametrize(
    "words",
    ["", "03/04/2021", "31 April 2020", "2021-02-30", "9999", "0001-01-01", "tomorrow", "two days ago", "2 days ago",
     "12:30", "May", "Monday", "in March 2021 the board met", "5", "20 Apples 2021"],
)  # fmt: skip
def test_what_is_no_certain_date_is_unknown(words):
    assert dates.parse(words) is None


def test_a_date_far_ahead_is_no_date():
    assert dates.parse(str(datetime.datetime.now(tz=datetime.UTC).year + 5)) is None


def test_the_first_date_of_a_line_is_found_with_its_place():
    line = "Issue 12, 14 May 2021, corrected May 16, 2021"
    assert dates.find(line) == dates.Stated("2021-05-14", 10, 21)
    assert dates.find("the board met in May with 2021 guests") is None


def test_a_day_without_a_year_is_found_apart():
    assert dates.find_without_year("Emily Rauh September 20") == (9, 20, 11, 23)
    assert dates.find_without_year("September 20, 2015") is None
    assert dates.find_without_year("February 31") is None


@pytest.mark.parametrize(
    ("name", "iso"),
    [("2021-03-20-ferry", "2021-03-20"), ("20210320_ferry", "2021-03-20"), ("notes_2021-03", "2021-03"),
     ("ferry", None), ("page-2021", None), ("12345678901", None), ("99999999", None)],
)  # fmt: skip
def test_a_file_name_can_carry_the_date(name, iso):
    assert dates.from_file_name(name) == iso


@pytest.mark.parametrize(
    ("url", "iso"),
    [("https://a.example/2021/03/20/ferry", "2021-03-20"), ("https://a.example/2021-03/ferry", "2021-03"),
     ("https://a.example/2021/13/20/ferry", None), ("https://a.example/x?d=/2021/03/20/", None), ("", None)],
)  # fmt: skip
def test_an_address_can_carry_the_date(url, iso):
    assert dates.from_address(url) == iso


@given(st.text(max_size=70))
def test_no_string_makes_parsing_fail(words):
    for date in (dates.parse(words), dates.from_file_name(words), dates.from_address(words)):
        assert date is None or dates.parse(date) == date


@given(st.dates(datetime.date(1500, 1, 1), datetime.date(2026, 12, 31)))
def test_every_real_day_survives_being_written_out(day):
    words = f"{day:%B} {day.day}, {day.year}"
    assert dates.parse(words) == day.isoformat()
