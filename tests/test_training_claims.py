from __future__ import annotations

import gzip
import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from qa.training import claims
from qa.training.claims import _balanced, _chosen, _difference, _edited, own, read
from qa.training.pairs import Pair

DATA = os.environ.get("FOOTNOTE_BENCH_DATA")
TEXT = "The bridge closed in 2019.  It has seven\npillars. Nobody was hurt."


def write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def test_our_own_statements_lie_on_their_passage(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "articles", lambda data: {"n1": {"text": TEXT}})
    rows = [
        {"claim": "It has 7 pillars.", "faults": [["number", 7, 8, "9"], ["detail", 9, 9, "old "]]},
        {"claim": "By then it has pillars.", "faults": [["hedge", 0, 8, ""]]},
        {"claim": "Nobody fits it.", "faults": [], "half": "fit"},
    ]
    place = {"article": "n1", "half": "train", "start": 28, "end": 49}
    file = tmp_path / "statements.jsonl"
    file.write_text("".join(json.dumps({**place, **row}) + "\n" for row in rows))
    passage = "It has seven pillars."
    assert own(tmp_path, file) == [
        [
            Pair("It has 7 pillars.", passage, "supported", "true", "own", None, "n1"),
            Pair("It has 9 pillars.", passage, "contradicted", "number", "own", (7, 8), "n1"),
            Pair("It has 7 old pillars.", passage, "unsupported", "detail", "own", (9, 13), "n1"),
        ],
        [
            Pair("By then it has pillars.", passage, "supported", "true", "own", None, "n1"),
            Pair("It has pillars.", passage, "unsupported", "hedge", "own", (0, 2), "n1"),
        ],
    ]
    assert own(tmp_path, file, "fit") == [[Pair("Nobody fits it.", passage, "supported", "true", "own", None, "n1")]]


def test_what_stands_in_a_test_half_is_left_out_and_so_is_what_is_empty_or_twice(tmp_path):
    def row(claim: str, evidence: str = "It stands.") -> dict:
        return {"claim": claim, "evidence": evidence, "label": "supported"}

    folder = tmp_path / "judging" / "set"
    write(
        folder / "train.jsonl.gz", [row("It fell."), row("It  stands."), row("It stands."), row("Is?", " "), row(" ")]
    )
    write(folder / "test.jsonl.gz", [row("IT FELL")])
    found = list(claims._rows(tmp_path, "set", claims._Files(("train",), ("test",))))
    assert [(pair.claim, pair.label, pair.source) for pair in found] == [("It stands.", "supported", "set")]


def test_the_sentence_that_was_edited_is_not_supported_and_the_others_are():
    row = {
        "label": 0,
        "original_summary": "Ana sold the old mill. She moved to Talvik.",
        "summary": "Ana sold the new mill. She moved to Talvik.",
    }
    assert list(_edited(row)) == [
        ("Ana sold the new mill.", "unsupported", (13, 16)),
        ("She moved to Talvik.", "supported", None),
    ]
    assert list(_edited({**row, "label": 1})) == [
        ("Ana sold the new mill.", "supported", None),
        ("She moved to Talvik.", "supported", None),
    ]
    both = {**row, "summary": "Ana sold the new mill. She moved to Brenna."}
    assert list(_edited(both)) == [], "nobody knows which of the two is wrong"


def test_the_sentences_nearest_to_a_claim_are_chosen_in_their_order():
    sentences = ["Nobody was hurt.", "The mill burned down.", "It rained.", "Oda rebuilt the mill in March."]
    assert _chosen("Oda rebuilt the burned mill.", sentences, 2) == [1, 3]
    assert _chosen("Oda rebuilt the burned mill.", sentences, 2, held=[2]) == [2, 3]
    assert _chosen("Oda rebuilt the burned mill.", sentences, 9) == [0, 1, 2, 3]


SENTENCE = st.lists(st.sampled_from("the mill a bridge old seven".split()), max_size=8).map(" ".join)


@given(SENTENCE, SENTENCE)
def test_a_difference_lies_in_the_changed_text_and_without_it_both_are_alike_outside(old, new):
    found = _difference(old, new)
    if found:
        start, end = found
        assert 0 <= start < end <= len(new)
        assert old.startswith(new[:start].rstrip()) and old.endswith(new[end:].lstrip())


@pytest.mark.parametrize(
    ("sizes", "most", "kept"),
    [
        ((10, 9, 20), 100, (9, 9, 9)),
        ((10, 9, 20), 12, (4, 4, 4)),
        ((10, 0, 30), 100, (10, 0, 10)),
        ((40, 4, 30), 40, (20, 4, 16)),
        ((40, 30, 1), 60, (30, 29, 1)),
    ],
)
def test_a_source_is_balanced(sizes, most, kept):
    labels = ("supported", "contradicted", "unsupported")
    pairs = [
        Pair(f"{label} {place}", "It.", label, "", "")
        for label, size in zip(labels, sizes, strict=True)
        for place in range(size)
    ]
    found = Counter(pair.label for pair in _balanced(pairs, most, random.Random(0)))
    assert tuple(found[label] for label in labels) == kept


@pytest.fixture(scope="module")
def found() -> dict[str, list[Pair]]:
    return read(Path(DATA or ""), random.Random(1))


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_every_source_is_there_balanced_and_usable(found):
    assert found.keys() == {*claims._ROWS, *claims._MOST}
    for name, pairs in found.items():
        assert len(pairs) >= 150, name
        right = sum(pair.label == "supported" for pair in pairs) / len(pairs)
        assert 0.33 <= right <= 0.5, name
        assert all(pair.claim.strip() and pair.evidence.strip() and pair.article for pair in pairs)
        assert {pair.source for pair in pairs} == {name}
        assert all(0 <= p.words[0] < p.words[1] <= len(p.claim) for p in pairs if p.words)


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_length_says_nothing_about_the_answers_of_halueval(found):
    pairs = found["halueval"]
    true = [pair.label == "supported" for pair in pairs]
    assert roc_auc_score(true, [len(pair.claim) for pair in pairs]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_no_claim_of_a_test_half_is_among_them(found):
    data = Path(DATA or "")
    tests = {row.split("\t")[0] for row in (data / "scifact" / "qrels" / "test.tsv").read_text().splitlines()}
    rows = claims.read_lines(data / "scifact" / "queries.jsonl.gz")
    asked = {row["text"] for row in rows if row["_id"] in tests}
    asked |= {row["text"] for row in claims.read_lines(data / "fool_me_twice" / "test.jsonl.gz")}
    assert not asked & {pair.claim for name in ("scifact", "fool_me_twice") for pair in found[name]}
