from __future__ import annotations

import pytest
from parts import article, evidence

from qa.answering.choosing import Cover
from qa.answering.listing import Listing, asks_for_several, listed, stated
from qa.answering.questions import understand
from qa.answering.reader import Readout
from qa.schema import Article, Evidence


def says(text: str, relevance: float = 5.0, name: str = "a", short: str | None = None) -> Evidence:
    return evidence(text, text, relevance, name, short)


def day(found: Evidence) -> str | None:
    return found.hit.chunk.article_id if found.hit.chunk.article_id.startswith("20") else None


def gathered(question: str, *found: Evidence, limit: int = 4) -> Listing:
    def article_of(item: Evidence) -> Article:
        return article(item.hit.chunk.text, id=item.hit.chunk.article_id)

    asked = understand(question)
    return listed(Cover(asked, {}), Readout((), found, {}), limit, article_of, day)


@pytest.mark.parametrize(
    ("question", "expected", "number"),
    [
        ("Which towns joined the rail league?", True, None),
        ("Which three towns joined the rail league?", True, 3),
        ("What are the four aims of the plan?", True, 4),
        ("Name the 5 towns of the league.", True, 5),
        ("Which people spoke?", True, None),
        ("Who are the two mayors of Osmere?", True, 2),
        ("What are the three reasons for the strike?", True, 3),
        ("What were the 11 September attacks?", True, None),
        ("What happened in Osmere on 11 September?", False, None),
        ("What is in the 5 million plan?", False, None),
        ("Where did the two mayors of Osmere meet?", False, None),
        ("Which of the two tunnels is longer?", False, None),
        ("Did both towns agree?", False, None),
        ("Why did both towns agree?", False, None),
        ("What drives prices up?", False, None),
        ("What happens in Osmere next?", False, None),
        ("Which bank owns the mill?", False, None),
        ("Which bank owns Talvik Steel?", False, None),
        ("Which gas was used?", False, None),
        ("Which town joined the rail league?", False, None),
        ("What does the mayor want?", False, None),
        ("Which news came first?", False, None),
        ("How many towns joined the two leagues?", False, None),
        ("Who spoke?", False, None),
        ("", False, None),
    ],
)
def test_a_question_that_asks_for_several_things(question, expected, number):
    asked = understand(question)
    assert (asks_for_several(asked), stated(asked)) == (expected, number)


def test_items_are_gathered_over_articles_in_the_order_of_date():
    june = says("Sorholm and Osmere joined the rail league.", 5.0, "2022-06")
    may = says("Talvik joined the rail league.", 1.0, "2022-05", "Talvik")
    bullets = "These towns joined the rail league:\n\n- Brenna\n- Lower Arle\n\nIt rained."
    opening = evidence(bullets, "These towns joined the rail league:", 3.0, "2022-08")
    bullet = evidence(bullets, "- Brenna", 4.0, "2022-08")
    night = says("The rail league runs at night.", 2.0, "2022-04")
    assert gathered("Which towns joined the rail league?", june, bullet, opening, night, may) == Listing(
        (may, june, Evidence(opening.hit, opening.start, opening.end, 4.0)),
        (
            ("Talvik", may),
            ("Sorholm and Osmere", june),
            ("Brenna", Evidence(opening.hit, opening.start, opening.end, 4.0)),
            ("Lower Arle", Evidence(opening.hit, opening.start, opening.end, 4.0)),
        ),
    )


def test_a_stated_number_ends_the_list():
    aims = [says(f"{one} aim of the plan is {aim}.", 5.0 - at, str(at)) for at, (one, aim) in enumerate(AIMS)]
    items = tuple((aim, found) for found, (_, aim) in zip(aims, AIMS, strict=True))
    assert gathered("What are the aims of the plan?", *aims) == Listing(tuple(aims), items)
    assert gathered("What two aims does the plan have?", *aims) == Listing(tuple(aims[:2]), items[:2])


AIMS = (("One", "cleaner water"), ("Another", "higher dikes"), ("A further", "more room for fish"))


def test_one_sentence_that_counts_everything_up_is_enough():
    best = says("The plan names four areas: finance, trade, water and roads.")
    other = says("The plan names a chairman of the areas.", 4.9, "b")
    assert gathered("Which four areas does the plan name?", best, other) == Listing(
        (best,), (("finance, trade, water and roads", best),)
    )


def test_quotation_marks_around_the_items_are_kept_whole():
    text = "They hide behind “rights,” “law,” and “order” every single day of the week."
    best = says(text, short="rights,” “law,” and “order")
    found = gathered("Which three ideals do they hide behind?", best)
    assert found == Listing((best,), (("“rights,” “law,” and “order”", best),))


def test_half_a_list_is_no_short_answer():
    one, two = (
        says("One aim of the plan is cleaner water."),
        says("The aim of the plan pleases mayor Vale greatly.", 4.5, "b"),
    )
    assert gathered("Which three aims does the plan have?", one, two) == Listing((one, two), ())


def test_the_other_side_is_looked_for_where_items_are_missing():
    grain = says("Moscow's answer stopped grain exports.")
    wages = says("The sanctions cut the wages sent home.", 2.0, "b")
    found = gathered("Which two blows came from the sanctions and from the answer of Moscow?", grain, wages)
    assert set(found.chosen) == {grain, wages}
