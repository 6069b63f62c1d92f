from __future__ import annotations

from pathlib import Path

import pytest
from parts import embedder, search_of, small_index

from qa import checking
from qa.answering.grounding import Judgement, check
from qa.answering.judging import Judging
from qa.checking import Checker, judged, text_of
from qa.errors import IndexEmpty, QuestionError, SourceError, Unreadable
from qa.indexing.library import Library, open_library
from qa.schema import Sentence
from qa.settings import Settings
from qa.sync import sync

OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
CRACKS = "The Kestrel Bridge was closed because inspectors found cracks in two of its pillars."
COSTS = "Engineer Mirko Sand said the repair of the Kestrel Bridge will cost 12 million crowns."


class Rules:
    """A judge of the exact rules alone, which keeps what it was asked."""

    def __init__(self, verdict: str | None = None) -> None:
        self.asked: list[tuple[str, list[str], int]] = []
        self._verdict = verdict

    def judge(self, sentence, evidence, question="", headers=(), sentences=1) -> Judgement:
        self.asked.append((sentence, list(evidence), sentences))
        if self._verdict:
            return Judgement(self._verdict, 0.2, ("the cited evidence says otherwise",))
        return check(sentence, evidence, question, headers)


@pytest.fixture(scope="module")
def library():
    opened = open_library(small_index(), Settings(), embedder())
    yield opened
    opened.close()


def checker(library: Library, by: Judging | None = None) -> Checker:
    return Checker(library.store, search_of(library), by or Rules())


def told(library: Library, text: str, by: Judging | None = None) -> list[tuple[object, ...]]:
    """Each sentence: its text, verdict, reasons, and the quotes with their numbers."""
    return [
        (one.text, one.verdict, one.reasons, [(source.number, source.quote) for source in one.sources])
        for one in checker(library, by).check(text)
    ]


def test_a_paragraph_gets_a_verdict_and_quotes_sentence_by_sentence(library):
    text = (
        "Idris Vale opened the Lantern Festival of Osmere in June 2019 [1]. Zebulon said the repair of the Kestrel "
        "Bridge will cost 12 million crowns. Did it rain? Barley did better than wheat."
    )
    assert told(library, text) == [
        ("Idris Vale opened the Lantern Festival of Osmere in June 2019 [1].", "supported", (), [(1, OPENED)]),
        (
            "Zebulon said the repair of the Kestrel Bridge will cost 12 million crowns.",
            "unsupported",
            ("the name Zebulon is not in the evidence found",),
            [(2, COSTS)],
        ),
        ("Did it rain?", "no_claim", ("a question",), []),
        ("Barley did better than wheat.", "supported", (), [(3, "Barley did better than wheat.")]),
    ]


def test_quotes_are_cut_from_the_store_and_say_who_and_when(library):
    (sentence,) = checker(library).check("The repair of the Kestrel Bridge will cost 12 million crowns, Sand said.")
    (source,) = sentence.sources
    article = library.store.article(source.article_id, source.version)
    assert article.text[source.start : source.end] == source.quote == COSTS
    assert sentence.citations == (source.number,) == (1,)
    assert source.attribution in (
        "River Courier, 2 November 2020 (also in Evening Post, 3 November 2020)",
        "Evening Post, 3 November 2020 (also in River Courier, 2 November 2020)",
    ), "copies of one story are one source"


def test_a_quote_keeps_the_sentence_that_it_leans_on(library):
    by = Rules("supported")
    (sentence,) = checker(library, by).check("Mirko Sand does not expect the bridge to open before spring.")
    assert [source.quote for source in sentence.sources] == [f"{COSTS} He does not expect it to open before spring."]


def test_a_contradicted_sentence_shows_what_contradicts_it(library):
    found = told(library, "The Kestrel Bridge was closed because of a flood.", Rules("contradicted"))
    assert found == [
        (
            "The Kestrel Bridge was closed because of a flood.",
            "contradicted",
            ("the evidence found says otherwise",),
            [(1, CRACKS)],
        ),
    ]


def test_where_no_article_speaks_of_it_that_is_said_and_nothing_is_quoted(library):
    text = "A dolphin called Pelle won the chess championship of Atlantis in 1999."
    assert told(library, text) == [(text, "unsupported", ("nothing that was found speaks of it",), [])]


def test_a_pronoun_is_searched_with_the_sentence_it_leans_on(library):
    text = "Mayor Idris Vale opened the Lantern Festival of Osmere. It has three stages. It took place in a mine."
    assert [verdict for _, verdict, _, _ in told(library, text)] == ["supported", "supported", "unsupported"]


