from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa.answering.drafts import LONGEST_REPLY, Draft, DraftReader
from qa.prompts import REFUSAL

REPLY = (
    "<think>Hm. [s9]</think> Mr. Lee paid $4.2 million [s1]. \u201cIt fell.\u201d [s2][s3] In the U.S. it rose.[S1; s2]"
)
REPLY += "\n- **Done.** [4]"
DRAFTS = [
    Draft("Mr. Lee paid $4.2 million.", ("s1",)),
    Draft("\u201cIt fell.\u201d", ("s2", "s3")),
    Draft("In the U.S. it rose.", ("s1", "s2")),
    Draft("Done.", (), ("s4",)),
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


@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_stream_can_be_read(pieces: list[str]) -> None:
    assert all(draft.text and set(draft.ids) <= {"s1", "s2", "s3"} for draft in read(*pieces))
