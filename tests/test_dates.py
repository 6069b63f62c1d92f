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
        ("Freitag, 12. März 2021, 14:05 Uhr", "2021-03-12"),
        ("5. Jänner 2019", "2019-01-05"),
        ("1er août 2019", "2019-08-01"),
        ("12 de marzo de 2021", "2021-03-12"),
        ("7 de setiembre del 2020", "2020-09-07"),
        ("1° giugno 2016", "2016-06-01"),
        ("7 set. 2017", "2017-09-07"),
        ("22 mrt 2016", "2016-03-22"),
        ("30 października 2020 r.", "2020-10-30"),
        ("21 АВГУСТА 2018 года", "2018-08-21"),
        ("8 лют. 2018", "2018-02-08"),
        ("28 ŞUBAT 2017", "2017-02-28"),
        ("12 Mart 2021 Cuma, 14:05", "2021-03-12"),
        ("6 KASIM 2019", "2019-11-06"),
        ("7 ΜΑΪΟΥ 2019", "2019-05-07"),
        ("9. listopadu 2019", "2019-11-09"),
        ("2019. július 5.", "2019-07-05"),
        ("١٢ مارس ٢٠٢١", "2021-03-12"),
        ("٢٠٢١ مارس ١٢", "2021-03-12"),
        ("3 آذار/مارس 2020", "2020-03-03"),
        ("الثلاثاء ٩ تشرين الثاني ٢٠١٩", "2019-11-09"),
        ("كانون الأول 28, 2018", "2018-12-28"),
        ("2018. 6. 3. 17:00", "2018-06-03"),
        ("2019年5月1日（水）", "2019-05-01"),
        ("令和3年3月12日", "2021-03-12"),
        ("令和元年5月1日", "2019-05-01"),
        ("中華民國110年3月12日"[2:], "2021-03-12"),
        ("18. 4. 2021", "2021-04-18"),
        ("18-04-2021", "2021-04-18"),
    ],
)
def test_a_stated_date_is_kept_at_its_precision(words, iso):
    assert dates.parse(words) == iso


