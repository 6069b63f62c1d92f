"""The claims of eval/contrasts are as its README says: word-for-word evidence, one fault, no clue in the length."""

import json
from collections import Counter
from pathlib import Path

import pytest

from qa.evaluation.metrics import auroc

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = [json.loads(line) for line in (ROOT / "eval/contrasts/claims.jsonl").read_text(encoding="utf-8").splitlines()]
FAULTY = [claim for claim in CLAIMS if claim["kind"] != "paraphrase"]


@pytest.fixture(scope="module")
def seeds() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.md")}


def test_there_are_twenty_kinds_of_thirty_and_two_hundred_paraphrases():
    counts = Counter(claim["kind"] for claim in CLAIMS)
    assert counts.pop("paraphrase") == 200
    assert len(counts) == 20 and set(counts.values()) == {30}
    assert len({claim["id"] for claim in CLAIMS}) == len({claim["claim"] for claim in CLAIMS}) == 800


def test_evidence_stands_word_for_word_in_the_articles_and_every_article_is_used(seeds):
    lost = [
        (claim["id"], sentence)
        for claim in CLAIMS
        for sentence in claim["evidence"]
        if not any(sentence in seeds[article] for article in claim["articles"])
    ]
    assert lost == []
    assert all(claim["evidence"] for claim in CLAIMS)
    assert {article for claim in CLAIMS for article in claim["articles"]} == seeds.keys()


def test_a_fault_is_named_by_words_of_the_claim_and_has_a_faithful_form():
    fields = {"id", "kind", "articles", "evidence", "claim"}
    assert [claim["id"] for claim in FAULTY if claim.keys() != fields | {"faithful", "words"}] == []
    assert [c["id"] for c in FAULTY if c["words"] not in c["claim"] or c["faithful"] == c["claim"]] == []
    assert [c["id"] for c in CLAIMS if c["claim"] in c["evidence"]] == []


def test_length_does_not_tell_a_faulty_claim_from_its_faithful_form():
    lengths = [len(claim[form].split()) for form in ("claim", "faithful") for claim in FAULTY]
    assert auroc(lengths, [True] * len(FAULTY) + [False] * len(FAULTY)) == pytest.approx(0.5, abs=0.02)