def test_what_is_said_of_another_thing_does_not_carry_a_pronoun(library):
    text = "The Orrin opera house burned in the revolution. It was the lowest since 2009."
    assert told(library, text)[1][1:] == ("unsupported", ("nothing that was found speaks of it",), [])


def test_evidence_is_at_most_six_sentences_of_three_stories_and_each_claim_one_of_all(library):
    by = Rules()
    checker(library, by).check(f"# Title\n\n{OPENED} {CRACKS} Who came?")
    assert [(claim, sentences) for claim, _, sentences in by.asked] == [(OPENED, 2), (CRACKS, 2)]
    assert all(len(evidence) <= 3 for _, evidence, _ in by.asked)
    assert not any(evidence.count(CRACKS) > 1 for _, texts, _ in by.asked for evidence in texts)


def test_the_same_claim_is_judged_once_and_cited_by_the_same_number(library):
    by = Rules()
    first, second, third = checker(library, by).check(f"{OPENED} {CRACKS} {OPENED}")
    assert len(by.asked) == 2
    assert first == third
    assert (first.citations, second.citations) == ((1,), (2,))


def test_words_that_no_quote_holds_are_marked_in_the_text_as_it_stands(library):
    text = "**The company Blue Fjord will not start** an overnight line between Osmere and Talvik in May [2]."
    (sentence,) = checker(library, Rules("partly")).check(text.replace("company", "shipwright"))
    assert [sentence.text[start:end] for start, end in sentence.unsupported] == ["shipwright"]


def test_another_language_passes_unharmed(library):
    assert told(library, "塔尔维克的灯塔于2017年重新开放。谁来了？")[:2] == [
        ("塔尔维克的灯塔于2017年重新开放。", "supported", (), [(1, "塔尔维克的灯塔于2017年重新开放。")]),
        ("谁来了？", "no_claim", ("a question",), []),
    ]
    assert told(library, "Die Fähre nach Sankt Elmo fährt nicht mehr.")[0][1] == "unsupported"


def test_a_list_is_checked_item_by_item(library):
    items = "- the Harbour Stage\n- the Mill Stage [1]\n- the Moon Stage"
    text = f"The Lantern Festival of Osmere has three stages:\n\n{items}"
    assert [(words, verdict) for words, verdict, _, _ in told(library, text)] == [
        ("The Lantern Festival of Osmere has three stages:", "supported"),
        ("- the Harbour Stage", "supported"),
        ("- the Mill Stage [1]", "supported"),
        ("- the Moon Stage", "unsupported"),
    ]


def test_markup_and_links_are_neither_judged_nor_lost(library):
    text = "<b>Barley</b> did [better](javascript:alert(1)) than **wheat**. <script>steal(1)</script>"
    found = told(library, text)
    assert found[0] == (
        "<b>Barley</b> did [better](javascript:alert(1)) than **wheat**.",
        "supported",
        (),
        [(1, "Barley did better than wheat.")],
    )
    assert found[1][0] == "<script>steal(1)</script>"


def test_a_text_that_is_empty_or_too_long_is_refused(library):
    for text in ("", "why " * 6000):
        with pytest.raises(QuestionError):
            checker(library).check(text)


def test_an_empty_index_says_so(tmp_path):
    empty = open_library(tmp_path / "index", Settings(), embedder(), create=True)
    try:
        with pytest.raises(IndexEmpty, match="holds no articles yet"):
            checker(empty).check("It rained.")
    finally:
        empty.close()


def test_an_article_that_contradicts_another_story_counts_copies_once(tmp_path):
    """Three copies of one story leave room for the others."""
    folder = tmp_path / "articles"
    folder.mkdir()
    sable = (
        "The Sable ferry will leave the long quay of Orrinford for good on the last day of June. The harbour board "
        "said on Monday that the boat had become too old to be mended. It has carried wheat and cattle since 1961."
    )
    for name in ("Wire", "Star", "Echo"):
        (folder / f"{name}.md").write_text(
            f"---\ntitle: Ferry {name}\npublisher: {name}\npublished: 2021-05-03\n---\n\n{sable}\n"
        )
    (folder / "fair.md").write_text(
        "---\ntitle: Fair\npublisher: Gazette\n---\n\nThe Sable ferry sails from Orrinford until July.\n"
    )
    library = open_library(tmp_path / "index", Settings(), embedder(), create=True)
    try:
        assert sync(library, [str(folder)]).added == 4
        by = Rules()
        (sentence,) = checker(library, by).check("The Sable ferry will leave Orrinford for good in June.")
    finally:
        library.close()
    (_, evidence, _), *_ = by.asked
    assert len(evidence) == 2
    assert sentence.verdict == "supported"
    assert len({source.article_id for source in sentence.sources}) == 1
    assert len(sentence.sources[0].also) == 2


