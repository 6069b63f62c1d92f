from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parts import article, evidence

from qa.answering.gather import Gathered, date_of, gather
from qa.answering.questions import understand
from qa.answering.reader import Readout
from qa.assistant import Assistant
from qa.chain import Query
from qa.schema import About, Article, Disagreement, Evidence
from qa.settings import Settings

SEVERAL = Path(__file__).parent / "data" / "several"
CASES = [json.loads(line) for line in (SEVERAL / "cases.jsonl").read_text(encoding="utf-8").splitlines()]

TUNNEL = "How much did the Sorholm tunnel cost?"


def says(text: str, short: str | None = None, name: str = "a", relevance: float = 5.0) -> Evidence:
    return evidence(text, text, relevance, name, short)


def article_of(found: Evidence) -> Article:
    name = found.hit.chunk.article_id
    return article(found.hit.chunk.text, id=name, published=name if name.startswith("20") else None)


def story_of(found: Evidence) -> str:
    return found.hit.chunk.article_id


def gathered(question: str, *found: Evidence, limit: int = 4) -> Gathered:
    return gather([(understand(question), Readout((), found, {}))], limit, article_of, story_of)


def test_one_sentence_where_one_answers():
    best = says("The Sorholm tunnel cost 850 million crowns.", "850 million")
    assert gathered(TUNNEL, best, says("The Sorholm tunnel is long.", None, "b", 1.0)) == Gathered(
        (best,), "850 million", (1,)
    )


def test_nothing_found_is_nothing_gathered():
    assert gathered(TUNNEL) == Gathered()
    assert gather([], 4, article_of, story_of) == Gathered()


def test_values_that_differ_are_named_oldest_first_with_their_numbers():
    late = says("The Sorholm tunnel cost 920 million crowns.", "920 million", "2020-06-11")
    early = says("The Sorholm tunnel cost 850 million crowns.", "850 million", "2020-05", 4.0)
    undated = says("The Sorholm tunnel cost 700 million crowns.", "700 million", "b", 3.9)
    assert gathered(TUNNEL, late, early, undated) == Gathered(
        (late, early, undated),
        "920 million",
        (1,),
        (Disagreement((("850 million crowns", 2), ("920 million crowns", 1), ("700 million crowns", 3))),),
        (
            "The sources differ, oldest first: 850 million crowns (May 2020) [2],"
            " 920 million crowns (11 June 2020) [1] and 700 million crowns (undated) [3].",
        ),
    )


def test_copies_of_one_story_do_not_differ():
    one = says("The Sorholm tunnel cost 920 million crowns.", "920 million")
    other = says("The Sorholm tunnel cost 850 million crowns.", "850 million", "b", 3.0)
    found = Readout((), (one, other), {})
    assert gather([(understand(TUNNEL), found)], 4, article_of, lambda _: "story") == Gathered(
        (one,), "920 million", (1,)
    )


def test_a_correction_stands_before_what_it_corrects():
    old = says("The paper mill will dismiss 240 workers.", "240", "2021-09-02")
    new = says("Correction: The paper mill will dismiss 140 workers, not 240.", "140", "2021-09-05", 4.0)
    assert gathered("How many workers will the paper mill dismiss?", old, new) == Gathered(
        (new, old), "140", (1,), (), ("[2] was corrected: the right value is in [1].",)
    )


def test_what_was_taken_back_is_said_to_be():
    old = says("The Talvik bat has died out, the institute said.", None, "2018")
    new = says("The institute retracted its statement that the Talvik bat has died out.", None, "2019", 4.0)
    assert gathered("Has the Talvik bat died out?", old, new) == Gathered(
        (new, old), None, (), (), ("What [2] says was taken back later: see [1].",)
    )


def test_a_correction_beside_the_text_is_quoted():
    best = says("The Sorholm tunnel cost 850 million crowns.", "850 million")
    note = "Correction: An earlier version\nmisspelled Sorholm."
    found = gather(
        [(understand(TUNNEL), Readout((), (best,), {}))],
        4,
        lambda item: replace(article_of(item), notes=("Ana Prim is a painter.", note)),
        story_of,
    )
    said = "A note beside the article of [1] says: “Correction: An earlier version misspelled Sorholm.”"
    assert found == Gathered((best,), "850 million", (1,), (), (said,))


def test_two_parts_take_turns_and_their_short_answers_are_joined():
    long, old = says("The tunnel is seven miles long.", "seven miles"), says("It was dug in 1988.", "1988", "b")
    asked = [
        (understand("How long is the tunnel?"), Readout((), (long,), {})),
        (understand("When was it dug?"), Readout((), (old, replace(long, relevance=4.9)), {})),
    ]
    assert gather(asked, 4, article_of, story_of) == Gathered((long, old), "seven miles; 1988", (1, 2))
    silent = (understand("Why was it dug?"), Readout((), (says("Nobody knows.", None, "c"),), {}))
    assert gather([*asked, silent], 4, article_of, story_of).short is None


