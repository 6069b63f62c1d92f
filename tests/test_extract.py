from __future__ import annotations

import pytest
from parts import article, evidence

from qa.answering.extract import choose, short_list, understandable
from qa.answering.questions import understand
from qa.answering.reader import Readout
from qa.schema import Evidence
from qa.sentences import sentence_spans

HARVEST = "The harvest of Varnland reached 4.2 million tonnes in 2020."
TRADE = "A trade body put the harvest of Varnland in 2020 at 4.6 million tonnes."


def shown(text: str, sentence: str) -> str:
    """What is shown of the article when the sentence answers."""
    found = understandable(evidence(text, sentence), article(text))
    return text[found.start : found.end]


def chosen(question: str, *found: Evidence, limit: int = 4) -> list[str]:
    texts = {e.hit.chunk.article_id: e.hit.chunk.text for e in found}
    picked = choose(
        understand(question),
        Readout((), found, {}),
        limit,
        lambda e: article(texts[e.hit.chunk.article_id], id=e.hit.chunk.article_id),
    )
    return [texts[e.hit.chunk.article_id][e.start : e.end] for e in picked]


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("Brandt spoke. The fields were dry.", "The fields were dry.", "The fields were dry."),
        ("Brandt spoke. She blamed the drought.", "She blamed the drought.", "Brandt spoke. She blamed the drought."),
        ("It is false. That claim spread. But he denied it.", "But he denied it.",
         "It is false. That claim spread. But he denied it."),
        ("A. spoke.\n\nShe blamed the drought.", "She blamed the drought.", "She blamed the drought."),
        ("Vale lied. However, they paid.", "However, they paid.", "Vale lied. However, they paid."),
    ],
    ids=["stands alone", "pronoun", "chain", "a paragraph is a border", "however"],
)  # fmt: skip
def test_a_sentence_that_leans_gets_the_one_before_it(text, sentence, expected):
    assert shown(text, sentence) == expected


@pytest.mark.parametrize("marks", ["“”", '""', "‘’", "«»"])
def test_a_quotation_keeps_its_speaker(marks):
    text = f"Ana Prim said: {marks[0]}We wanted people to laugh. Nobody was hurt.{marks[1]} The poster hung for a week."
    quotation, after = (text[start:end] for start, end in sentence_spans(text))
    assert shown(text, quotation) == text.removesuffix(" The poster hung for a week.")
    assert shown(text, after) == "The poster hung for a week."


def test_a_quotation_that_is_never_closed_keeps_its_speaker():
    text = "Ana Prim said: “We wanted people to laugh. Nobody was hurt. The poster hung for a week."
    assert shown(text, "Nobody was hurt.") == "Ana Prim said: “We wanted people to laugh. Nobody was hurt."


def test_at_most_three_sentences_are_put_before():
    text = "Vale came. " + "He walked on. " * 6 + "He slept."
    assert shown(text, "He slept.") == "He walked on. He walked on. He walked on. He slept."


@pytest.mark.parametrize(("one", "two"), [("- the Harbour Stage", "- the Mill Stage"), ("1. Wash.", "2. Dry.")])
def test_list_items_follow_the_line_that_opens_the_list(one, two):
    text = f"Nothing else. The festival has these stages:\n\n{one}\n{two}\n\nThe choirs came late."
    opening = "The festival has these stages:"
    assert shown(text, opening) == f"{opening}\n\n{one}\n{two}"


def test_a_line_that_opens_no_list_stays_alone():
    assert shown("They said this:\n\nNothing came of it.", "They said this:") == "They said this:"


def test_the_best_sentences_within_the_margin_and_the_limit():
    found = [
        evidence("Ships left Osmere.", "Ships left Osmere.", 5.0, "a"),
        evidence("Barley was sown late.", "Barley was sown late.", 4.9, "b"),
        evidence("Wolves howled nearby.", "Wolves howled nearby.", 4.8, "c"),
        evidence("Nobody knows why.", "Nobody knows why.", -9.0, "d"),
    ]
    assert chosen("What happened?", *found) == ["Ships left Osmere.", "Barley was sown late.", "Wolves howled nearby."]
    assert chosen("What happened?", *found, limit=1) == ["Ships left Osmere."]
    assert chosen("Name the events.", *found, limit=1) == ["Ships left Osmere.", "Barley was sown late."]
    assert chosen("What happened?") == []


def test_a_sentence_without_new_words_is_left_out():
    found = [
        evidence("Ships left Osmere at dawn.", "Ships left Osmere at dawn.", 5.0, "a"),
        evidence("At dawn ships left Osmere.", "At dawn ships left Osmere.", 5.0, "b"),
        evidence("Seven ships sank in fog.", "Seven ships sank in fog.", 5.0, "c"),
    ]
    assert chosen("What happened?", *found) == ["Ships left Osmere at dawn.", "Seven ships sank in fog."]


def test_nothing_is_shown_twice():
    text = "Brandt spoke. She blamed the drought."
    found = [evidence(text, "She blamed the drought.", 5.0), evidence(text, "Brandt spoke.", 5.0)]
    assert chosen("Whom did Brandt blame?", *found) == [text]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("The choirs came from Talvik, Brenna and Sorholm.", "Talvik, Brenna and Sorholm"),
        ("It grows crops such as wheat, barley, and rye.", "wheat, barley, and rye"),
        ("It has three stages: Harbour, the Mill and the Orchard.", "Harbour, the Mill and the Orchard"),
        ("They include a lamp, a red ship and two horns; nobody knows why.", "a lamp, a red ship and two horns"),
        ("Ships and wolves came.", None),
        ("It rained.", None),
    ],
)
def test_an_enumeration_is_cut_out(text, items):
    place = short_list(text)
    assert (text[place[0] : place[1]] if place else None) == items


HOW_LARGE = understand("How large was the harvest of Varnland in 2020?")


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("Zora Vale spoke first. The law is “a hanging sword,” he said.", "The law is “a hanging sword,” he said.",
         "Zora Vale spoke first. The law is “a hanging sword,” he said."),
        ("Zora Vale spoke.\n\nBesides, she added, others do the same.", "Besides, she added, others do the same.",
         "Zora Vale spoke.\n\nBesides, she added, others do the same."),
        ("Ana laughed. Vale said the law is new.", "Vale said the law is new.", "Vale said the law is new."),
    ],
    ids=["he said", "she added, in a new paragraph", "a named speaker"],
)  # fmt: skip
def test_a_speaker_who_is_only_a_pronoun_is_shown_with_his_name(text, sentence, expected):
    assert shown(text, sentence) == expected


def test_a_quotation_that_goes_on_in_a_new_paragraph_keeps_its_speaker():
    text = "Ana Prim said: “We laughed.\n\n“Nobody was hurt.”"
    assert shown(text, "“Nobody was hurt.”") == text


def test_a_sentence_wholly_in_quotation_marks_gets_the_one_before_it():
    text = "“We laughed,” Ana Prim said. “Nobody was hurt.”"
    assert shown(text, "“Nobody was hurt.”") == text


def test_a_colon_keeps_the_words_that_it_introduces():
    text = "The desk received this reply:\n\n“I do not plan to go back. I would be held.”\n\nThe picture was old."
    assert shown(text, "The desk received this reply:") == text.removesuffix("\n\nThe picture was old.")


def test_names_side_by_side_are_a_list_without_the_names_of_the_question():
    text = "The only two ministers kept by Kishi are Foreign Minister Mote and Defence Minister Sano."
    start, end = short_list(text, frozenset(["kishi"])) or (0, 0)
    assert text[start:end] == "Foreign Minister Mote and Defence Minister Sano"