def test_what_two_articles_carry_only_together_is_partly_supported(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "mill.md").write_text("---\ntitle: Mill\n---\n\nOrrin Dale closed the old mill of Tarn by the river.\n")
    (folder / "quay.md").write_text(
        "---\ntitle: Quay\n---\n\nThe council closed the long quay of Osmere by the river.\n"
    )
    library = open_library(tmp_path / "index", Settings(), embedder(), create=True)
    try:
        assert sync(library, [str(folder)]).added == 2
        joined, plain = checker(library).check("Orrin Dale closed the long quay of Osmere. Orrin Dale closed the mill.")
    finally:
        library.close()
    assert (joined.verdict, joined.reasons) == ("partly", ("no article carries all of it by itself",))
    assert [source.title for source in joined.sources] == ["Mill", "Quay"]
    assert (plain.verdict, [source.title for source in plain.sources]) == ("supported", ["Mill"])


def test_a_response_is_judged_by_evidence_alone_and_names_what_carries_it():
    evidence = ["It rained in Talvik. The fair was held in May.", "The ferry sank in 2019. Nobody was hurt."]
    response = "Sure! The ferry sank in 2019 [2]. The fair was held by Zebulon."
    assert judged(response, evidence, Rules()) == [
        Sentence("Sure!", (), "no_claim", 1.0, ("it claims nothing that could be checked",)),
        Sentence("The ferry sank in 2019 [2].", (2,), "supported", 1.0),
        Sentence(
            "The fair was held by Zebulon.", (1,), "unsupported", 0.0, ("the name Zebulon is not in the evidence",)
        ),
    ]


def test_half_characters_of_a_response_and_its_evidence_stop_nothing():
    by = Rules()
    (sentence,) = judged("The \ud800 ferry sank.", ["The \udcff ferry sank.", "It rained."], by)
    assert by.asked == [("The ? ferry sank.", ["The ? ferry sank.", "It rained."], 1)]
    assert (sentence.text, sentence.verdict, sentence.citations) == ("The ? ferry sank.", "supported", (1,))


def test_without_evidence_nothing_is_supported():
    for evidence in ([], [""]):
        (sentence,) = judged("The ferry sank.", evidence, Rules())
        assert (sentence.verdict, sentence.citations) == ("unsupported", ())
        assert sentence.reasons == ("the evidence holds nothing",)


def test_of_long_evidence_the_nearest_sentences_are_judged():
    filler = " ".join(f"Boat number {number} was painted grey." for number in range(900))
    by = Rules()
    (sentence,) = judged("The ferry Sable sank in 2019.", [filler, f"{filler} The ferry Sable sank in 2019."], by)
    assert (sentence.verdict, sentence.citations) == ("supported", (2,))
    assert sum(text.count(".") for text in by.asked[0][1]) <= 400


def test_the_public_judge_needs_no_archive():
    (sentence,) = checking.judge("The ferry sank.", ["The ferry sank."])
    assert (sentence.verdict, sentence.citations) == ("supported", (1,))
    assert checking.judge("The ferry sank.", "The ferry sank.") == [sentence], "one string is one piece of evidence"


def test_a_draft_is_read_as_it_stands_and_other_files_as_they_would_be_indexed(tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text("# Rain\n\nShare this\n\nIt rained.\n", encoding="utf-8")
    assert text_of(draft) == "# Rain\n\nShare this\n\nIt rained.\n"
    page = tmp_path / "page.html"
    words = "The ferry sank off Talvik in a storm on Monday, and nobody was hurt. " * 8
    page.write_text(
        f"<html><head><title>T</title></head><body><article><h1>T</h1><p>{words}</p></article></body></html>"
    )
    assert "The ferry sank off Talvik in a storm" in text_of(page)
    assert "<" not in text_of(page)
    with pytest.raises(SourceError, match=r"is.* could not be read|could not be read"):
        text_of(tmp_path)
    (tmp_path / "b.txt").write_bytes(b"\x00\xff" * 50)
    with pytest.raises(Unreadable):
        text_of(Path(tmp_path / "b.txt"))
