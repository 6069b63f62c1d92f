from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.claims import sentences_of
from qa.errors import QuestionError


def cut(text: str) -> list[tuple[str, str]]:
    """Each sentence as it stands and what is judged of it, or in brackets why nothing is."""
    return [(one.text, f"({one.silent})" if one.silent else one.claim) for one in sentences_of(text)]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        pytest.param(
            "It rained.[1][2] It snowed [3, 4].",
            [("It rained.[1][2]", "It rained."), ("It snowed [3, 4].", "It snowed.")],
            id="marks",
        ),
        pytest.param(
            "It rained.【4†source】 **Mr. Sand** ran.¹",
            [("It rained.【4†source】", "It rained."), ("**Mr. Sand** ran.¹", "Mr. Sand ran.")],
            id="other marks",
        ),
        pytest.param(
            "[1] It rained. [2]",
            [("[1] It rained. [2]", "It rained.")],
            id="a mark before",
        ),
        pytest.param(
            "The field is 40 m² large.",
            [("The field is 40 m² large.", "The field is 40 m² large.")],
            id="a unit",
        ),
        pytest.param(
            "The ferry ([rail.example](https://rail.example/a_(b))) sank.",
            [("The ferry ([rail.example](https://rail.example/a_(b))) sank.", "The ferry sank.")],
            id="a link in brackets",
        ),
        pytest.param(
            "AT&amp;T grew (source: https://x.example/a?b=1).",
            [("AT&amp;T grew (source: https://x.example/a?b=1).", "AT&T grew.")],
            id="an address",
        ),
        pytest.param(
            "> It rained\n> all day.",
            [("> It rained\n> all day.", "It rained all day.")],
            id="a quotation",
        ),
        pytest.param(
            "## Rain\nIt fell.",
            [("## Rain", "(a heading)"), ("It fell.", "It fell.")],
            id="a heading",
        ),
        pytest.param(
            "**Rain**\nIt fell.",
            [("**Rain**", "(a heading)"), ("It fell.", "It fell.")],
            id="a heading in bold",
        ),
        pytest.param(
            "Rain\n\nIt fell all day.",
            [("Rain", "(a heading)"), ("It fell all day.", "It fell all day.")],
            id="a heading by its place",
        ),
        pytest.param(
            "The ferry sank",
            [("The ferry sank", "The ferry sank")],
            id="no stop",
        ),
        pytest.param(
            "The ferry sank\nThe bridge fell",
            [("The ferry sank", "The ferry sank"), ("The bridge fell", "The bridge fell")],
            id="lines",
        ),
        pytest.param(
            "A line that is wrapped by an editor after so many\nLetters of it.",
            [
                (
                    "A line that is wrapped by an editor after so many\nLetters of it.",
                    "A line that is wrapped by an editor after so many Letters of it.",
                )
            ],
            id="wrapped lines",
        ),
        pytest.param(
            "1. It rained\n2. It snowed",
            [("1. It rained", "It rained"), ("2. It snowed", "It snowed")],
            id="numbers",
        ),
        pytest.param(
            "| Year | Rain |\n|---|---|\n| 2020 | 4 mm |",
            [("| Year | Rain |", "(a heading)"), ("| 2020 | 4 mm |", "2020 4 mm")],
            id="a table",
        ),
        pytest.param(
            "```\nprint(1)\n```\n---\nIt rained.",
            [("print(1)", "(code)"), ("It rained.", "It rained.")],
            id="code",
        ),
        pytest.param(
            "---\ntitle: Rain\n---\nIt rained.",
            [("title: Rain", "(a heading)"), ("It rained.", "It rained.")],
            id="front matter",
        ),
    ],
)
def test_a_text_is_cut_into_what_is_shown_and_what_is_judged(text, cuts):
    assert cut(text) == cuts


