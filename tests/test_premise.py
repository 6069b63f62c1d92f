from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.premise import contradiction
from qa.answering.questions import understand

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "premises.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("Why did Varnland open its border with Brenna?", "Varnland closed its border with Brenna in March.",
         "the sentence says “closed”, the question “open”"),
        ("Why was the levy found constitutional?", "The levy is unconstitutional, the judge found.",
         "the sentence says “unconstitutional”, the question “constitutional”"),
        ("Why did Talvik sign the treaty?", "Talvik did not sign the treaty.",
         "the sentence says “not sign the treaty”"),
        ("Why did Vale return the bell?", "Vale declined to return the bell.",
         "the sentence says “declined to return the bell”"),
        ("Why did the mill poison the river?", "There is no evidence that the mill poisoned the river.",
         "the sentence says “no evidence that”"),
        ("Why didn't the Lantern Institute publish its accounts?", "The Lantern Institute published its accounts.",
         "the sentence says “Lantern Institute published its accounts”, without a negation"),
        ("Why did Vale sue Brandt?", "In 2016 Brandt sued Vale over the leak.",
         "the sentence has it the other way round: “Brandt sued Vale”"),
        ("Who signed the 2019 treaty of Osmere?", "The 2017 treaty of Osmere was signed by two mayors.",
         "the sentence says “2017 treaty”, the question “2019 treaty”"),
        ("Why did all 41 members vote for the levy?", "All 27 members voted for the levy.",
         "the sentence says “27 members”, the question “41 members”"),
        ("Why did President Kono visit Brenna?", "President Kishida visited Brenna.",
         "the sentence says Kishida, the question Kono"),
    ],
    ids=["opposite", "prefix", "denied", "declined", "no evidence", "stated", "turned round", "year", "number",
         "person"],
)  # fmt: skip
def test_what_the_sentence_says_instead(question, sentence, said):
    assert contradiction(understand(question), sentence) == said


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did Varnland open its border?", "Varnland closed its border."),
        ("Does Osmere have more ferries or fewer?", "Osmere has no ferries."),
        ("Tell me about the levy.", "The levy was not passed."),
        ("When did the bridge open?", "The bridge did not open until 1990."),
        ("How many ships returned?", "Not only the flagship returned."),
        ("Why did Brandt open her archive?", "Vale closed his mill."),
        ("Why did Vale meet Brandt?", "Brandt met Vale in Osmere."),
        ("Why did Talvik sue Varnland?", "Varnland was sued by Talvik."),
        ("When was the ban imposed?", "The ban was lifted in 2019."),
        ("When did the fair open?", "The fair closes on 3 May."),
        ("How many of the three bridges are closed?", "Two bridges are closed."),
        ("What did Varnland do in 2019?", ""),
        ("", "Talvik did not sign the treaty."),
    ],
    ids=["yes or no", "this or that", "no question", "not until", "not only", "others", "mutual", "passive",
         "ended", "to end", "part of a whole",
         "no sentence", "nothing"],
)  # fmt: skip
def test_silence_where_nothing_is_certain(question, sentence):
    assert contradiction(understand(question), sentence) is None


def test_a_name_may_stand_before_the_sentence():
    asked = understand("Why did Idris Vale sign the treaty?")
    assert contradiction(asked, "He did not sign the treaty.") is None
    assert contradiction(asked, "He did not sign the treaty.", "Vale went home.") == (
        "the sentence says “not sign the treaty”"
    )


def test_the_pairs_written_beforehand():
    """Sixty contradictions and sixty near ones, written before the rules; one in three was held out."""
    found = {
        row["question"]: contradiction(understand(row["question"]), row["sentence"])
        for row in PAIRS
        if row["contradicts"]
    }
    assert {question for question, said in found.items() if not said} == {
        "Who bought the shipyard from the state after the sale?",
        "Why did the Lantern Institute open in Brenna in 1987?",
    }
    fine = [row for row in PAIRS if not row["contradicts"]]
    assert [row for row in fine if contradiction(understand(row["question"]), row["sentence"])] == []


@given(st.text(max_size=80), st.text(max_size=120), st.text(max_size=40))
def test_any_text_is_taken(question, sentence, before):
    said = contradiction(understand(question), sentence, before)
    assert said is None or said.startswith("the sentence ")


@given(
    st.lists(st.sampled_from("Why did not Vale Brandt open closed the 2019 2017 treaty no first last , never".split()))
)
def test_a_sentence_never_contradicts_itself(words):
    sentence = " ".join(words)
    assert contradiction(understand(f"Why {sentence}?"), f"Why {sentence}.") is None
