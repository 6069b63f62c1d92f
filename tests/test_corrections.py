from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import article, evidence

from qa.answering.corrections import Corrected, corrected, is_correction, may_correct
from qa.answering.questions import understand
from qa.schema import Article, Evidence

MILL = understand("How many workers will the paper mill dismiss?")
OLD = "The paper mill will dismiss 240 workers."


def says(text: str, value: str | None = None, name: str = "a", relevance: float = 5.0) -> Evidence:
    return evidence(text, text, relevance, name, value)


def article_of(found: Evidence) -> Article:
    return article(found.hit.chunk.text, id=found.hit.chunk.article_id)


def day(found: Evidence) -> str | None:
    return {"old": "2021-09-02", "new": "2021-09-05", "much later": "2022-05-01"}.get(found.hit.chunk.article_id)


def fixed(*found: Evidence, question: str = MILL.text) -> Corrected | None:
    return corrected(understand(question), found, article_of, day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Correction: The mill will dismiss 140 workers.", True),
        ("Correction, 4 March 2020: An earlier version of this article said 91,000.", True),
        ("An earlier version of this story gave the wrong year.", True),
        ("This article incorrectly said that the mill had closed.", True),
        ("The rate was corrected from 5.1 percent to 4.7 percent.", True),
        ("The institute retracted its statement that the bat has died out.", True),
        ("The market corrected its course.", False),
        ("This article wrongly named Talvik as the place.", True),
        ("The number of jobs was later corrected from 240 to 140.", True),
        ("The court heard that she was wrongly accused.", False),
        ("The report found that 240 workers were wrongly convicted.", False),
        ("The story of the 14 men wrongly jailed is told in a film.", False),
        ("We were wrongly told that the mine was safe.", False),
        ("It was mistakenly believed that 300 had died.", False),
        ("The report said that 240 workers were convicted in error.", False),
        ("Shares in Talvik Steel corrected from 240 to 140 crowns.", False),
        ("The army withdrew its soldiers.", False),
        ("Corrections officers went on strike.", False),
        ("The mill will dismiss 140 workers.", False),
        ("", False),
    ],
)
def test_a_sentence_that_takes_something_back(text, expected):
    assert is_correction(text) is expected
    assert may_correct(f"The mill stands by the river. {text}") or not expected


@pytest.mark.parametrize(
    "note",
    [
        "Correction: The paper mill will dismiss 140 workers.",
        "Correction: The paper mill will dismiss 140 workers, not 240.",
        "The paper mill corrected the number of workers it will dismiss from 240 to 140.",
    ],
)
def test_a_correction_that_gives_the_right_value_wins(note):
    old, new = says(OLD, "240", "old"), says(note, "140", "new", 4.0)
    assert fixed(old, new) == Corrected(new, new, (old,))


def test_the_right_value_is_marked_where_the_reader_took_the_wrong_one():
    note = "The paper mill corrected the number of workers it will dismiss from 240 to 140."
    old, new = says(OLD, "240", "old"), says(note, "240", "new", 4.0)
    at = note.index("140")
    right = replace(new, answer_start=at, answer_end=at + 3)
    assert fixed(old, new) == Corrected(right, new, (old,))


def test_an_article_that_names_its_own_mistake_gives_the_right_value_itself():
    text = (
        "The paper mill will dismiss 140 workers. An earlier version said that the paper mill will dismiss 240 workers."
    )
    right = evidence(text, "The paper mill will dismiss 140 workers.", 4.0, "new", "140")
    note = evidence(text, text[text.index("An earlier") :], 3.0, "new", "240")
    old = says(OLD, "240", "old")
    assert fixed(old, right, note) == Corrected(right, note, (old,))
    assert fixed(right, note) == Corrected(right, note)
    start = text.index("An earlier")
    unread = replace(right, start=start, end=len(text), answer_start=None, answer_end=None, answer_score=0.0)
    assert fixed(old, right) == Corrected(right, unread, (old,))


def test_what_the_source_itself_retracts_is_taken_back():
    old = says("The Talvik bat has died out, the institute of Brenna said.", None, "old")
    note = says("The institute of Brenna retracted its statement that the Talvik bat has died out.", None, "new", 6.0)
    assert fixed(note, old, question="Has the Talvik bat died out?") == Corrected(note, note, (old,), retracted=True)


@pytest.mark.parametrize(
    "other",
    [
        says("The paper mill will dismiss 240 workers.", "240", "much later"),
        says("The paper mill will dismiss 240 workers.", "240", "old", -9.0),
        says("The paper mill will dismiss 300 workers.", "300", "old"),
        says("The saw mill of Hask has 240 windows.", "240", "old"),
    ],
    ids=["much later", "hardly relevant", "another value", "another thing"],
)
def test_what_a_correction_does_not_touch(other):
    note = says("Correction: The paper mill will dismiss 140 workers, not 240.", "140", "new", 4.0)
    found = fixed(*sorted((other, note), key=lambda item: -item.relevance))
    assert found is None or other not in found.wrong


def test_a_correction_of_something_else_changes_nothing():
    text = "The museum had 81,000 visitors. An earlier version misstated when the museum was founded: 1911, not 1912."
    best = evidence(text, "The museum had 81,000 visitors.", 5.0, "a", "81,000")
    assert fixed(best, question="How many visitors did the museum have?") is None
    assert fixed(says(OLD, "240"), says("The saw mill has 8 windows.", "8", "b")) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_taken(one, other):
    found = [says(f"Correction: {one}"), says(f"An earlier version said {other}", None, "b")]
    result = fixed(*found)
    assert result is None or result.right in found
