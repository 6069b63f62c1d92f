from __future__ import annotations

import random

import pytest

from qa.training.turns import negated, order_for_cause, quoted_as_said, speaker_dropped, words_turned


def turned(way, claim: str) -> set[tuple[str, str, str, str | None]]:
    """(claim, kind, label, words at fault) of every fault that some draw gives."""
    return {
        (fault.claim, fault.kind, fault.label, fault.words and fault.claim[slice(*fault.words)])
        for seed in range(30)
        for fault in way(claim, claim, random.Random(seed))
    }


@pytest.mark.parametrize(
    ("claim", "kind", "changed", "label", "words"),
    [
        ("It closed after the storm.", "time", "It closed before the storm.", "contradicted", "before"),
        ("The sum was higher than planned.", "comparison", "The sum was lower than planned.", "contradicted", "lower"),
        ("Some of the shops closed.", "quantifier", "All of the shops closed.", "unsupported", "All of"),
        ("The town may sell it.", "hedge", "The town will sell it.", "unsupported", "will"),
        ("He allegedly sold it.", "hedge", "He sold it.", "unsupported", "sold"),
        ("It opens unless it rains.", "condition", "It opens even if it rains.", "unsupported", "even if"),
        ("It closed because of rust.", "cause", "It closed in spite of rust.", "unsupported", "in spite of"),
        ("The price rose in May.", "opposite", "The price fell in May.", "contradicted", "fell"),
    ],
)
def test_a_word_turns_the_claim(claim, kind, changed, label, words):
    assert (changed, kind, label, words) in turned(words_turned, claim)


@pytest.mark.parametrize(
    "claim",
    [
        'He said "the price rose in May."',
        "They saw as many as twelve.",
        "He was named after a saint.",
        "It was the most expensive house.",
        "Idris Vale is nine years old.",
    ],
)
def test_a_word_that_is_quoted_or_has_another_sense_is_left_alone(claim):
    assert turned(words_turned, claim) == set()


@pytest.mark.parametrize(
    ("claim", "changed", "words"),
    [
        (
            "The bridge was closed.",
            {"The bridge was not closed.", "The bridge was never closed."},
            {"was not", "was never"},
        ),
        ("The bridge was not closed.", {"The bridge was closed."}, {"was "}),
        ("Idris Vale left in May.", {"Idris Vale did not leave in May."}, {"did not leave"}),
        ("Nobody asked whether it was closed.", set(), set()),
        ('Idris Vale said "it was closed."', set(), set()),
    ],
)
def test_what_is_said_is_denied_and_what_is_denied_is_said(claim, changed, words):
    found = turned(negated, claim)
    assert ({each for each, *_ in found}, {each for *_, each in found}) == (changed, words)
    assert {(kind, label) for _, kind, label, _ in found} <= {("negation", "contradicted")}


def test_what_came_after_is_told_as_the_effect():
    assert turned(order_for_cause, "It closed after the storm.") == {
        ("It closed because of the storm.", "cause", "unsupported", "because of")
    }
    assert turned(order_for_cause, "It closed after the storm had passed.") == {
        ("It closed because the storm had passed.", "cause", "unsupported", "because")
    }


@pytest.mark.parametrize(
    "claim", ["It closed after 12 days of rain.", "He looked after the mill.", "It reopened the day after the storm."]
)
def test_an_after_that_tells_no_order_of_two_events_is_left_alone(claim):
    assert turned(order_for_cause, claim) == set()


@pytest.mark.parametrize(
    "claim",
    [
        "Idris Vale said that the repair would cost 900 crowns.",
        "The repair would cost 900 crowns, Idris Vale said.",
        "According to the mayor, the repair would cost 900 crowns.",
    ],
)
def test_dropped_attribution_leaves_the_bare_claim(claim):
    assert turned(speaker_dropped, claim) == {("The repair would cost 900 crowns.", "speaker", "unsupported", None)}


def test_what_nobody_is_said_to_have_said_stays():
    assert turned(speaker_dropped, "The repair of the bridge cost 900 crowns.") == set()


def test_indirect_speech_becomes_a_quotation():
    assert turned(quoted_as_said, "Idris Vale said that the works would last two years.") == {
        (
            'Idris Vale said "The works would last two years."',
            "quote",
            "unsupported",
            '"The works would last two years."',
        )
    }