@pytest.mark.parametrize(
    "words",
    ["", "03/04/2021", "31 April 2020", "2021-02-30", "9999", "0001-01-01", "tomorrow", "two days ago", "2 days ago",
     "2021-00-05", "12.03.21", "3 März/April 2021", "28 رجب 1442 هـ", "12/03/2564", "12 มีนาคม พ.ศ. 2564", "3月12日",
     "12 – 14 March 2021 and", "03-04-2021", "3. 4. 2021", "1.2.3.2021", "12:30", "May", "Monday",
     "in March 2021 the board met", "5", "20 Apples 2021"],
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


@pytest.mark.parametrize(
    ("language", "iso"),
    [("de", "2021-04-03"), ("fr-FR", "2021-04-03"), ("en-GB", "2021-04-03"), ("en-AU", "2021-04-03"),
     ("sv", "2021-04-03"), ("en-US", "2021-03-04"), ("en_US", "2021-03-04"), ("en-PH", "2021-03-04"),
     ("en", None), ("en-CA", None), ("es-US", None), ("fr-CA", None),
     ("zh", None), ("ja", None), ("hu", None), ("", None), (None, None)],
)  # fmt: skip
def test_the_language_settles_whether_the_day_comes_first(language, iso):
    assert dates.parse("03/04/2021", language) == iso
    found = dates.find("posted 03.04.2021 here", language)
    assert (found.iso if found else None) == iso


def test_other_dates_of_the_page_settle_the_order_before_the_language_does():
    assert dates.parse("03/04/2021", None, ["03/19/2021"]) == "2021-03-04"
    assert dates.parse("03/04/2021", None, ["19/03/2021"]) == "2021-04-03"
    assert dates.parse("03/04/2021", "en-US", ["saved 19/03/2021, 05/05/2021"]) == "2021-04-03"
    assert dates.parse("03/04/2021", "en-GB", ["19/03/2021", "03/19/2021"]) is None
    assert dates.parse("03/04/2021", "en-GB", ["01/02/2021"]) == "2021-04-03"


def test_a_word_that_could_be_something_else_is_a_month_only_where_the_language_says_so():
    assert dates.find("the rover Mars 2020 landed") is None
    assert dates.find("paru en mars 2020", "fr") == dates.Stated("2020-03", 8, 17)
    assert dates.find("the firm met 12 set 2021 targets") is None
    assert dates.find("Lisboa, 12 set 2021", "pt") == dates.Stated("2021-09-12", 8, 19)


def test_every_date_of_a_line_is_found_in_order():
    line = "Publié le 12 mars 2021 à 14h05, mis à jour le 13/03/2021, puis en 2022"
    assert [(date.iso, line[date.start : date.end]) for date in dates.find_all(line, "fr")] == [
        ("2021-03-12", "12 mars 2021"),
        ("2021-03-13", "13/03/2021"),
    ]
    assert dates.find_all("no date") == ()


def test_what_stands_beside_a_date_is_told_from_other_words():
    assert dates.without_beside("Friday, | 14:05 Uhr CET") == ""
    assert dates.without_beside("пятница, 14:05, Анна Лугова") == "Анна Лугова"


MONTHS = [(language, number, name.replace("_", " "))
          for language, months in dates._MONTHS.items()
          for number, names in enumerate(months.split("|"), 1)
          for name in names.split()]  # fmt: skip
WRITTEN = ("{day} {name} {year}", "{day}. {NAME} {year}", "{name} {day}, {year}", "{day} de {name} de {year}",
           "{day}-{name}-{year}", "{day} {name}. {year}")  # fmt: skip


def test_each_language_has_twelve_months_and_no_name_means_two():
    assert {len(months.split("|")) for months in dates._MONTHS.values()} == {12}
    meant = {}
    for _, number, name in MONTHS:
        meant.setdefault(dates._folded(name), set()).add(number)
    assert [name for name, numbers in meant.items() if len(numbers) > 1] == []


@given(st.sampled_from(MONTHS), st.integers(1, 28), st.integers(1900, 2025), st.sampled_from(WRITTEN))
def test_every_month_of_every_language_survives_being_written_out(month, day, year, form):
    language, number, name = month
    words = form.format(day=day, name=name, NAME=name.upper(), year=year)
    iso = f"{year}-{number:02d}-{day:02d}"
    assert dates.parse(words, language) == iso
    line = f"— {words} —"
    found = dates.find(line, language)
    assert found is not None
    assert (found.iso, line[found.start : found.end].rstrip(".")) == (iso, words)


@given(st.integers(1, 28), st.integers(1, 12), st.integers(1900, 2025), st.sampled_from("/.-"))
def test_a_numeric_date_is_read_in_the_order_of_its_language_or_not_at_all(day, month, year, mark):
    words = f"{day:02d}{mark}{month:02d}{mark}{year}"
    iso = f"{year}-{month:02d}-{day:02d}"
    assert dates.parse(words, "de") == iso
    assert dates.parse(f"{month:02d}{mark}{day:02d}{mark}{year}", "en-US", [f"10{mark}31{mark}2020"]) == iso
    assert dates.parse(words) == (iso if day > 12 or day == month else None)


@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "No", "Nl")), max_size=200))
def test_a_line_without_numbers_states_no_date(line):
    assert dates.find_all(line, "de") == ()
    assert dates.find_without_year(line) is None


@given(st.text(alphabet="0123 4./-, maiseptyr年月日", max_size=60), st.sampled_from(["en", "en-US", "de", "it", None]))
def test_a_found_date_stands_where_it_is_said_to_stand(line, language):
    end = 0
    for date in dates.find_all(line, language):
        assert end <= date.start < date.end <= len(line)
        assert dates.parse(line[date.start : date.end], language) == date.iso
        end = date.end
