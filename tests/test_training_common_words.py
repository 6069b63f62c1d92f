from __future__ import annotations

from qa.answering.lexicon import common_words
from qa.training.common_words import common

TEXTS = [
    "Green fields lie round the harbour, and green boats lie in it.",
    "The harbour of Rose Bay is green; the mayor of Green, Rose Holm, picked a rose there.",
    "A rose is green before it opens, as the harbour is. Fog lay on the harbour.",
    "Every harbour has a rose-coloured roof, and Rose is painting it, as Rose does.",
]


def test_a_word_is_common_that_three_articles_write_small_and_no_oftener_with_a_capital():
    # Written small: the and harbour in all four articles, green in three, once with a capital inside a sentence.
    assert common(TEXTS) == ["green", "harbour", "the"]
    assert common([*TEXTS, "Boats and Green, of Green, by Green."]) == ["and", "harbour", "the"]
    assert common([*TEXTS, "It may.", "They may.", "We may."]) == ["green", "harbour", "the"]  # a month is a name


def test_the_shipped_list_holds_words_and_no_names():
    assert {"avoid", "regular", "physical"} <= common_words()
    assert not {"berlin", "turkey", "mark", "may"} & common_words()
