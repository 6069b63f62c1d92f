"""The script eval/public/verdicts.py on composed rows: what it reads, its regression, its threshold, its intervals."""

import gzip
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.evaluation.metrics import auroc
from qa.evaluation.statistics import Interval

SCRIPTS = Path(__file__).resolve().parents[1] / "eval" / "public"


@pytest.fixture(scope="module")
def verdicts():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        spec = importlib.util.spec_from_file_location("verdicts", SCRIPTS / "verdicts.py")
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, "verdicts", module)
        spec.loader.exec_module(module)
        yield module


def written(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_without_the_data_it_says_so_and_ends(verdicts, monkeypatch, capsys):
    monkeypatch.delenv("FOOTNOTE_BENCH_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", ["verdicts"])
    verdicts.main()
    assert capsys.readouterr().out == "skipped: FOOTNOTE_BENCH_DATA does not name a folder with wice\n"


def test_a_claim_that_is_partly_supported_counts_as_faulty(verdicts, tmp_path):
    rows = [
        {"claim": "It sails.", "evidence": ["The Sable sails."], "label": label, "meta": {"claim_title": "Sable"}}
        for label in ("supported", "partially_supported", "not_supported")
    ]
    written(tmp_path / "wice" / "dev.jsonl.gz", rows)
    cases = list(verdicts.wice(tmp_path))
    assert cases[0] == verdicts.Case("Sable", ("It sails.",), ("The Sable sails.",), False)
    assert [case.faulty for case in cases] == [False, True, True]


def test_a_summary_is_read_in_sentences_beside_its_document(verdicts, tmp_path):
    row = {"doc": "Ann: Hello.\nBen: Good day.", "summary": "Ann greets Ben. Ben answers.", "label": 0}
    written(tmp_path / "summedits" / "talks.jsonl.gz", [row])
    (case,) = verdicts.summedits(tmp_path)
    expected = ("Ann greets Ben.", "Ben answers."), ("Ann: Hello.", "Ben: Good day.")
    assert case == verdicts.Case("talks", *expected, True)


def test_only_test_claims_of_scifact_are_read(verdicts, tmp_path):
    folder = tmp_path / "scifact"
    written(folder / "corpus.jsonl.gz", [{"_id": "7", "title": "Salt", "text": "Salt melts ice. It is cheap."}])
    claims = [
        {"id": number, "claim": "Salt hardens ice.", "evidence": [{"doc_id": "7", "label": "CONTRADICT"}]}
        for number in ("1", "2")
    ]
    written(folder / "claims_with_evidence.jsonl.gz", claims)
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n2\t7\t1\n", encoding="utf-8")
    evidence = ("Salt", "Salt melts ice.", "It is cheap.")
    assert list(verdicts.scifact(tmp_path)) == [verdicts.Case("2", ("Salt hardens ice.",), evidence, True)]


def test_each_fault_of_the_contrast_set_stands_beside_its_faithful_form(verdicts, tmp_path):
    cases = list(verdicts.contrasts(tmp_path))
    kinds = [case.kind for case in cases]
    assert (kinds.count("paraphrase"), kinds.count("faithful")) == (200, 600)
    assert sum(case.faulty for case in cases) == 600
    assert not any(case.faulty for case in cases if case.kind in verdicts.TRUE)


def test_a_summary_has_the_mean_of_many_numbers_and_the_worst_of_one(verdicts):
    case = verdicts.Case("talks", ("a", "bbb"), ("c",), False)
    assert verdicts.table(verdicts.Way(lambda text, _: [len(text)]), [case]).tolist() == [[3.0]]
    assert verdicts.table(verdicts.Way(lambda text, _: [len(text), 1.0]), [case]).tolist() == [[2.0, 1.0]]


def test_no_feature_is_weighed_against_its_own_meaning(verdicts):
    faulty = np.array([False, True] * 20)
    rows = np.column_stack([faulty, ~faulty]).astype(float)
    (right, against), _ = verdicts.fit(rows, faulty, np.full(40, 1.0))
    assert right > 0 and against == 0


def test_the_threshold_serves_the_groups_alike(verdicts):
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.1, 0.4])
    faulty = np.array([False, False, True, True, False, True])
    groups = np.array(["a"] * 4 + ["b"] * 2)
    cut = verdicts.threshold(scores, faulty, groups)
    assert ((scores >= cut) == faulty).all()


def test_auroc_is_that_of_the_metrics_with_an_interval_round_it(verdicts):
    rng = np.random.default_rng(3)
    labels = [bool(one) for one in rng.integers(0, 2, 60)]
    scores = np.round(rng.normal(0, 1, 60) + labels, 1)
    found = verdicts.auroc_interval(scores, labels, [str(place) for place in range(60)])
    assert found.value == pytest.approx(auroc(scores.tolist(), labels))
    assert 0.5 < found.low < found.value < found.high < 1


def test_a_mean_of_independent_figures_is_surer_than_each(verdicts):
    mean = verdicts._mean([Interval(0.5, 0.4, 0.6), Interval(0.7, 0.6, 0.8)])
    assert (mean.value, round(mean.low, 4), round(mean.high, 4)) == (0.6, 0.5293, 0.6707)


def test_cases_are_drawn_by_a_fixed_seed_and_from_each_group(verdicts):
    cases = [verdicts.Case(group, (str(number),), (), False) for number in range(10) for group in "ab"]
    few = verdicts.drawn(cases, 3)
    assert len(few) == 3 and few == verdicts.drawn(cases, 3)
    each = verdicts.drawn(cases, 3, each_group=True)
    assert [sum(case.group == group for case in each) for group in "ab"] == [3, 3]
    assert verdicts.drawn(cases, None) == cases