@pytest.mark.parametrize(
    "text",
    [
        "Sure!",
        "Hello Anna,",
        "Thank you!",
        "I don't know.",
        "I’m sorry, I could not find it.",
        "Let me know if it helps.",
        "The provided documents do not mention the ferry.",
        "Here is what I found:",
        "Best regards",
        "Key facts:",
        "I hope this helps!",
        "As an AI model, I read nothing.",
        "Is that so?",
        "“Is that so?”",
        "**Who came?**",
    ],
)
def test_talk_claims_nothing(text):
    assert [one.silent != "" for one in sentences_of(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "No ferry sails in May.",
        "Sure footing saved 14 climbers.",
        "The document names the ferry.",
        "I saw the ferry sink.",
        "The festival has three stages:",
        "Yes, the bridge was closed in 2020.",
    ],
)
def test_what_only_looks_like_talk_is_a_claim(text):
    assert [one.silent for one in sentences_of(text)] == [""]


def test_a_pronoun_leans_on_the_last_sentence_that_claims_something_by_itself():
    text = "Idris Vale opened the fair. It has three stages. Sure! It took place in a mine."
    assert [(one.claim, one.leans_on) for one in sentences_of(text)] == [
        ("Idris Vale opened the fair.", ""),
        ("It has three stages.", "Idris Vale opened the fair."),
        ("Sure!", ""),
        ("It took place in a mine.", "Idris Vale opened the fair."),
    ]


def test_a_short_item_is_searched_with_the_line_that_introduces_its_list():
    text = "The fair has two stages:\n\n- the Mill Stage\n- the Harbour Stage\n\nThe ferry sank."
    assert [one.query for one in sentences_of(text)] == [
        "The fair has two stages:",
        "The fair has two stages: the Mill Stage",
        "The fair has two stages: the Harbour Stage",
        "The ferry sank.",
    ]


PIECES = st.sampled_from(
    [
        "The ferry ",
        "sank. ",
        "It ",
        "rose",
        "? ",
        "[1]",
        "【2】",
        "**",
        "*",
        "_",
        "`",
        "```\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "\n",
        "\n\n",
        "|",
        "[a](b)",
        "(",
        ")",
        "[",
        "]",
        "<b>",
        "<",
        "&amp;",
        "&",
        "https://x.example ",
        "—",
        "“",
        "”",
        ":",
        "²",
        "\u200b",
        "\ud800",
        "\x00",
        "灯塔。",
        "é",
        "---",
        "\r\n",
        "\t",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_is_cut_without_losing_a_word(text):
    text += " end"
    said = sentences_of(text)
    shown = "".join("".join(one.text.split()) for one in said)
    lines = (line for line in re.split(r"\n", text.encode("utf-8", "replace").decode().replace("\r\n", "\n")))
    wanted = "".join("".join(line.split()) for line in lines)
    assert re.sub(r"[\W_]", "", shown) == re.sub(r"[\W_]", "", wanted)
    for one in said:
        assert one.text == one.text.strip()
        assert len(one.places) in (0, len(one.claim))
        assert list(one.places) == sorted(one.places)
        assert all(
            one.text[place] == letter
            for letter, place in zip(one.claim, one.places, strict=False)
            if letter.isalnum() and "&" not in text
        )


def test_a_text_without_words_or_with_too_many_is_refused():
    for text in ("", "  \n", "---"):
        with pytest.raises(QuestionError, match=r"^The text is empty\.$") as caught:
            sentences_of(text)
        assert caught.value.hint == "Type a text, or name a file: qa check draft.md"
    with pytest.raises(QuestionError, match=r"^The text has 6,000 words; 5,000 is the most\.$") as caught:
        sentences_of("why " * 6000)
    assert caught.value.hint == "Check it chapter by chapter: qa check chapter-1.md"
    with pytest.raises(QuestionError, match=r"^The text has 100,001 characters; 100,000 is the most\.$"):
        sentences_of("灯" * 100_001)


@pytest.mark.parametrize("piece", ["[", "<!--", "....", "(www.", "**", "> ", "\n>", "[a](", "| ", "&#1", "【"])
def test_a_hostile_text_of_full_length_is_cut_all_the_same(piece):
    said = sentences_of(piece * (99_000 // len(piece) if piece.split() == [piece] else 4500) + "a b")
    assert said[-1].text.endswith("b")


def test_a_monstrous_line_under_a_row_of_a_table_does_not_hang():
    start = time.perf_counter()
    assert cut(f"| a | b |\n{' ' * 90_000}It rained.") == [("| a | b |", "a b"), ("It rained.", "It rained.")]
    assert time.perf_counter() - start < 10