def test_a_sentence_that_leans_is_shown_with_the_one_before_it_once():
    text = "Mayor Vale spoke. He wants to close the schools."
    leaning, before = evidence(text, "He wants to close the schools."), evidence(text, "Mayor Vale spoke.", 0.9)
    assert gathered("What does Mayor Vale want?", leaning, before) == Gathered((replace(leaning, start=0),))


def test_the_sources_in_the_order_of_their_dates():
    early, late = says("The crane must go.", None, "2019-02", 1.0), says("The crane may stay.", None, "2019-06")
    assert gathered("What do the articles say about the crane?", late, early).evidence == (early, late)
    assert gathered("What is the latest on the crane?", late, early).evidence == (late, early)


def test_an_article_speaks_for_the_date_of_what_it_reports_on():
    assert date_of(article(published="2021-03")) == "2021-03"
    assert date_of(article(published="2021-03", about=About(published="2020"))) == "2020"
    assert date_of(article(about=About(title="A"))) is None


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Gathered, list[str], list[str]]]]:
    """What is gathered for every case with the real search and reader: the sentences as texts and their files."""
    folder = tmp_path_factory.mktemp("several")
    with Assistant(Settings(index=str(folder))) as assistant:
        assert assistant.index([str(SEVERAL / "*.md")]).failed == ()
        articles = {one.id: one for one in assistant.articles()}
        stories = assistant.library().store.stories(articles)
        found = {}
        for case in CASES:
            asked = assistant.chain().explain(Query(case["question"])).parts
            result = gather(
                [(part.question, part.readout) for part in asked],
                assistant.settings.sentences,
                lambda e: articles[e.hit.chunk.article_id],
                lambda e: stories.get(e.hit.chunk.article_id, e.hit.chunk.article_id),
            )
            shown = [articles[e.hit.chunk.article_id] for e in result.evidence]
            texts = [one.text[e.start : e.end] for one, e in zip(shown, result.evidence, strict=True)]
            found[case["id"]] = (result, texts, [Path(one.origin).stem for one in shown])
        yield found


def wrong(case: dict, result: Gathered, texts: list[str], files: list[str]) -> list[str]:
    """What is not as the case has it."""
    shown, short = " ".join(texts), result.short or ""
    marks = {
        "a sentence is missing": all(words in shown for words in case.get("holds", ())),
        "a sentence too many": not any(words in shown for words in case.get("lacks", ())),
        "none of the sentences": any(words in shown for words in case.get("either", [""])),
        "an item is missing": all(words in short for words in case.get("items", ())),
        "the short answer": short.startswith(case.get("short", "")),
        "more than needed": len(texts) <= case.get("most", 99),
        "the values that differ": values(result) == case.get("differ", []),
        "the order": "order" not in case or list(dict.fromkeys(files)) == case["order"],
        "the first": files[:1] == [case.get("first", files[0])],
        "copies": len(set(files) & set(case.get("folded", ()))) <= 1,
        "the correction": corrects(case, result, texts),
    }
    return [name for name, right in marks.items() if not right]


def values(result: Gathered) -> list[str]:
    return [value for disagreement in result.disagreements for value, _ in disagreement.values]


def corrects(case: dict, result: Gathered, texts: list[str]) -> bool:
    said = any("corrected" in caveat or "taken back" in caveat for caveat in result.caveats)
    if "corrected" not in case:
        return not said
    right, old = case["corrected"]
    return said and right in texts[0] and any(old in text for text in texts[1:])


def test_most_of_the_composed_cases_come_out_whole(answered):
    right = Counter(case["half"] for case in CASES if not wrong(case, *answered[case["id"]]))
    assert right["work"] >= 34, [(c["id"], w) for c in CASES if (w := wrong(c, *answered[c["id"]]))]
    assert right["held"] >= 14


def test_no_disagreement_and_no_correction_is_made_up(answered):
    false = {"the values that differ", "the correction"}
    calm = [case for case in CASES if case["kind"] not in ("differ", "correction")]
    assert [case["id"] for case in calm if false & set(wrong(case, *answered[case["id"]]))] == []


def test_every_short_answer_is_cut_from_what_is_shown(answered):
    for result, texts, _ in answered.values():
        assert result.short is None or all(any(cut in text for text in texts) for cut in result.short.split("; "))
        assert all(1 <= number <= len(texts) for number in result.short_from)
