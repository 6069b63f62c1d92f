from __future__ import annotations

import pytest
from parts import WordReader, hit

from qa.answering.questions import understand
from qa.answering.sentence_readings import candidates
from qa.answering.short_answers import SPAN_FEATURES, answer_options, span_features, span_options


def test_the_models_own_choice_can_be_the_short_answer_where_a_name_is_wanted():
    seen = WordReader("lamp").read("?", [("", "The lamp burnt in Talvik.")])
    (candidate,) = candidates([hit("The lamp burnt in Talvik.")], seen)
    named = answer_options(understand("Which thing burnt in Varnland?"), candidate)
    assert [candidate.text[s.start : s.end] for s in named] == ["Talvik", "lamp"]
    counted = answer_options(understand("How many burnt?"), candidate)
    assert counted == [], "a number is never a word that the model likes"
    rows = span_features(understand("Which thing burnt in Varnland?"), candidate, named)
    assert [row[SPAN_FEATURES.index("span")] for row in rows] == [-2.0, 0.0], "Talvik: 0 + 0, lamp: 1 + 1, less 2"


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("When did it close?", ["2021", "3 March", "15:20"]),
        ("In what year did it close?", ["2021"]),
        ("In which month did it close?", ["3 March"]),
        ("On which day did it close?", ["3 March"]),
        ("At what time did it close?", ["15:20"]),
    ],
)
def test_a_date_is_as_exact_as_it_was_asked_for(question, short):
    text = "It closed in 2021, on 3 March, at 15:20."
    assert [text[s.start : s.end] for s in span_options(understand(question), text)] == short


def test_a_short_answer_is_never_the_questions_own_words():
    question = understand("Who met Idris Vale?")
    text = "Idris Vale met Ana Prim in Talvik."
    assert [text[s.start : s.end] for s in span_options(question, text)] == ["Ana Prim", "Talvik"]
    assert list(span_options(understand("Why did they meet?"), text)) == []


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("They were held from 2018 for more than two years.", ["2018", "more than two years", "two years"]),
        ("They were held until September 2021.", ["September 2021"]),
        ("They were arrested in 2018.", []),
        ("The report has 55 pages.", ["55"]),
    ],
)
def test_a_date_says_how_long_only_where_something_began_or_ended_then(text, short):
    assert [text[s.start : s.end] for s in span_options(understand("How long were they held?"), text)] == short


def test_the_features_of_a_span_worked_by_hand():
    # "Ana Prim" is a name of two words (1.0); the one word of the question in the sentence, "met", stands beside it (1
    # over 1 for the gap); no noun is counted; none of its words was asked; it comes first; log 3; the model sees
    # nothing anywhere, and so chooses the first word.
    (candidate,) = candidates([hit("Ana Prim met nobody.")], WordReader().read("?", [("", "Ana Prim met nobody.")]))
    question = understand("Who met the mayor?")
    options = answer_options(question, candidate)
    assert [candidate.text[s.start : s.end] for s in options] == ["Ana Prim", "Ana"]
    row, _ = span_features(question, candidate, options)
    assert dict(zip(SPAN_FEATURES, row.round(3).tolist(), strict=True)) == {
        "kind": 1.0, "close": 1.0, "headed": 0.0, "new": 1.0, "order": 1.0, "length": 1.099, "span": 0.0,
    }  # fmt: skip
