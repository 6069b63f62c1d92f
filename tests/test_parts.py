from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from parts import (
    READING,
    DecisionByHand,
    WordJudge,
    WordReader,
    answer,
    embedder,
    quoted,
    same,
    small_index,
    verdict_model,
    weights_by_hand,
)

from qa import assistant as module
from qa.answering.span_memory import SpanMemory
from qa.answering.span_model import SpanModel
from qa.assistant import Assistant
from qa.cli import main
from qa.errors import SourceError
from qa.evaluation import parts
from qa.evaluation.metrics import Overlap
from qa.evaluation.parts import ALL, PARTS, Models, Remembered, Unjudged, Unread, line, part_by_part
from qa.evaluation.questions import Item
from qa.evaluation.report import GAINS_LEGEND, gains
from qa.evaluation.statistics import paired_difference
from qa.evaluation.suite import Result
from qa.evaluation.systems import Line
from qa.schema import Answer, Message
from qa.settings import Settings

FESTIVAL = "Who opened the Lantern Festival of Osmere?"
OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
CLOSED = "The Kestrel Bridge was closed because inspectors found cracks in two of its pillars."
TRADE_BODY = "A trade body had earlier put the wheat harvest of Varnland in 2020 at 4.6 million tonnes."
MINISTRY = "The ministry of agriculture said the wheat harvest of Varnland reached 4.2 million tonnes in 2020."
UNKNOWN = "Which comet did the astronomers of Brenna discover?"
NO_DATE = "When was the Kestrel Bridge closed?"
HARVEST = "How many tonnes was the wheat harvest of Varnland in 2020?"
FALSE = "Why was the Kestrel Bridge opened?"
ABOUT_BRIDGE = (Message("user", "Who closed the Kestrel Bridge?"),)
ITEMS = [
    Item("person", FESTIVAL, "person", ("Idris Vale",), evidence=(OPENED,), group="festival"),
    Item("number", HARVEST, "number", ("4.2 million",), evidence=(MINISTRY,), group="harvest"),
    Item("follow-up", "Why?", "follow-up", ("cracks",), evidence=(CLOSED,), history=ABOUT_BRIDGE, group="bridge"),
    Item("unknown", UNKNOWN, "unanswerable", group="sky"),
    Item("no date", NO_DATE, "unanswerable", group="bridge"),
    Item("false", FALSE, "false premise", group="bridge"),
]
TRAINED = SpanModel.read


@pytest.fixture(scope="module", autouse=True)
def by_hand() -> Iterator[None]:
    """Weights that can be worked out by hand, and a reader that sees answers in two words only."""
    words = WordReader("Vale", "ministry")
    with pytest.MonkeyPatch.context() as patch, weights_by_hand():
        patch.setattr(SpanModel, "read", lambda self, question, passages: words.read(question, passages))
        patch.setattr(module, "Embedder", lambda settings: embedder())
        patch.setattr(parts, "decision_of", lambda folder: DecisionByHand())
        patch.setattr(parts, "fitted_weights", lambda: READING)
        yield


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant(Settings(index=str(small_index()))) as made:
        yield made


@pytest.fixture(scope="module")
def models() -> Models:
    return SpanMemory(), WordJudge()


@pytest.fixture
def ask(assistant, models):
    """Asks a line with the named parts on."""

    def asked(*on: str, question: str, history: tuple[Message, ...] = (), of: Assistant = assistant) -> Answer:
        search = Remembered(of.finder())
        return Line("", line(of, search, models, on), search).ask(Item("x", question, "k", history=history)).answer

    return asked


def shown(told: Answer) -> tuple[str, str | None, list[str]]:
    return told.kind, told.short, [sentence.text for sentence in told.sentences]


def test_the_plain_line_shows_the_sentence_that_shares_most_words_and_nothing_else(ask):
    assert shown(ask(question=FESTIVAL)) == ("answered", None, [OPENED])
    assert shown(ask(question=HARVEST)) == ("answered", None, [TRADE_BODY])


def test_the_plain_line_answers_what_no_article_does(ask):
    choirs = "The choirs came from Talvik, Brenna and Sorholm."
    assert shown(ask(question=UNKNOWN)) == ("answered", None, [choirs])


def test_the_trained_reader_alone_chooses_the_sentence_and_marks_the_short_answer(ask):
    assert shown(ask("trained reader", question=HARVEST)) == ("answered", "ministry", [MINISTRY])
    assert shown(ask("trained reader", question=FESTIVAL)) == ("answered", "Vale", [OPENED])


def test_knowing_when_not_to_answer_alone_refuses_and_changes_no_answer(ask):
    assert ask("when not to answer", question=UNKNOWN).kind == "unanswerable"
    for question in (FESTIVAL, HARVEST):
        assert shown(ask("when not to answer", question=question)) == shown(ask(question=question))


