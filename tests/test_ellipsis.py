from __future__ import annotations

import pytest

from qa.answering.antecedents import Talk
from qa.answering.ellipsis import completed, without_ending


def asked(question: str, answer: str) -> Talk:
    """A conversation of one turn."""
    talk = Talk()
    talk.turn += 1
    talk.ask(question)
    talk.turn += 1
    talk.reply(answer)
    return talk


FOUNDED = asked("Who founded the Lantern Institute?", "Tova Brandt [1]")
VISITORS = asked("How many visitors did the Osmere museum have in 2010?", "4,000")
SAID = asked("Who closed the mine?", "Pavel Horn closed it in 2012.")
CLOSED = asked("When was the Kestrel Bridge closed?", "In 2010.")
REPORT = asked("How long is the free version of the report?", "55 pages.")


@pytest.mark.parametrize(
    ("talk", "question", "expected"),
    [
        (FOUNDED, "Why?", ("Why did Tova Brandt found the Lantern Institute?", True)),
        (FOUNDED, "Why not?", ("Why did Tova Brandt not found the Lantern Institute?", True)),
        (FOUNDED, "Who else?", ("Who else founded the Lantern Institute?", True)),
        (FOUNDED, "And in 2012?", ("Who founded the Lantern Institute in 2012?", True)),
        (FOUNDED, "In 2012?", ("Who founded the Lantern Institute in 2012?", True)),
        (FOUNDED, "2012?", ("Who founded the Lantern Institute in 2012?", True)),
        (VISITORS, "In 2012?", ("How many visitors did the Osmere museum have in 2012?", True)),
        (VISITORS, "2012?", ("How many visitors did the Osmere museum have in 2012?", True)),
        (VISITORS, "And the year before?", ("How many visitors did the Osmere museum have in 2009?", True)),
        (VISITORS, "In the following year?", ("How many visitors did the Osmere museum have in 2011?", True)),
        (VISITORS, "A year later?", ("How many visitors did the Osmere museum have in 2011?", True)),
        (VISITORS, "In Talvik?", None),
        (SAID, "Why?", ("Why? (Who closed the mine)", False)),
        (FOUNDED, "And the Kestrel Bridge?", ("Who founded the Kestrel Bridge?", True)),
        (FOUNDED, "Which?", ("Which? (Who founded the Lantern Institute)", False)),
        (FOUNDED, "Where else?", ("Where else? (Who founded the Lantern Institute)", False)),
        (CLOSED, "And by whom?", ("by whom was the Kestrel Bridge closed?", True)),
        (CLOSED, "And the cost?", ("What about the cost of the Kestrel Bridge?", False)),
        (CLOSED, "And its cost?", None),
        (CLOSED, "Who closed the bridge?", None),
        (REPORT, "How long is the paid one?", ("How long is the paid version of the report?", True)),
        (REPORT, "And the paid one?", ("How long is the paid version of the report?", True)),
        (REPORT, "What about an older one?", ("How long is an older version of the report?", True)),
        (REPORT, "Is it the only one?", None),
        (REPORT, "Who is the last one to have read it?", None),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(talk, question, expected):
    assert completed(question, talk) == expected


def test_where_nothing_was_named_the_last_question_is_given_along():
    assert completed("What about women?", asked("how is it?", "fine")) == ("What about women? (how is it)", False)


def test_a_text_is_parted_from_its_closing_marks():
    assert without_ending(" Why ?! ") == ("Why", "?!")
    assert without_ending("Why") == ("Why", "")
