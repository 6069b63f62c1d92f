from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from parts import READING, SPAN_WEIGHTS, WordJudge, WordReader, hit, span_model, verdict_model, weights

from qa.answering.questions import understand
from qa.answering.reader import (
    AS_RANKED,
    SECOND_FEATURES,
    SENTENCE_FEATURES,
    Alone,
    Reader,
    Scored,
    Weights,
    second_features,
)
from qa.answering.sentence_readings import Candidate
from qa.answering.short_answers import SPAN_FEATURES
from qa.answering.span_model import PassageReading

BRIDGE = "The Kestrel Bridge was closed because inspectors found cracks. The repair will cost 12 million crowns."
FESTIVAL = "Mayor Idris Vale opened the Lantern Festival on 14 June 2019. Three choirs came from Talvik."
SHEEP = "Sheep graze on the hills. Wool was dear."
HITS = [hit(BRIDGE, "bridge", 1), hit(FESTIVAL, "festival", 2), hit(SHEEP, "sheep", 3)]


def real_reader() -> Reader:
    return Reader(span_model(), verdict_model(), lambda word: 1.0, READING)


def by_weights(sentence, second=AS_RANKED, model=None, rarity=lambda word: 1.0, sure=math.inf) -> Reader:
    return Reader(model or WordReader(), WordJudge(), rarity, Weights(sentence, second, SPAN_WEIGHTS, sure))


def hand_reader(**weight: float) -> Reader:
    """A reader whose model, rarities (the length of the word) and weights can be worked out by hand."""
    rarity = lambda word: float(len(word))  # noqa: E731
    return Reader(
        WordReader(), WordJudge(), rarity, Weights(weights(SENTENCE_FEATURES, **weight), AS_RANKED, SPAN_WEIGHTS)
    )


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


def shown(scored: Scored) -> list[object]:
    """Everything that is known of a sentence, in values that compare."""
    found = [getattr(scored.candidate, field.name) for field in fields(Candidate) if field.name != "seen"]
    seen = [np.asarray(getattr(scored.candidate.seen, field.name)).tolist() for field in fields(PassageReading)]
    return [*found, *seen, scored.features.tolist(), scored.score]


def test_the_same_question_is_read_the_same():
    question = understand("Who opened the Lantern Festival?")
    one, two = (real_reader().read(question, HITS) for _ in range(2))
    assert one.evidence == two.evidence
    assert [shown(scored) for scored in one.scored] == [shown(scored) for scored in two.scored]
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


def test_what_the_model_saw_worked_by_hand():
    # "lamp" and "red" may each start and end an answer: best in the first sentence is "red lamp", 1 for its start and 1
    # for its end; the second sentence holds neither.
    model = WordReader("red", "lamp", null=0.5)
    by_hand = weights(SENTENCE_FEATURES, span=1, null=10, here=100)
    reader = by_weights(by_hand, model=model)
    readout = reader.read(understand("What burnt?"), [hit("A red lamp burnt. The keeper slept.")])
    assert [(s.candidate.text, s.score) for s in readout.scored] == [
        ("A red lamp burnt.", 2.0 + 5.0 + 200.0), ("The keeper slept.", 0.0 + 5.0 + 200.0),
    ]  # fmt: skip
    assert readout.scored[0].candidate.answer == (2.0, 2, 5), "the first of equals: red alone"


def test_the_best_sentences_are_read_again_alone_and_judged_with_their_likeliest_answers():
    # The claim is "What burnt red": of its three words the sentence holds two, under its header all of them. Alone the
    # sentence has the answer "red", 1 for its start and 1 for its end, less 0.5 for none.
    model = WordReader("red", null=0.5)
    reader = Reader(
        model, WordJudge(), lambda word: 1.0, Weights(weights(SENTENCE_FEATURES, span=1), AS_RANKED, SPAN_WEIGHTS)
    )
    found = hit("A red lamp burnt. The keeper slept. It rained. Nobody came.")
    best, _, third, last = reader.read(understand("What burnt?"), [found]).scored
    assert best.alone == Alone(1.5, 1.0, pytest.approx(math.log(2)))
    assert third.alone is not None and last.alone is None
    headed = replace(found, chunk=replace(found.chunk, header="What happened"))
    assert reader.read(understand("What burnt?"), [headed]).scored[0].alone.carried == pytest.approx(math.log(9999))


def test_the_second_reading_orders_the_best_anew_and_the_scores_stay_with_the_places():
    # By the first reading "red" is best; the judge finds two thirds of "What burnt red" there and all of "What burnt"
    # with its own words in the second sentence.
    model = WordReader("red", null=0.5)
    second = weights(SECOND_FEATURES, carried=1)
    found = hit("A red lamp shone. What burnt was oil.")
    first, again = (
        Reader(
            model, WordJudge(), lambda word: 1.0, Weights(weights(SENTENCE_FEATURES, span=1), by, SPAN_WEIGHTS)
        ).read(understand("What burnt?"), [found])
        for by in (AS_RANKED, second)
    )
    assert [s.candidate.text for s in first.scored] == ["A red lamp shone.", "What burnt was oil."]
    assert [s.candidate.text for s in again.scored] == ["What burnt was oil.", "A red lamp shone."]
    assert [s.score for s in again.scored] == [s.score for s in first.scored]
    assert [e.relevance for e in again.evidence] == [s.score for s in first.scored]


def test_only_what_was_read_again_has_the_features_of_the_second_reading():
    scored = hand_reader(cover=1).scored(understand("Who kept a lamp?"), [hit("The keeper slept.")])
    with pytest.raises(ValueError, match="not read a second time"):
        second_features(scored[0])


def test_features_have_the_published_order_and_size():
    readout = hand_reader(cover=1).read(understand("Was wool dear?"), HITS)
    assert {len(s.features) for s in readout.scored} == {len(SENTENCE_FEATURES)}
    assert np.isfinite([s.features for s in readout.scored]).all()
    assert len(SPAN_WEIGHTS.weight) == len(SPAN_FEATURES)


def test_what_was_said_before_counts_for_less():
    # Of the five words of the first sentence four were said: 2 * 4/5 - 1 = 0.6 of the 3 points go. Of the second none.
    question, hits = understand("And then?"), [hit("A red lamp burnt brightly. The keeper slept.")]
    told = frozenset(["a", "red", "lamp", "burnt"])
    readout = hand_reader().read(question, hits, told)
    assert [(s.candidate.text, s.score) for s in readout.scored] == [
        ("The keeper slept.", 0.0), ("A red lamp burnt brightly.", -1.8),
    ]  # fmt: skip


def test_reading_stops_after_three_passages_where_the_best_is_sure():
    hits = [hit(f"A lamp burnt in house {number}.", f"a{number}", number) for number in range(1, 5)]
    hits.append(hit("A red lamp burnt.", "red", 5))
    question = understand("Which lamp was red?")  # "lamp" and "red" are worth a half each

    def read(sure: float, **how: bool) -> list[tuple[str, float]]:
        readout = by_weights(weights(SENTENCE_FEATURES, cover=1), sure=sure).read(question, hits, **how)
        return [(s.candidate.hit.chunk.article_id, s.score) for s in readout.scored]

    first = [("a1", 0.5), ("a2", 0.5), ("a3", 0.5)]
    everything = [("red", 1.0), *first, ("a4", 0.5)]
    assert read(0.5, all_of_them=False) == first
    assert read(0.6, all_of_them=False) == everything
    assert read(0.5, all_of_them=True) == read(0.5) == everything