def test_answer_types_alone_refuse_a_date_that_is_not_given_and_mark_a_fitting_short_answer(ask):
    assert shown(ask(question=NO_DATE)) == ("answered", None, [CLOSED])
    refused = ask("answer types", question=NO_DATE)
    assert refused.caveats == ("The nearest passage was not enough: it gives no date.",)
    assert shown(ask("answer types", question=HARVEST)) == ("answered", "4.6 million", [TRADE_BODY])


def test_several_articles_alone_show_what_each_says_and_both_halves_of_a_question(ask):
    told = "What do the articles say about the wheat harvest of Varnland?"
    assert shown(ask(question=told)) == ("answered", None, [MINISTRY])
    assert shown(ask("several articles", question=told)) == ("answered", None, [TRADE_BODY, MINISTRY])


def test_time_words_alone_read_the_passages_of_that_time_first(ask):
    latest = "What was the latest report of the wheat harvest in 2020?"
    with Assistant(Settings(index=str(small_index()), passages=1)) as narrow:
        assert shown(ask(question=latest, of=narrow)) == ("answered", None, [TRADE_BODY])
        assert shown(ask("time words", question=latest, of=narrow)) == ("answered", None, [MINISTRY])


def test_follow_ups_alone_find_what_the_plain_line_does_not(ask):
    plain = ask(question="Why?", history=ABOUT_BRIDGE)
    resolved = ask("follow-ups", question="Why?", history=ABOUT_BRIDGE)
    assert plain.standalone == "Why?" and CLOSED not in plain.sentences[0].text
    assert resolved.standalone == "Why? (Who closed the Kestrel Bridge)"
    assert shown(resolved) == ("answered", None, [CLOSED])


def test_false_premises_alone_refuse_what_the_sentence_contradicts(ask):
    assert shown(ask(question=FALSE)) == ("answered", None, [CLOSED])
    refused = ask("false premises", question=FALSE)
    assert (refused.kind, refused.caveats) == (
        "unanswerable",
        ("The question takes something else for granted: the sentence says “closed”, the question “opened”.",),
    )


def test_all_parts_together_are_footnotes_own_line(assistant, monkeypatch):
    monkeypatch.setattr(SpanModel, "read", TRAINED)
    search = Remembered(assistant.finder())
    whole = Line("whole", line(assistant, search, (SpanMemory(), verdict_model()), ALL), search)
    footnote = Line("Footnote", assistant.chain(), assistant.finder())
    for item in ITEMS:
        mine, its = whole.ask(item), footnote.ask(item)
        assert (same(mine.answer), mine.hits) == (same(its.answer), its.hits)


def test_without_the_reader_and_the_decision_nothing_is_read(assistant, monkeypatch):
    monkeypatch.setattr(SpanModel, "read", None)
    search = Remembered(assistant.finder())
    rules = ALL - {"trained reader", "when not to answer"}

    class Unasked(WordJudge):
        read = None

    told = [Line("", line(assistant, search, (SpanMemory(), Unasked()), rules), search).ask(item) for item in ITEMS]
    assert [outcome.answer.kind for outcome in told] == ["answered"] * 4 + ["unanswerable"] * 2


def test_what_was_read_or_found_before_is_not_read_or_found_again(assistant, monkeypatch):
    asked = []
    read, hits = SpanModel.read, assistant.finder().hits

    class Counting:
        def hits(self, *wanted):
            asked.append(wanted)
            return hits(*wanted)

    def counted(self, *wanted):
        asked.append(wanted)
        return read(self, *wanted)

    monkeypatch.setattr(SpanModel, "read", counted)
    search, models = Remembered(Counting()), (SpanMemory(), WordJudge())
    first = [Line("", line(assistant, search, models, ALL), search).ask(item).answer for item in ITEMS]
    before = len(asked)
    again = [Line("", line(assistant, search, models, ALL), search).ask(item).answer for item in ITEMS]
    assert [same(one) for one in again] == [same(one) for one in first]
    assert len(asked) == before > 0


def test_where_nothing_is_found_every_line_says_so(assistant, models):
    class Nothing:
        def hits(self, question, k, filters=None):
            return []

    for on in ((), ALL, *({part.name} for part in PARTS)):
        told = Line("", line(assistant, Nothing(), models, on), Nothing()).ask(ITEMS[0]).answer
        assert (told.kind, told.nearest) == ("unanswerable", None)


def test_no_judge_knows_nothing():
    (reading,) = Unjudged().read([("It rained.", "Wool was dear.")])
    assert (reading.log_odds, len(reading.offsets), len(reading.faults)) == (0.0, 0, 0)


