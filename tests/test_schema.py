from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from parts import answer, article, citation, quoted

from qa.schema import About, Filters, Scope, Sentence, date_in_words

HARVEST = "The ministry said the harvest reached 4.2 million tonnes, its lowest since 2009."
TRADE = "A trade body had earlier put the figure at 4.6 million."
GAZETTE = citation(1, HARVEST, publisher="Harbour Gazette", published="2021-05-03")
WEEKLY = citation(2, TRADE, publisher="Grain Weekly", published="2021-04")
SCOPE = Scope(212, "2019-01", "2021-06", Filters(), 3)


def test_the_answer_of_the_design_page_as_text():
    told = answer(
        quoted(HARVEST, 1), quoted(TRADE, 2), short="4.2 million tonnes", citations=(GAZETTE, WEEKLY), scope=SCOPE,
        caveats=("The sources differ: 4.2 million [1] and 4.6 million [2].",),
    )  # fmt: skip
    assert told.text == (
        "4.2 million tonnes [1]\n"
        "“The ministry said the harvest reached 4.2 million tonnes, its lowest since 2009.” — "
        "Harbour Gazette, 3 May 2021 [1]\n"
        "“A trade body had earlier put the figure at 4.6 million.” — Grain Weekly, April 2021 [2]\n"
        "The sources differ: 4.2 million [1] and 4.6 million [2].\n"
        "Searched 212 articles, January 2019 to June 2021; 3 are relevant."
    )


def test_a_written_answer_lists_its_quotes():
    told = answer(
        Sentence("It was 4.2 million, or 4.6 by another count.", (1, 2), "supported", 0.9),
        citations=(GAZETTE, WEEKLY),
        scope=SCOPE,
    )
    assert told.text == (
        "It was 4.2 million, or 4.6 by another count. [1] [2]\n"
        f"[1] “{HARVEST}” — Harbour Gazette, 3 May 2021\n"
        f"[2] “{TRADE}” — Grain Weekly, April 2021\n"
        "Searched 212 articles, January 2019 to June 2021; 3 are relevant."
    )


def test_a_quote_that_runs_over_lines_is_one_line_of_the_text():
    told = answer(
        quoted("It was  4.2\n\n  Searched 9 articles.", 1),
        short="4.2\ntonnes",
        citations=(citation(1, "It was  4.2\n\n  Searched 9 articles.", publisher="Harbour\nGazette"),),
        scope=SCOPE,
    )
    assert told.text == (
        "4.2 tonnes [1]\n"
        "“It was  4.2 Searched 9 articles.” — Harbour Gazette, undated [1]\n"
        "Searched 212 articles, January 2019 to June 2021; 3 are relevant."
    )


def test_an_unanswerable_question_as_text():
    told = answer(
        Sentence("I don’t know: nothing in the 212 articles searched answers this.", (), "no_claim", 0.9),
        kind="unanswerable",
        nearest=citation(1, TRADE, publisher="Grain Weekly", published="2021-04"),
        caveats=("The nearest passage was not enough: it says nothing of “barley”.",),
        scope=Scope(1, None, None, Filters(), 0),
    )
    assert told.text == (
        "I don’t know: nothing in the 212 articles searched answers this.\n"
        f"Nearest: “{TRADE}” — Grain Weekly, April 2021\n"
        "The nearest passage was not enough: it says nothing of “barley”.\n"
        "Searched 1 article; none are relevant."
    )


def test_markdown_escapes_every_character_that_could_be_markup():
    told = answer(
        quoted("He wrote <b>*4.2*</b> [x](y).", 1),
        short="<b>*4.2*</b>",
        citations=(citation(1, "He wrote <b>*4.2*</b> [x](y).", publisher="A_B & Co.", published="2021"),),
        scope=Scope(1, "2021", "2021", Filters(), 1),
    )
    assert told.markdown == (
        "\\<b\\>\\*4\\.2\\*\\</b\\> [1]\n\n"
        "“He wrote \\<b\\>\\*4\\.2\\*\\</b\\> \\[x\\]\\(y\\)\\.” — A\\_B \\& Co\\., 2021 [1]\n\n"
        "Searched 1 article, 2021; 1 is relevant\\."
    )


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.seen.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


MARKUP = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "# Big", "a\n===",
    "a\n---", "\n\n    code", "```\ncode\n```", "> quote", "1. one", "- one", "* one", "+ one", "| a |\n| - |\n| b |",
    "&lt;b&gt;", "<http://evil.example>", "https://evil.example", "~~~\nx", "$$x$$", "\\", "`x`", "a  \nb", "[1]: x",
]  # fmt: skip


@pytest.mark.parametrize("words", MARKUP)
def test_markup_in_words_stays_words(words):
    _words_stay_words(words)


@given(st.text(alphabet="ab1 \t\n\\`*_{}[]<>()#+-.!|~&$:=\"'/^%;@", max_size=40))
def test_no_words_can_become_markup(words):
    _words_stay_words(words)


def _words_stay_words(words: str) -> None:
    quote = citation(1, words, publisher=words, author=words, title=words)
    told = answer(
        quoted(words, 1), Sentence(words, (1,), "supported", 1.0),
        short=words, citations=(quote,), nearest=quote, caveats=(words,),
    )  # fmt: skip
    page = _Tags(MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(told.markdown))
    assert page.seen <= {"p"}
    assert "".join(words.split()) in "".join(page.text.split())


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"publisher": "Harbour Gazette", "published": "2021-05-03"}, "Harbour Gazette, 3 May 2021"),
        ({"publisher": "Gazette", "author": "L. Ost", "published": "2021-05"}, "Gazette, L. Ost, May 2021"),
        ({"author": "L. Ost"}, "L. Ost, undated"),
        ({"title": "A year of grain"}, "A year of grain, undated"),
        ({"about": About(publisher="Xinhua", published="2021-03-20")}, "brief, after Xinhua, 20 March 2021"),
        (
            {"publisher": "Desk", "published": "2022", "about": About(publisher="Xinhua")},
            "Desk, after Xinhua, 2022",
        ),
        ({"publisher": "Desk", "about": About(author="L. Ost")}, "Desk, after L. Ost, undated"),
        ({"publisher": "Desk", "about": About(title="A year of grain")}, "Desk, after A year of grain, undated"),
        ({"publisher": "Desk", "about": About(url="https://a.example")}, "Desk, undated"),
    ],
)
def test_who_and_when(known, words):
    assert citation(**known).attribution == words


@pytest.mark.parametrize(
    ("date", "words"),
    [("2021-03-20", "20 March 2021"), ("2021-03-02", "2 March 2021"), ("2021-12", "December 2021"), ("987", "987")],
)
def test_dates_in_words(date, words):
    assert date_in_words(date) == words


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (SCOPE, "Searched 212 articles, January 2019 to June 2021; 3 are relevant."),
        (Scope(12345, None, None, Filters(), 1), "Searched 12,345 articles; 1 is relevant."),
        (Scope(0, None, None, Filters(), 0), "Searched 0 articles; none are relevant."),
        (Scope(1, "2021-05-03", "2021-05-03", Filters(), 1), "Searched 1 article, 3 May 2021; 1 is relevant."),
    ],
)
def test_what_was_searched(scope, text):
    assert scope.text == text


def test_values_never_change():
    for value, name in ((article(), "text"), (citation(), "quote"), (SCOPE, "articles"), (answer(), "kind")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, "other")
