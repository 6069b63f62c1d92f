from __future__ import annotations

import random

from qa.training.examples import Example
from qa.training.mined import groups

MILL = "The water mill of Aven was built in 1790. It ground rye for six villages until a flood took its wheel in 1911."
OTHER = "The wind mill of Bram was built of brick. Its miller sold flour at the market of Bram and kept geese."
SAME = "A report of 1790 says that the water mill of Aven was finished. It names the builder, Osk Lind, and his sons."
BOATS = "Corl has nine boats. They sail for herring in spring and are laid up in the harbour for the winter months."


def row(title: str, text: str) -> dict[str, str | None]:
    return {"title": title, "text": text, "published": None}


def test_a_question_is_held_against_what_its_search_finds_in_other_articles_and_that_lacks_the_answer():
    asked = Example("When was the water mill of Aven built?", "Aven", MILL, "1790", "own")
    rows = [row("Aven", MILL), row("Bram", OTHER), row("Lind", SAME), row("Corl", BOATS)]
    ((positive, *negatives),) = groups([asked], rows, random.Random(3))
    assert positive == asked
    assert negatives[0].passage == OTHER, "the likest first; neither its own article nor the one that holds the answer"
    assert {each.passage for each in negatives} <= {OTHER, BOATS}
    assert all((each.question, each.answer, each.origin) == (asked.question, None, "mined") for each in negatives)
    assert all(each.title.startswith(("Bram", "Corl", "Aven")) for each in negatives)


def test_a_question_that_finds_nothing_else_makes_no_group():
    asked = Example("When was the water mill of Aven built?", "Aven", MILL, "1790", "own")
    assert groups([asked], [row("Aven", MILL), row("Lind", SAME)], random.Random(3)) == []
