"""The scripts for public benchmarks, on composed rows: what they take from the data, their measures and their folds."""

import importlib.util
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import answer, chunk, citation

from qa.answering.decide import DECISION_FEATURES, SIGNS, shipped_decision
from qa.evaluation.metrics import Overlap
from qa.evaluation.statistics import Interval
from qa.schema import Message

SCRIPTS = Path(__file__).resolve().parents[1] / "eval" / "public"


def script(name):
    """The script as a module of its own name; the later ones take parts from the first two."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


benchmark, refusals, clapnq, mtrag, realtimeqa, retrieval = (
    script(name) for name in ("benchmark", "refusals", "clapnq", "mtrag", "realtimeqa", "retrieval")
)

FERRY = ["The Sable leaves the quay in June .", "It carries `` forty '' cars .", "No ship replaces it ."]
ROW = {
    "input": "what does the sable carry",
    "passages": [{"title": "Sable", "text": " ".join(FERRY), "sentences": FERRY}],
    "output": [{"selected_sentences": [FERRY[1]]}, {"selected_sentences": [FERRY[0]]}],
}


@pytest.mark.parametrize("name", ["clapnq", "mtrag", "realtimeqa", "retrieval"])
def test_without_the_data_a_script_says_so_and_ends(name, monkeypatch, capsys):
    monkeypatch.delenv("FOOTNOTE_BENCH_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", [name])
    sys.modules[name].main()
    folder = {"realtimeqa": "realtimeqa-2025", "retrieval": "scifact"}.get(name, name)
    assert capsys.readouterr().out == f"skipped: FOOTNOTE_BENCH_DATA does not name a folder with {folder}\n"


def test_realtimeqa_names_the_command_that_makes_its_index(tmp_path, monkeypatch, capsys):
    (tmp_path / "realtimeqa-2025").mkdir()
    monkeypatch.setenv("FOOTNOTE_BENCH_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["realtimeqa", "--index", str(tmp_path / "none")])
    realtimeqa.main()
    said = f"skipped: there is no index in {tmp_path / 'none'}; `qa eval --crowd` makes it, in about an hour\n"
    assert capsys.readouterr().out == said


def test_passages_are_indexed_once_and_known_by_their_words(tmp_path):
    sable, wheat = "The Sable leaves in June.", "Wheat fell to 4.2 million tonnes."
    texts = {benchmark.name_of(sable): ("Sable", sable), benchmark.name_of(wheat): ("", wheat)}
    for _ in range(2):
        with benchmark.indexed(texts, tmp_path) as (assistant, names):
            found = assistant.search("When does the Sable leave?")[0].chunk
            assert sorted(names.values()) == sorted(texts)
            assert (names[found.article_id], found.text) == (benchmark.name_of(sable), sable)


def test_evidence_is_what_any_of_the_outputs_names():
    assert clapnq.gold_places(ROW) == {0, 1}
    assert clapnq.gold_places({**ROW, "output": [{"selected_sentences": []}]}) == set()


@pytest.mark.parametrize(
    ("quote", "places"),
    [
        ('It carries "forty" cars.', [1]),
        ("The Sable leaves the quay in June. It", [0]),
        ("leaves the quay in June .\n\nIt carries `` forty '' cars .", [0, 1]),
        ("forty", [1]),
        ("It sails in May.", []),
        (" . ", []),
    ],
    ids=["other punctuation", "a little of the next", "two sentences", "part of one", "another text", "no words"],
)
def test_a_quote_shows_the_sentences_that_it_covers(quote, places):
    assert clapnq.quoted_of(quote, FERRY) == places


@given(st.lists(st.text(), max_size=5), st.text())
def test_only_sentences_that_are_there_are_shown(sentences, quote):
    assert set(clapnq.quoted_of(quote, sentences)) <= set(range(len(sentences)))


def test_evidence_f1_counts_sentences_of_other_passages_and_quotes_of_none_as_wrong():
    texts = {"sable": FERRY, "wheat": ["Wheat fell ."]}
    quotes = [("a1", FERRY[1]), ("a2", "Wheat fell ."), ("a2", "The crowd sang.")]
    shown = clapnq.shown(
        answer(citations=tuple(citation(n, quote, article_id=name) for n, (name, quote) in enumerate(quotes, 1))),
        {"a1": "sable", "a2": "wheat"},
        texts,
    )
    assert shown == {("sable", 1), ("wheat", 0), ("wheat", "The crowd sang.")}
    assert clapnq.overlap(shown, {("sable", 0), ("sable", 1)}) == Overlap(1 / 3, 1 / 2, pytest.approx(0.4))
    assert clapnq.overlap(set(), {("sable", 0)}) == Overlap(0.0, 0.0, 0.0)


def cases(count):
    """Questions whose signals all speak for an answer where the label does, and against it where it does not."""
    signs = np.array([SIGNS[name] for name in DECISION_FEATURES], dtype=float)
    score = shipped_decision().score
    rng = np.random.default_rng(7)
    made = []
    for number in range(count):
        label = bool(number % 2)
        standing = signs * (1 if label else -1) + rng.normal(0, 0.1, len(signs))
        values = np.array(score.mean) + np.array(score.scale) * standing
        made.append(refusals.Case(f"passage {number}", label, values, refusals.Decided(0.5, True)))
    return made


def test_what_the_signals_tell_apart_is_decided_rightly_by_folds():
    asked = cases(60)
    answers = [one.answers for one in refusals.by_folds(asked)]
    assert max(refusals.error_rates(answers, [case.answerable for case in asked])) < 0.1


def test_a_questions_own_label_has_no_part_in_its_decision():
    asked = cases(40)
    turned = [refusals.Case(asked[0].group, not asked[0].answerable, asked[0].signals, asked[0].shipped), *asked[1:]]
    assert refusals.by_folds(turned)[0] == refusals.by_folds(asked)[0]


def test_a_question_without_a_label_is_decided_and_never_fitted_on():
    asked = cases(40)
    more = [*asked, refusals.Case("x", None, asked[1].signals, asked[1].shipped),
            refusals.Case("y", None, None, asked[1].shipped)]  # fmt: skip
    decided = refusals.by_folds(more)
    assert decided[:40] == refusals.by_folds(asked)
    assert [one.answers for one in decided[40:]] == [True, False]
    assert decided[41].chance == 0.0


def test_error_rates_and_balanced_accuracy():
    answers, labels = [True, False, True, True], [True, True, False, True]
    assert refusals.error_rates(answers, labels) == (1.0, 1 / 3)
    assert refusals.balanced_accuracy([True] * 8, [True] * 5 + [False] * 3) == Interval(0.5, 0.5, 0.5)
    mixed = refusals.balanced_accuracy(answers * 10, labels * 10)
    assert mixed.value == pytest.approx(1 / 3)
    assert 0.2 < mixed.low < 1 / 3 < mixed.high < 0.5


def test_risk_among_the_likeliest_to_be_answered():
    assert clapnq.risks([0.9, 0.1, 0.5, 0.7], [False, True, True, False]).tolist() == [0, 0, 1 / 3, 0.5]
    assert clapnq.risks([0.5, 0.5], [True, False]).tolist() == [0.5, 0.5]


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.booleans()), min_size=1))
def test_the_risk_of_answering_all_is_the_share_of_wrong_ones_and_no_order_beats_the_best(pairs):
    chances, wrong = [chance for chance, _ in pairs], [bad for _, bad in pairs]
    curve = clapnq.risks(chances, wrong)
    assert curve[-1] == pytest.approx(sum(wrong) / len(wrong))
    assert clapnq.risks([float(not bad) for bad in wrong], wrong).mean() <= curve.mean() + 1e-9


def test_the_last_turn_is_asked_with_the_conversation_before_it():
    row = {
        "input": [{"speaker": "user", "text": "Who built it?"}, {"speaker": "agent", "text": "Tova Brandt."},
                  {"speaker": "user", "text": "When?"}],
        "answerability": ["UNDERSPECIFIED"],
    }  # fmt: skip
    assert mtrag.turns(row) == ("When?", (Message("user", "Who built it?"), Message("assistant", "Tova Brandt.")))
    assert [mtrag.label_of({"answerability": [label]}) for label in mtrag.LABELS] == [True, True, False, None]


def test_a_choice_is_in_reach_where_it_stands_as_whole_words():
    texts = ["the cat\u2019s tail".replace("\u2019", "'"), "a rise of 25% since 1990"]
    choices = ["cat's Tail", "25%", "5%", "19", "7", "since\n1990", "dog"]
    assert [realtimeqa.is_in_reach(choice, texts) for choice in choices] == [
        True, True, False, False, False, True, False
    ]  # fmt: skip
    assert not realtimeqa.is_in_reach("a", texts)


def test_the_right_choice_and_the_day_of_a_quiz():
    row = {"choices": ["one", "two"], "answer": ["1"], "question_date": "2025/01/10"}
    assert (realtimeqa.right_choice(row), realtimeqa.day_of(row)) == ("two", date(2025, 1, 10))
    assert realtimeqa.day_of({"question_date": "2025-05-22"}) == date(2025, 5, 22)


def test_chunks_that_were_read_come_first():
    one, two, three = (chunk(name=name) for name in ("a1", "a2", "a3"))
    assert realtimeqa.reordered([one, two, three], [two, two, one]) == [two, one, three]


def found(**reader):
    """Three documents, of which the first two were read."""
    return retrieval.Found({"fused": ["d1", "d2", "d3"]}, {"d1": 0.9, "d2": 0.1}, {"sentence": reader, "passage": {
        "d1": 0.0, "d2": 0.0}})  # fmt: skip


def test_the_reader_orders_what_it_read_as_far_as_it_has_weight():
    query = found(d1=-2.0, d2=5.0)
    orders = [retrieval.put_in_order(query, "sentence", weight) for weight in (0.0, 0.4, 0.6, 1.0)]
    assert orders == [["d1", "d2", "d3"], ["d1", "d2", "d3"], ["d2", "d1", "d3"], ["d2", "d1", "d3"]]
    assert retrieval.put_in_order(query, "passage", 1.0) == ["d1", "d2", "d3"]


def test_the_weight_is_the_least_of_the_best_on_the_queries_given():
    query = found(d1=-2.0, d2=5.0)
    assert retrieval.chosen({"q": {"d2": 1}}, {"q": query}) == ("sentence", 0.6)
    assert retrieval.chosen({"q": {"d1": 1}}, {"q": query}) == ("sentence", 0.0)


def test_ndcg_of_each_query_in_their_order(tmp_path):
    path = tmp_path / "test.tsv"
    path.write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td1\t1\nq2\td9\t0\nq3\td1\t0\nq4\td5\t1\n")
    judged = retrieval.qrels(path)
    assert judged == {"q1": {"d1": 1}, "q2": {"d1": 1, "d9": 0}, "q4": {"d5": 1}}
    orders = {"q2": ["d2", "d1"], "q1": ["d1"], "q4": ["d1"]}
    assert retrieval.ndcg(judged, orders) == pytest.approx([1 / np.log2(3), 1.0, 0.0])


def test_queries_are_drawn_alike_every_time():
    judged = {str(number): {} for number in range(20)}
    first = retrieval.drawn(judged, 5)
    assert retrieval.drawn(dict(reversed(judged.items())), 5) == first
    assert (len(first), sorted(retrieval.drawn(judged, None))) == (5, sorted(judged))
