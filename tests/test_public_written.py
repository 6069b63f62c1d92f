"""The script eval/public/written.py on composed rows: the scripted model, its writers, the faults, what is counted."""

import gzip
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from qa.answering.judging import Rules
from qa.answering.write import WrittenSentence

SCRIPTS = Path(__file__).resolve().parents[1] / "eval" / "public"


@pytest.fixture(scope="module")
def written():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        spec = importlib.util.spec_from_file_location("written", SCRIPTS / "written.py")
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, "written", module)
        spec.loader.exec_module(module)
        yield module


HARBOUR = (
    "The harbour of Varnholm was dug in 1832 .",
    "It holds forty ships .",
    "Its captain , Ida Moe , lives in the `` Red House '' .",
)
QUESTION = "who is the captain of varnholm harbour"
ANSWER = "The harbour of Varnholm , dug in 1832 , has a captain , Ida Moe . It holds forty ships ."


def data_of(folder, *selected):
    """A folder with a question for each selection of sentences."""
    rows = [
        {
            "id": number,
            "input": QUESTION,
            "passages": [{"title": "Varnholm", "text": " ".join(HARBOUR), "sentences": list(HARBOUR)}],
            "output": [{"answer": ANSWER, "selected_sentences": [HARBOUR[place] for place in places]}],
        }
        for number, places in enumerate(selected)
    ]
    (folder / "clapnq").mkdir()
    with gzip.open(folder / "clapnq" / "answerable.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


@pytest.fixture
def question(written, tmp_path):
    (found,) = written.questions(data_of(tmp_path, (0, 1, 2)) / "clapnq")
    return found


def texts(evidence):
    return [item.hit.chunk.text for item in evidence]


# --- the scripted model ---


def test_the_scripted_model_cites_the_evidence_it_is_told_to(written):
    evidence = written.evidence_of("varnholm", "Varnholm", ["The port is old.", "It holds forty ships."])
    lines = [written.Line("It holds forty ships.", (1,)), written.Line("The port is old.", (1, 0))]
    with written.writing(Rules()) as write:
        found = write("How many ships?", evidence, lines)
        again = write("How many ships?", evidence, lines[:1])
    assert [(one.text, texts(one.cited), one.verdict) for one in found] == [
        ("It holds forty ships.", ["It holds forty ships."], "supported"),
        ("The port is old.", ["It holds forty ships.", "The port is old."], "supported"),
    ]
    assert again == found[:1]


def test_what_is_struck_is_insisted_on_and_counted_once(written):
    evidence = written.evidence_of("varnholm", "Varnholm", ["The port is old.", "It holds forty ships."])
    lines = [written.Line("It holds sixty ships.", (1,)), written.Line("The port is old.", ("s1",))]
    with written.writing(Rules()) as write:
        found = write("How many ships?", evidence, lines)
    assert [(one.text, one.struck) for one in found] == [("It holds sixty ships.", True), ("The port is old.", True)]


def test_a_case_is_as_good_as_its_worst_sentence(written):
    made = {name: WrittenSentence("a", (), name, 0.5) for name in ("supported", "partly", "unsupported")}
    assert written.outcome([made["supported"]]) == "supported"
    assert written.outcome([made["partly"], made["supported"]]) == "partly"
    assert written.outcome([made["supported"], made["unsupported"], made["partly"]]) == "struck"
    assert written.outcome([]) == "struck"


# --- faults ---


def test_each_kind_of_fault_changes_one_thing(written):
    sentence = "In May 2019 the port of Varnholm held 40 ships and 1,400 sailors."
    changed = {kind: list(change(sentence, "Ports")) for kind, change in written.FAULTS.items()}
    assert changed == {
        "number": [
            ("In May 2019 the port of Varnholm held 57 ships and 1,400 sailors.", (0,)),
            ("In May 2019 the port of Varnholm held 40 ships and 18,400 sailors.", (0,)),
        ],
        "date": [
            ("In October 2019 the port of Varnholm held 40 ships and 1,400 sailors.", (0,)),
            ("In May 1988 the port of Varnholm held 40 ships and 1,400 sailors.", (0,)),
        ],
        "name": [("In May 2019 the port of Harrowby held 40 ships and 1,400 sailors.", (0,))],
        "quotation": [("It says “May the 2019 port of”.", (0,))],
        "id": [(sentence, ("q0q0",))],
        "unchanged": [(sentence, (0,))],
    }


def test_what_the_source_says_too_is_no_fault(written):
    assert list(written.FAULTS["number"]("Of 57 ships 40 sank.", "Ports")) == [("Of 74 ships 40 sank.", (0,))]
    assert list(written.FAULTS["date"]("It sank in May.", "Ports · 3 October 2019")) == []


def test_there_are_forty_faults_of_each_kind(written):
    made = written.rule_faults()
    assert Counter(one.kind for one in made) == dict.fromkeys(written.FAULTS, 40)
    assert len({(one.lines, one.evidence) for one in made if one.kind != "id"}) == 200
    as_they_stand = [one.kind for one in made if [line.text for line in one.lines] == texts(one.evidence)]
    assert Counter(as_they_stand) == {"id": 40, "unchanged": 40}


def test_no_rule_fault_passes_the_rules_and_every_sentence_itself_does(written, capsys):
    with written.writing(Rules()) as write:
        written._print_claims("faults of rule", written.rule_faults(), write, 8)
    told = [line.rsplit(None, 1) for line in capsys.readouterr().out.splitlines() if " supported  " in line]
    shown = {line[0].split(" shown as ")[0].strip(): line[1] for line in told if "partly" not in line[0]}
    faults = dict.fromkeys(("date", "id", "name", "number", "quotation"), "0/8")
    assert shown == faults | {"all faults": "0/40", "unchanged": "8/8"}


def test_claims_of_the_contrast_set_cite_all_their_evidence_with_its_head(written):
    made = written.contrasts()
    kinds = Counter(one.kind for one in made)
    assert (len(kinds), kinds["paraphrase"], kinds["faithful"], sum(kinds.values())) == (22, 200, 600, 1400)
    assert all(line.cited == tuple(range(len(one.evidence))) for one in made for line in one.lines)
    assert all(item.hit.chunk.header for one in made for item in one.evidence)


# --- writers ---


def test_a_question_has_the_sentences_of_its_passage_and_what_the_human_chose(written, tmp_path):
    found = list(written.questions(data_of(tmp_path, (0, 2), ()) / "clapnq"))
    assert len(found) == 1, "nothing chosen, nothing to cite"
    assert texts(found[0].evidence) == [
        "The harbour of Varnholm was dug in 1832.",
        "It holds forty ships.",
        'Its captain, Ida Moe, lives in the "Red House".',
    ]
    assert found[0].selected == (0, 2)
    assert found[0].answer == "The harbour of Varnholm, dug in 1832, has a captain, Ida Moe. It holds forty ships."


def test_the_careful_writer_cites_a_second_sentence_only_where_it_holds_more(written, question):
    assert written.careful(question) == (
        written.Line("The harbour of Varnholm, dug in 1832, has a captain, Ida Moe.", (0, 2)),
        written.Line("It holds forty ships.", (1,)),
    )


def test_the_quoting_writer_says_what_it_cites(written, question):
    said = [(line.text, line.cited) for line in written.quoting(question)]
    assert said == [(text, (place,)) for place, text in enumerate(texts(question.evidence))]


def test_the_careless_writer_cites_by_chance_and_always_the_same(written, question):
    said = written.careless(question)
    assert said == written.careless(question)
    assert [line.text for line in said] == [line.text for line in written.careful(question)]
    assert all(len(line.cited) == 1 and line.cited[0] in (0, 1, 2) for line in said)


# --- figures ---


def cited_by(written, text, count):
    evidence = written.evidence_of("a", "A", [str(number) for number in range(count)])
    return WrittenSentence(text, evidence, "supported", 1.0)


def carried_where(*sets):
    """What carries a sentence: evidence that holds one of these sets."""
    return lambda _, cited: any(one <= set(texts(cited)) for one in sets)


@pytest.mark.parametrize(
    ("carried", "recall", "precision"),
    [
        (({"0", "1"},), 1.0, 1.0),
        (({"0"},), 1.0, 0.5),
        (({"0"}, {"1"}), 1.0, 1.0),
        (({"2"},), 0.0, 0.0),
    ],
    ids=["each needs the other", "one is idle", "each alone", "not carried"],
)
def test_citations_count_as_in_alce(written, carried, recall, precision):
    sentences = [cited_by(written, "It holds forty ships.", 2)]
    carries = carried_where(*carried)
    assert written.citation_recall(sentences, carries) == recall
    assert written.citation_precision(sentences, carries) == precision


def test_precision_is_of_citations_and_recall_of_sentences(written):
    sentences = [cited_by(written, "one", 3), cited_by(written, "two", 1)]
    carries = carried_where({"0", "2"})
    assert written.citation_recall(sentences, carries) == 0.5
    assert written.citation_precision(sentences, carries) == 0.5


def test_words_count_as_often_as_they_occur(written):
    assert written.word_f1("Ships, ships and ships.", "Forty ships and ships") == pytest.approx(0.75)
    assert written.word_f1("", "Forty ships") == 0.0
    assert written.word_f1("forty ships", "Forty ships.") == 1.0


def test_a_mean_says_of_how_many_and_how_sure(written):
    assert written.mean([("a", 1.0), ("b", 1.0)]) == "1.000 [1.000, 1.000] of 2"
    assert written.mean([]) == "none to count"


def test_every_figure_of_an_answer_by_hand(written, question):
    first, second, third = question.evidence
    sentences = (
        WrittenSentence("It holds forty ships.", (second,), "supported", 0.9),
        WrittenSentence("The harbour was dug in 1832.", (first, second), "partly", 0.6),
        WrittenSentence("The harbour is on fire.", (third,), "unsupported", 0.1),
    )
    asked = written.Question(question.text, "p", question.evidence, (0, 1), "It holds forty ships.")
    carries = carried_where({second.hit.chunk.text})
    answers = [written.Answered(asked, sentences, carries), written.Answered(asked, sentences[2:], carries)]
    means = {name: round(float(np.mean([value for _, value in marks])), 3) for name, marks in written.figures(answers)}
    assert means == {
        "sentences shown as supported": 0.25,
        "sentences shown as partly supported": 0.25,
        "sentences struck": 0.5,
        "supported of those citing none chosen": 0.0,
        "answers that show anything": 0.5,
        "citation recall": 1.0,
        "citation precision": 0.667,
        "F1 to the human's answer": 0.286,
        "words shown": 5.0,
        "words of the human's answer": 4.0,
    }


# --- the script ---


def test_cases_are_drawn_by_a_fixed_seed(written):
    few = written.drawn(range(20), 3)
    assert len(few) == 3 and few == written.drawn(range(20), 3)
    assert written.drawn(range(2), 3) in ([0, 1], [1, 0])
    assert written.drawn(range(3), None) == [0, 1, 2]


def small_run(written, monkeypatch, capsys):
    """What the script prints of one case of each kind; of the contrast set, of its paraphrases alone."""
    whole = written.contrasts()
    monkeypatch.setattr(written, "contrasts", lambda: [one for one in whole if one.kind == "paraphrase"])
    monkeypatch.setattr(sys, "argv", ["written", "1"])
    written.main()
    return capsys.readouterr().out.splitlines()


def test_without_the_data_the_rest_is_measured_with_the_judge_that_ships(written, monkeypatch, capsys):
    monkeypatch.delenv("FOOTNOTE_BENCH_DATA", raising=False)
    told = small_run(written, monkeypatch, capsys)
    faults = ("date", "id", "name", "number", "quotation")
    expected = [
        f"  {kind:<18} {'shown as supported':<37} 0.000 [0.000, {0.793 if of == 1 else 0.434}] 0/{of}"
        for kind, of in [*((kind, 1) for kind in faults), ("all faults", 5)]
    ]
    assert told[1:9] == ["", "faults of rule, on the starter articles", *expected]
    assert told[-1] == "skipped: FOOTNOTE_BENCH_DATA does not name a folder with clapnq"


def test_quotes_are_all_shown_and_all_their_citations_count(written, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("FOOTNOTE_BENCH_DATA", str(data_of(tmp_path, (0, 1))))
    told = small_run(written, monkeypatch, capsys)
    lines = [line.split("  quoting", 1)[1] for line in told if line.startswith("  quoting")]
    assert "CLAP NQ, 1 questions" in told
    assert {line[:50].strip(): line[50:] for line in lines} == {
        "sentences shown as supported": "1.000 [1.000, 1.000] of 2",
        "sentences shown as partly supported": "0.000 [0.000, 0.000] of 2",
        "sentences struck": "0.000 [0.000, 0.000] of 2",
        "supported of those citing none chosen": "none to count",
        "answers that show anything": "1.000 [1.000, 1.000] of 1",
        "citation recall": "1.000 [1.000, 1.000] of 1",
        "citation precision": "1.000 [1.000, 1.000] of 1",
        "F1 to the human's answer": "0.786 [0.786, 0.786] of 1",
        "words shown": "12.000 [12.000, 12.000] of 1",
        "words of the human's answer": "16.000 [16.000, 16.000] of 1",
    }
