from __future__ import annotations

from dataclasses import replace

from parts import WordReader, hit

from qa.answering.sentence_readings import NO_SPAN, candidates
from qa.answering.span_model import PassageReading


def test_sentences_of_hits_have_their_place_in_the_article():
    found = hit("One. Two.", "a")
    moved = replace(found, chunk=replace(found.chunk, start=100, end=109))
    assert [(c.start, c.end, c.text) for c in candidates([moved], WordReader().read("?", [("", "One. Two.")]))] == [
        (100, 104, "One."),
        (105, 109, "Two."),
    ]


def test_a_sentence_knows_its_words_what_stood_before_it_and_what_stands_around_it():
    found = hit("A red lamp burnt. The keeper slept.")
    headed = replace(found, chunk=replace(found.chunk, header="Lamp news"))
    seen = WordReader("lamp").read("?", [("Lamp news", headed.chunk.text)])
    first, second = candidates([headed], seen)
    assert (first.words, first.before) == (frozenset("a red lamp burnt".split()), frozenset(["lamp", "new"]))
    assert (second.words, second.before) == (frozenset(["the", "keeper", "slept"]), first.before | first.words)
    assert first.around == second.around == second.before | second.words
    assert (first.answer, first.text[slice(*first.answer[1:])]) == ((2.0, 6, 10), "lamp")


def test_a_sentence_of_which_nothing_was_read_has_no_answer():
    (seen,) = WordReader("lamp").read("?", [("", "A lamp.")])
    cut = PassageReading(seen.offsets[:0], seen.start[:0], seen.end[:0], seen.null, seen.here)
    (candidate,) = candidates([hit("A lamp.")], [cut])
    assert candidate.answer == (NO_SPAN, 0, 0)
