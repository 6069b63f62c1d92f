from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from parts import SENTENCE_WEIGHTS, SPAN_WEIGHTS, WordReader, embedder, hit, weights

from qa.answering.questions import understand
from qa.answering.reader import (
    SENTENCE_FEATURES,
    SPAN_FEATURES,
    Reader,
    candidates,
    nearness,
    span_options,
    word_places,
)

BRIDGE = "The Kestrel Bridge was closed because inspectors found cracks. The repair will cost 12 million crowns."
FESTIVAL = "Mayor Idris Vale opened the Lantern Festival on 14 June 2019. Three choirs came from Talvik."
SHEEP = "Sheep graze on the hills. Wool was dear."
HITS = [hit(BRIDGE, "bridge", 1), hit(FESTIVAL, "festival", 2), hit(SHEEP, "sheep", 3)]


def real_reader() -> Reader:
    return Reader(embedder(), lambda word: 1.0, SENTENCE_WEIGHTS, SPAN_WEIGHTS)


def hand_reader(**weight: float) -> Reader:
    """A reader whose embedding, rarities (the length of the word) and weights can be worked out by hand."""
    return Reader(WordReader(), lambda word: float(len(word)), weights(SENTENCE_FEATURES, **weight), SPAN_WEIGHTS)


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("Why was the Kestrel Bridge shut?", "The Kestrel Bridge was closed because inspectors found cracks.", None),
        ("How much will the repair cost?", "The repair will cost 12 million crowns.", "12 million"),
        ("Who opened the Lantern Festival?", "Mayor Idris Vale opened the Lantern Festival on 14 June 2019.",
         "Mayor Idris Vale"),
        ("When was the Lantern Festival opened?", "Mayor Idris Vale opened the Lantern Festival on 14 June 2019.",
         "14 June 2019"),
        ("Where did the choirs come from?", "Three choirs came from Talvik.", "Talvik"),
    ],
)  # fmt: skip
def test_the_best_sentence_and_the_short_answer_in_it(question, sentence, short):
    readout = real_reader().read(understand(question), HITS)
    best, evidence = readout.scored[0], readout.evidence[0]
    text = evidence.hit.chunk.text
    assert best.candidate.text == text[evidence.start : evidence.end] == sentence
    if short is None:
        assert (evidence.answer_start, evidence.answer_end, evidence.answer_score) == (None, None, 0.0)
    else:
        assert short in text[evidence.answer_start : evidence.answer_end]
        assert evidence.start <= evidence.answer_start < evidence.answer_end <= evidence.end


def test_the_same_question_is_read_the_same():
    question = understand("Who opened the Lantern Festival?")
    one, two = (real_reader().read(question, HITS) for _ in range(2))
    assert one.evidence == two.evidence
    assert [(s.candidate, s.score) for s in one.scored] == [(s.candidate, s.score) for s in two.scored]
    assert one.rarity == two.rarity == {"open": 1.0, "lantern": 1.0, "festiv": 1.0}


def test_every_sentence_is_read_once_and_the_best_comes_first():
    readout = real_reader().read(understand("Was wool dear?"), HITS)
    read = sorted((s.candidate.hit.rank, s.candidate.start, s.candidate.text) for s in readout.scored)
    assert read == [
        (1, 0, "The Kestrel Bridge was closed because inspectors found cracks."),
        (1, 63, "The repair will cost 12 million crowns."),
        (2, 0, "Mayor Idris Vale opened the Lantern Festival on 14 June 2019."),
        (2, 62, "Three choirs came from Talvik."),
        (3, 0, "Sheep graze on the hills."),
        (3, 26, "Wool was dear."),
    ]
    scores = [s.score for s in readout.scored]
    assert scores == sorted(scores, reverse=True)
    assert [e.relevance for e in readout.evidence] == scores


def test_nothing_found_reads_nothing():
    readout = hand_reader(cover=1).read(understand("Was wool dear?"), [])
    assert (readout.scored, readout.evidence, readout.rarity) == ((), (), {"wool": 4.0, "dear": 4.0})


def test_equal_sentences_go_by_rank_and_place():
    readout = hand_reader().read(understand("Was wool dear?"), [hit(SHEEP, "b", 2), hit(SHEEP, "a", 1)])
    assert [(s.candidate.hit.rank, s.candidate.start) for s in readout.scored] == [(1, 0), (1, 26), (2, 0), (2, 26)]


def test_cover_worked_by_hand():
    # Rarity is the length of the word: lamp 4, red 3, keeper 6, ship 4; 17 in all. The first sentence holds lamp and
    # red; keeper is in the sentence after it (0.4), ship nowhere. The second holds keeper; lamp and red are in the
    # sentence before it (0.7).
    question = understand("Which lamp was red, keeper or ship?")
    readout = hand_reader(cover=1).read(question, [hit("A red lamp burnt. The keeper slept.")])
    scores = {s.candidate.text: s.score for s in readout.scored}
    assert scores == {
        "A red lamp burnt.": round((4 + 3 + 0.4 * 6) / 17, 6),
        "The keeper slept.": round((6 + 0.7 * (4 + 3)) / 17, 6),
    }


def test_the_header_counts_as_what_went_before():
    found = hit("The keeper slept.")
    headed = replace(found, chunk=replace(found.chunk, header="Lamp news"))
    readout = hand_reader(cover=1).read(understand("Who kept a lamp?"), [headed])
    assert [s.score for s in readout.scored] == [round(0.7 * 4 / 8, 6)], "lamp 4 from the header, kept 4 nowhere"


def test_nearness_worked_by_hand():
    # Each word is a vector of its own, so a word is at cosine 1 to itself and at 0 to every other.
    model = WordReader(size=4096)
    question, sentence = model.read(["Was the red lamp red?", "One red ship sank"])
    places = word_places("Was the red lamp red?", question)
    assert places == [("red", [3]), ("lamp", [4]), ("red", [5])]
    assert nearness(places, question, sentence) == {"red": 1.0, "lamp": 0.0}
    nothing = model.read([""])[0]
    assert nearness(places, question, nothing) == {}


def test_the_likeness_of_two_texts_is_their_cosine():
    readout = hand_reader(alike=1).read(understand("red lamp"), [hit("lamp ship")])
    assert readout.scored[0].score == pytest.approx(0.5)


def test_a_short_answer_is_never_the_questions_own_words():
    question = understand("Who met Idris Vale?")
    text = "Idris Vale met Ana Prim in Talvik."
    assert [text[s.start : s.end] for s in span_options(question, text)] == ["Ana Prim", "Talvik"]
    assert list(span_options(understand("Why did they meet?"), text)) == []


def test_features_have_the_published_order_and_size():
    readout = hand_reader(cover=1).read(understand("Was wool dear?"), HITS)
    assert {len(s.features) for s in readout.scored} == {len(SENTENCE_FEATURES)}
    assert np.isfinite([s.features for s in readout.scored]).all()
    assert len(SPAN_WEIGHTS.weight) == len(SPAN_FEATURES)


def test_sentences_of_hits_have_their_place_in_the_article():
    found = hit("One. Two.", "a")
    moved = replace(found, chunk=replace(found.chunk, start=100, end=109))
    assert [(c.start, c.end, c.text) for c in candidates([moved])] == [(100, 104, "One."), (105, 109, "Two.")]
