from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from qa.sentences import sentence_spans
from qa.training import mirrored
from qa.training.own import articles
from qa.training.pairs import Pair

DATA = os.environ.get("FOOTNOTE_BENCH_DATA")
TEXT = "A headline.  The bridge closed\nin 2019. Nobody minds. It had carried trams until then."


def test_the_twin_is_true_of_the_changed_passage_and_the_claim_of_the_other(tmp_path, monkeypatch):
    monkeypatch.setattr(mirrored, "articles", lambda data: {"n1": {"text": TEXT}})
    closed, carried = TEXT.index("closed"), TEXT.index("until then")
    row = {
        "article": "n1",
        "start": TEXT.index("The"),
        "end": len(TEXT),
        "shown": [0, 2],
        "claim": "No tram crossed after it shut.",
        "fault": ["time", 16, 21, "before"],
        "edits": [[closed, closed + 6, "opened"], [carried, carried + 10, "from then on"]],
    }
    file = tmp_path / "mirrors.jsonl"
    file.write_text(json.dumps(row) + "\n")
    passage = "The bridge closed in 2019. It had carried trams until then."
    changed = "The bridge opened in 2019. It had carried trams from then on."
    claim, twin = "No tram crossed after it shut.", "No tram crossed before it shut."
    assert list(mirrored.mirrored(tmp_path, file)) == [
        [
            Pair(claim, passage, "supported", "true", "mirrored", None, "n1"),
            Pair(twin, passage, "contradicted", "time", "mirrored", (16, 22), "n1"),
            Pair(claim, changed, "contradicted", "time", "mirrored", (16, 21), "n1"),
            Pair(twin, changed, "supported", "true", "mirrored", None, "n1"),
        ]
    ]


def test_a_claim_that_says_less_than_its_twin_is_not_held_up_to_the_changed_passage():
    row = {"article": "n1", "start": 0, "end": 19, "shown": [0], "edits": [[3, 11, "rained"]]}
    row |= {"claim": "Rain was possible.", "fault": ["hedge", 9, 17, "certain"]}
    found = mirrored._group(row, "It may rain today.")
    assert [(pair.claim, pair.evidence, pair.label) for pair in found] == [
        ("Rain was possible.", "It may rain today.", "supported"),
        ("Rain was certain.", "It may rain today.", "unsupported"),
        ("Rain was certain.", "It rained today.", "supported"),
    ]


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_every_shipped_edit_lies_in_a_sentence_that_is_shown_and_changes_the_passage():
    stored = articles(Path(DATA or ""))
    for line in mirrored.MIRRORS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = stored[row["article"]]["text"]
        spans = sentence_spans(text[row["start"] : row["end"]])
        places = [(row["start"] + spans[place][0], row["start"] + spans[place][1]) for place in row["shown"]]
        edits = sorted((start, end) for start, end, _ in row["edits"])
        assert edits and all(end <= start for (_, end), (start, _) in pairwise(edits))
        assert all(any(first <= start <= end <= last for first, last in places) for start, end in edits), row
        true, twin, *_, turned = mirrored._group(row, text)
        assert twin.evidence != turned.evidence and twin.claim == turned.claim != true.claim
