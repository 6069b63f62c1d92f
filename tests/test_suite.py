from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from parts import embedder, small_index, weights_by_hand

from qa import assistant as module
from qa.assistant import Assistant
from qa.evaluation.metrics import Overlap
from qa.evaluation.questions import Item
from qa.evaluation.suite import Result, Stored, run
from qa.evaluation.systems import Line, one_sided
from qa.schema import Message
from qa.settings import Settings

FESTIVAL = "Who opened the Lantern Festival of Osmere?"
OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
HARVEST = "The ministry of agriculture said the wheat harvest of Varnland reached 4.2 million tonnes in 2020."
TOWER = Item("lost", "When did people come?", "date", ("2017",), evidence=("塔尔维克的灯塔于2017年重新开放。",))
ITEMS = [
    Item("right", FESTIVAL, "person", ("Idris Vale",), evidence=(OPENED,)),
    Item(
        "list", "From where came the choirs?", "list", (), (("Talvik",), ("Brenna",), ("Sørholm", "Sorholm")),
        ("The choirs came from Talvik, Brenna and Sorholm.",),
    ),
    Item(
        "follow-up", "When was it opened?", "follow-up", ("14 June 2019",), evidence=(OPENED,),
        history=(Message("user", FESTIVAL), Message("assistant", "Mayor Idris Vale.")),
    ),
    Item("unknown", "Which comet did the astronomers of Brenna discover?", "unanswerable"),
    Item("fooled", "Who opened the Harbour Stage of the Lantern Festival of Osmere?", "false premise"),
    Item("unread", "How many pillars had cracks?", "number", ("seven",), evidence=("No article holds this sentence.",)),
    Item(
        "chosen badly", "Who wrote that the wheat harvest of Varnland reached 4.2 million tonnes in 2020?", "person",
        ("Lena Ost",), evidence=(HARVEST,),
    ),
    Item("timid", "How dear was the placard?", "number", ("900 crowns",), evidence=("The poster cost us 900 crowns.",)),
    Item("unplaced", "How heavy was the placard?", "number", ("two pounds",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patch, weights_by_hand():
        patch.setattr(module, "Embedder", lambda settings: embedder())
        with Assistant(Settings(index=str(small_index()))) as made:
            yield made


@pytest.fixture(scope="module")
def footnote(assistant) -> Line:
    return Line("Footnote", assistant.chain(), assistant.finder())


@pytest.fixture(scope="module")
def results(assistant, footnote) -> dict[str, Result]:
    found = run(assistant, footnote, ITEMS)
    assert [result.item for result in found] == ITEMS, "in their order"
    return {result.item.id: result for result in found}


ALL, NONE = (
    dict.fromkeys(("hit@1", "hit@5", "hit@10", "MRR"), 1.0),
    dict.fromkeys(("hit@1", "hit@5", "hit@10", "MRR"), 0.0),
)


def test_what_came_of_each_question_and_where_it_went_wrong(results):
    assert {name: (r.found, r.right, r.refused, r.cause) for name, r in results.items()} == {
        "right": (ALL, True, False, None),
        "list": (ALL, True, False, None),
        "follow-up": (ALL, True, False, None),
        "unknown": (None, False, True, None),
        "fooled": (None, False, False, "refusing: answered what no article answers"),
        "unread": (NONE, False, False, "reading: not in the index"),
        "chosen badly": (ALL, False, False, "choosing: the evidence was found, no accepted answer shown"),
        "timid": (ALL, False, True, "refusing: refused what an article answers"),
        "unplaced": (None, False, True, "refusing: refused what an article answers"),
    }


def test_evidence_that_is_in_the_index_but_was_not_found_is_a_matter_of_retrieval(assistant, footnote):
    """No word of the question stands in the Chinese article, so keywords alone cannot find it."""
    keywords, meaning = one_sided(assistant, footnote)
    (lost,), (found,) = run(assistant, keywords, [TOWER]), run(assistant, meaning, [TOWER])
    assert (lost.found, lost.cause) == (NONE, "retrieval: no passage with the evidence")
    assert found.found == ALL


def test_the_other_marks_of_a_result(results):
    assert results["right"].overlap == results["list"].overlap == Overlap(1.0, 1.0, 1.0)
    assert results["unknown"].overlap == Overlap(0.0, 0.0, 0.0)
    # "Mayor Idris Vale" and the sentence of thirteen words.
    assert (results["right"].words, results["right"].quotes, results["right"].exact) == (16, 1, 1)
    assert (results["unknown"].quotes, results["unknown"].exact) == (0, 0)
    assert all(r.quotes == r.exact == len(r.answer.citations) for r in results.values())
    assert all(r.seconds > 0 for r in results.values())
    assert results["follow-up"].answer.standalone == "When was the Lantern Festival of Osmere opened?"


def test_a_quote_that_does_not_stand_in_the_article_is_not_exact(assistant):
    class Misquoting(Line):
        def ask(self, item):
            outcome = super().ask(item)
            bent = tuple(replace(c, quote=c.quote.replace("Vale", "Hill")) for c in outcome.answer.citations)
            return replace(outcome, answer=replace(outcome.answer, citations=bent))

    (bent,) = run(assistant, Misquoting("bent", assistant.chain(), assistant.finder()), ITEMS[:1])
    assert (bent.quotes, bent.exact) == (1, 0)


def test_no_question_gives_no_result_and_is_not_asked(assistant, footnote):
    assert run(assistant, footnote, []) == []


def test_stored_articles_are_fetched_once(assistant, monkeypatch):
    stored = Stored(assistant)
    first = next(assistant.articles())
    assert stored.text(first.id, first.version) == first.text
    assert stored.hold(["Nobody.", OPENED.replace(" ", "\n").upper()]) and not stored.hold(["Nobody.", "No one."])
    monkeypatch.setattr(assistant, "article", None)
    monkeypatch.setattr(assistant, "articles", None)
    assert stored.text(first.id, first.version) == first.text
    assert stored.hold([OPENED])