def test_no_reader_reads_no_token():
    (reading,) = Unread().read("Who?", [("", "Some words.")])
    assert (len(reading.offsets), len(reading.start), reading.null, reading.here) == (0, 0, 0.0, 0.0)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("parts") / "questions.jsonl"
    rows = [
        {
            "id": item.id, "question": item.question, "kind": item.kind, "answers": item.answers, "group": item.group,
            "evidence": item.evidence, "history": [[turn.role, turn.content] for turn in item.history],
        }
        for item in ITEMS
    ]  # fmt: skip
    rows.append({"id": "tuned", "question": FESTIVAL, "kind": "person", "answers": ["Vale"], "half": "tune"})
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_the_table_has_each_part_alone_and_the_whole_line_less_each(assistant, file):
    told = part_by_part(assistant, file)
    heading, _, alone, _, served, _, less, _, less_served, legend = told.text.split("\n\n")
    names = [part.name for part in PARTS]
    assert heading == "6 questions, 3 of them unanswerable, in 4 groups of articles"
    assert [row[:18].strip() for row in alone.splitlines()[1:]] == ["plain line", *names, "whole line"]
    assert [row[:18].strip() for row in less.splitlines()[1:]] == ["whole line", *names]
    for table in (served, less_served):
        assert [(row[:18].strip(), int(row[18:25])) for row in table.splitlines()[1:]] == [
            ("trained reader", 3), ("when not to answer", 3), ("answer types", 2), ("several articles", 0),
            ("time words", 1), ("follow-ups", 1), ("false premises", 1),
        ]  # fmt: skip
    assert legend == GAINS_LEGEND
    assert told.losses == ()
    results = json.loads(told.json)["results"]
    assert list(results) == ["plain line", *names, "whole line", *(f"less {name}" for name in names)]
    state = {
        name: ["refused" if row["refused"] else "right" if row["right"] else "wrong" for row in rows]
        for name, rows in results.items()
        if not name.startswith("less ")
    }
    plain = ["right", "wrong", "wrong", "wrong", "wrong", "wrong"]
    assert state == {
        "plain line": plain,
        "trained reader": ["right", "right", "wrong", "wrong", "wrong", "wrong"],
        "when not to answer": ["right", "wrong", "refused", "refused", "wrong", "wrong"],
        "answer types": ["right", "wrong", "wrong", "wrong", "refused", "wrong"],
        "several articles": ["right", "right", "wrong", "wrong", "wrong", "wrong"],
        "time words": plain,
        "follow-ups": ["right", "wrong", "right", "wrong", "wrong", "wrong"],
        "false premises": ["right", "wrong", "wrong", "wrong", "wrong", "refused"],
        "whole line": ["right", "right", "right", "refused", "refused", "refused"],
    }


def test_the_command_prints_the_same_table_and_writes_the_results(assistant, file, tmp_path):
    out = tmp_path / "parts.json"
    arguments = ["eval", "--parts", "--questions", file, "--index", small_index(), "--json", out]
    result = CliRunner().invoke(main, list(map(str, arguments)))
    told = part_by_part(assistant, file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{told.text}\n", "")
    assert out.read_text(encoding="utf-8").split('"times"')[0] == told.json.split('"times"')[0]


@pytest.mark.parametrize("other", ["--crowd", "--save-baseline"])
def test_the_table_of_parts_is_a_run_of_its_own(other):
    result = CliRunner().invoke(main, ["eval", "--parts", other])
    assert result.exit_code == 2
    assert "--parts goes with neither --crowd nor --save-baseline" in result.stderr


def test_without_the_extra_it_says_what_to_type(assistant, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "ir_measures" else find(name, *a))
    with pytest.raises(SourceError, match="needs ir_measures, which is not installed"):
        part_by_part(assistant)


def result_of(name: str, right: bool, group: str, kind: str = "number") -> Result:
    told = answer(quoted("Four."), kind="answered")
    return Result(Item(name, f"{name}?", kind, ("four",), group=group), told, None, right,
                  Overlap(*([float(right)] * 3)), 1, 1, 1, None, 0.1)  # fmt: skip


def test_the_gains_whole():
    before = [result_of("a", False, "g"), result_of("b", False, "h"), result_of("c", False, "h", "unanswerable")]
    after = [result_of("a", True, "g"), *before[1:]]
    # Drawn: gg 1, gh 1 / 2, hh 0.
    assert paired_difference([0, 0], [1, 0], ["g", "h"]).high == 1.0
    assert gains([("plain", before, before), ("part", before, after), ("none", [], [])]) == (
        "       count                        right                       ev. F1                       w.answ"
        "                        w.ref\n"
        "plain      3                         0.00                         0.00                         1.00"
        "                         0.00\n"
        "part       3  0.50 +0.50 (+0.00 to +1.00)  0.50 +0.50 (+0.00 to +1.00)               1.00 unchanged"
        "               0.00 unchanged\n"
        "none       0                            -                            -                            -"
        "                            -"
    )
