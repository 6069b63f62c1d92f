import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.drafts import LONGEST_REPLY, LONGEST_THOUGHT, Draft, DraftReader, opaque_ids, without_thought
from qa.prompts import REFUSAL

REPLY = (
    "<think>Hm. [s9]</think> Mr. Lee paid $4.2 million [s1]. \u201cIt fell.\u201d [s2][s3] In the U.S. it rose.[S1; s2]"
)
REPLY += "\n- **Done.** [4]"
DRAFTS = [
    Draft("Mr. Lee paid $4.2 million.", ("s1",)),
    Draft("\u201cIt fell.\u201d", ("s2", "s3")),
    Draft("In the U.S. it rose.", ("s1", "s2")),
    Draft("Done.", (), ("4",)),
]


def read(*pieces: str, complete: bool = True) -> list[Draft]:
    reader = DraftReader(["s1", "s2", "s3"])
    return [draft for piece in pieces for draft in reader.feed(piece)] + reader.close(complete)


def test_a_reply_becomes_sentences_with_their_ids() -> None:
    assert read(REPLY) == DRAFTS


@given(st.lists(st.integers(0, len(REPLY)), max_size=12))
def test_the_sentences_do_not_depend_on_where_the_stream_is_cut(places: list[int]) -> None:
    ends = sorted({*places, 0, len(REPLY)})
    assert read(*(REPLY[start:end] for start, end in pairwise(ends))) == DRAFTS


def test_one_character_at_a_time() -> None:
    assert read(*REPLY) == DRAFTS


def test_an_id_before_the_first_sentence_belongs_to_it() -> None:
    assert read("[s1] It fell. [s2] It rose.") == [Draft("It fell.", ("s1", "s2")), Draft("It rose.", ())]


def test_what_follows_the_refusal_is_not_read() -> None:
    reader = DraftReader(["s1"])
    assert reader.feed(f"It fell. [s1] {REFUSAL.upper()} It rose. [s1] And so on") == [Draft("It fell.", ("s1",))]
    assert reader.refused
    assert reader.close() == []


def test_an_unfinished_last_sentence_is_left_out_when_the_reply_was_cut_short() -> None:
    assert read("It fell. [s1] It ro", complete=False) == [Draft("It fell.", ("s1",))]
    assert read("It fell. [s1]", complete=False) == [Draft("It fell.", ("s1",))]


def test_a_model_running_away_is_noticed() -> None:
    reader = DraftReader([])
    reader.feed("x" * (LONGEST_REPLY + 1))
    assert reader.full


def test_a_long_thought_is_no_long_reply() -> None:
    reader = DraftReader(["s1"])
    assert reader.feed("<think>") == []
    assert [reader.feed("a" * 99 + " ") for _ in range(LONGEST_REPLY // 90)] == [[]] * (LONGEST_REPLY // 90)
    assert not reader.full
    assert reader.feed("so</thi") == []
    assert reader.feed("nk>It fell. [s1]") == [] and not reader.full
    assert reader.close() == [Draft("It fell.", ("s1",))]


def test_a_thought_without_end_is_noticed() -> None:
    reader = DraftReader([])
    reader.feed("<think>" + "x" * LONGEST_THOUGHT)
    assert reader.full


# Some servers put <think> into the prompt: the thought begins the reply, and only its end is marked.
UNOPENED = f"Hm. [s9] The rule: {REFUSAL} So. It may be 4.\n</think>\n\n{REPLY.partition('</think>')[2]}"


@given(st.lists(st.integers(0, len(UNOPENED)), max_size=12))
def test_what_stands_before_the_end_of_a_thought_is_dropped(places: list[int]) -> None:
    ends = sorted({*places, 0, len(UNOPENED)})
    assert read(*(UNOPENED[start:end] for start, end in pairwise(ends))) == DRAFTS


def test_of_a_thought_only_what_cites_was_handed_on_before_its_end() -> None:
    reader = DraftReader(["s1", "s2"])
    assert reader.feed("Hm. It fell. [s1] So") == []
    assert reader.feed(" I say that. Then I stop. ") == [Draft("Hm.", ()), Draft("It fell.", ("s1",))]
    assert reader.feed("Now</think> It rose. [s2]") == []
    assert reader.close() == [Draft("It rose.", ("s2",))]


def test_what_cites_nothing_waits_for_what_does_or_for_the_end() -> None:
    reader = DraftReader(["s1"])
    assert reader.feed("It fell. It rose. It was so. ") == []
    assert reader.feed("It stood. [s1] It went on. ") == [
        *(Draft(text, ()) for text in ("It fell.", "It rose.", "It was so.")),
        Draft("It stood.", ("s1",)),
    ]
    assert reader.close() == [Draft("It went on.", ())]


def test_a_long_thought_that_nothing_opened_is_no_long_reply() -> None:
    reader = DraftReader(["s1"])
    for _ in range(LONGEST_THOUGHT // 100):
        assert reader.feed("It may be so, and it may not be so at all. ") == []
        assert not reader.full
    assert reader.feed("</think>It fell. [s1] It was so. ") == [Draft("It fell.", ("s1",))]
    reader.feed("It rose. " * (LONGEST_REPLY // 10))
    assert not reader.full
    reader.feed("It rose. " * (LONGEST_REPLY // 10))
    assert reader.full


@pytest.mark.parametrize("piece", ["It may be so. ", "Hm.</think> ", "<think>Hm. ", "x"])
def test_every_endless_reply_is_noticed(piece: str) -> None:
    reader = DraftReader(["s1"])
    pieces = 0
    while not reader.full:
        assert reader.feed(piece * 50) == []
        pieces += 50
    assert pieces * len(piece) < 1.2 * (LONGEST_THOUGHT + LONGEST_REPLY)


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        ("<think>Hm.</think> It fell.", " It fell."),
        ("Hm.\n</thinking>It fell.", "It fell."),
        ("<think>Hm.", ""),
        ("It fell.", "It fell."),
    ],
)
def test_a_whole_reply_without_its_thought(reply: str, rest: str) -> None:
    assert without_thought(reply) == rest


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_stream_can_be_read(pieces: list[str]) -> None:
    assert all(draft.text and set(draft.ids) <= {"s1", "s2", "s3"} for draft in read(*pieces))


@given(st.text(max_size=20), st.lists(st.text(max_size=5), max_size=40))
def test_ids_are_all_different_always_the_same_and_none_that_models_count(question: str, places: list[str]) -> None:
    names = opaque_ids(question, places)
    assert names == opaque_ids(question, places)
    assert len(set(names)) == len(places)
    assert all(re.fullmatch(r"[b-rt-z][2-9][b-z][2-9]", name) for name in names)
    reader = DraftReader(names)
    drafts = [*reader.feed("".join(f"It fell. [{name.upper()}] " for name in names)), *reader.close()]
    assert [draft.ids for draft in drafts] == [(name,) for name in names]


def test_other_questions_give_other_ids() -> None:
    assert opaque_ids("Who?", ["a", "b"]) == ["j7f6", "b8q5"]
    assert opaque_ids("When?", ["a", "b"]) == ["q2d3", "q7b8"]


def test_what_is_in_brackets_and_no_id_is_prose() -> None:
    assert read("In [2015] it [the mayor] fell [sic]. [s1 s2] [S9]") == [
        Draft("In [2015] it [the mayor] fell [sic].", ("s1", "s2"), ("s9",))
    ]
