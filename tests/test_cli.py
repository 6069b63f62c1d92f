from __future__ import annotations

import dataclasses
import importlib.util
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from parts import embedder, small_index, weights_by_hand

from qa import __version__, shipped
from qa import assistant as module
from qa.answering.decide import Decision
from qa.assistant import Assistant
from qa.cli import main
from qa.errors import QuestionError
from qa.schema import Answer, Sentence
from qa.settings import Settings

FESTIVAL = "Who opened the Lantern Festival of Osmere?"
OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
ANSWER = (
    "Mayor Idris Vale [1]\n"
    f"“{OPENED}” — River Courier, 15 June 2019 [1]\n"
    "Searched 8 articles, 2018 to 3 May 2021; 1 is relevant.\n"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    """The model that is loaded already, weights that can be worked out by hand, and the test's own working folder."""
    monkeypatch.setattr(module, "Embedder", lambda settings: embedder())
    monkeypatch.chdir(tmp_path)
    with weights_by_hand():
        yield


def qa(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def small(*arguments: object) -> Result:
    """The command over the eight articles."""
    return qa("--index", small_index(), *arguments)


def here(hint: str, index: object = None) -> str:
    """The hint as it is printed where an index is named."""
    return hint.replace("qa ", f"qa --index {index or small_index()} ")


def seconds_out(text: str) -> str:
    return re.sub(r"\d+\.\d+ s\b", "N s", text)


def refused(result: Result, message: str, hint: str) -> None:
    """One sentence and the hint on the error channel, nothing else, and the exit status 1."""
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n{hint}\n")


def page(path: Path, text: str = "The Kestrel Bridge was closed.", title: str = "Bridge") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\npublisher: Courier\npublished: 2020-11\n---\n\n{text}\n", encoding="utf-8")
    return path


def test_an_answer_is_printed_whole():
    result = small("ask", *FESTIVAL.split())
    assert (result.exit_code, result.stdout, result.stderr) == (0, ANSWER, "")
    again = qa("ask", FESTIVAL, "--index", small_index())
    assert again.stdout == ANSWER, "quoted or not, and --index before or after the command"


def test_json_is_one_object_with_the_fields_of_an_answer():
    result = small("ask", "--json", FESTIVAL)
    told = json.loads(result.stdout)
    assert list(told) == [field.name for field in dataclasses.fields(Answer)]
    assert (told["short"], told["kind"], told["caveats"]) == ("Mayor Idris Vale", "answered", [])
    assert told["sentences"][0] == {
        "text": OPENED, "citations": [1], "verdict": "quoted", "score": told["sentences"][0]["score"],
        "reasons": ["the article's own sentence"], "unsupported": [], "sources": [],
    }  # fmt: skip
    assert told["citations"][0]["quote"] == OPENED
    assert told["scope"] == {
        "articles": 8, "first": "2018", "last": "2021-05-03", "relevant": 1,
        "filters": {"since": None, "until": None, "publishers": [], "articles": []},
    }  # fmt: skip
    assert result.stderr == ""


def test_filters_are_passed_on():
    result = small(
        "ask", "--json", "--since", "2020", "--until", "2021-04", "--publisher", "Grain Weekly", "How much wheat?"
    )
    scope = json.loads(result.stdout)["scope"]
    assert scope["articles"] == 1
    assert scope["filters"] == {"since": "2020", "until": "2021-04", "publishers": ["Grain Weekly"], "articles": []}


def test_explain_shows_candidates_scores_and_the_decision():
    result = small("ask", "--explain", FESTIVAL)
    lines = result.stdout.splitlines()
    assert lines[:4] == [
        f"searched for: {FESTIVAL}",
        "",
        FESTIVAL,
        "wants: person; terms: opened, Lantern, Festival, Osmere; names: lantern, festiv, osmer",
    ]
    assert OPENED in result.stdout
    assert re.search(r"^answerability [01]\.\d{3}\n\nanswered: threshold 0\.500$", result.stdout, re.MULTILINE)
    assert result.stdout.endswith(ANSWER)


@pytest.mark.parametrize("question", ["", "  ", "?"])
def test_an_empty_question(question):
    refused(
        small("ask", question),
        "The question is empty.",
        here('Type a question, such as: qa ask "Who wrote the report?"'),
    )


def test_a_question_of_ten_thousand_words():
    refused(
        small("ask", "why " * 10_000),
        "The question has 10,000 words; 2,000 is the most.",
        "Ask for one thing in a sentence or two.",
    )


def test_a_question_of_half_characters():
    result = small("ask", "\udcff came?")
    assert result.exit_code == 0 and "Traceback" not in result.stderr


def test_no_question_at_all_is_a_matter_of_usage():
    result = qa("ask")
    assert result.exit_code == 2 and "Missing argument 'QUESTION...'" in result.stderr


def test_an_index_that_is_not_there(tmp_path):
    missing = tmp_path / "nothing"
    message, hint = (
        f"There is no index in {missing}.",
        here("Add a file or a folder to it: qa index ~/articles", missing),
    )
    for command in (("ask", "Who came?"), ("articles",), ("show", "x"), ("remove", "x"), ("forget", "x")):
        refused(qa("--index", missing, *command), message, hint)
    examined = qa("--index", missing, "doctor")
    assert (examined.exit_code, examined.stderr) == (1, f"{message}\n{hint}\n")
    assert examined.stdout.startswith(f"ok  footnote-qa: {__version__}\n"), "what can be told without an index is told"
    assert not missing.exists()


def test_a_date_that_is_none():
    refused(
        small("ask", "--since", "yesterday", FESTIVAL),
        "'yesterday' is not a date.",
        "Write a date as 2021-03-20, 2021-03 or 2021.",
    )


def test_a_setting_that_is_none(tmp_path):
    (tmp_path / "qa.toml").write_text("cuation = 'bold'\n")
    refused(
        small("ask", FESTIVAL),
        f"There is no setting 'cuation' (from {tmp_path / 'qa.toml'}).",
        "Did you mean 'caution'? All are listed in docs/settings.md.",
    )


def test_an_article_that_is_not_there():
    for command in ("show", "forget"):
        refused(
            small(command, "nobody"), "No article 'nobody' is in this index.", here("List what there is: qa articles")
        )


def test_debug_shows_the_trace():
    with pytest.raises(QuestionError):
        CliRunner().invoke(main, ["--debug", "--index", str(small_index()), "ask", ""], catch_exceptions=False)


def test_articles_are_indexed_listed_shown_and_forgotten(tmp_path, own_home):
    page(tmp_path / "in" / "bridge.md")
    page(tmp_path / "in" / "wheat.md", "Wheat was dear.", "Wheat")
    result = qa("index", tmp_path / "in")
    assert (result.exit_code, result.stderr) == (0, "")
    assert seconds_out(result.stdout) == f"2 added in N s\nThe index holds 2 articles in {own_home / 'archive'}\n"
    assert seconds_out(qa("index").stdout).startswith("2 unchanged in N s\n")

    listed = qa("articles").stdout.splitlines()
    bridge = listed[0].split()[0]
    assert listed[0] == f"{bridge}  2020-11     Bridge  (Courier)"
    version = re.search("version (.*)", qa("show", bridge).stdout)[1]
    shown = (
        "Bridge\nCourier · November 2020 (dated by front matter)\n"
        f"{tmp_path / 'in' / 'bridge.md'} · version {version}\n\n"
        "The Kestrel Bridge was closed.\n"
    )
    assert qa("show", bridge).stdout.rstrip("\n") + "\n" == shown
    assert qa("show", bridge, "--version", version).stdout.rstrip("\n") + "\n" == shown

    assert qa("forget", bridge).stdout == "Forgotten: Bridge\n"
    assert re.fullmatch(r"\w{16}  2020-11     Wheat  \(Courier\)\n", qa("articles").stdout)
    assert seconds_out(qa("remove", tmp_path / "in").stdout) == "1 removed in N s\n"
    assert qa("articles").stdout == ""


def test_a_report_on_another_source_is_listed_and_shown_as_one():
    (line,) = [line for line in small("articles").stdout.splitlines() if "ferry" in line]
    assert line.endswith("Overnight ferry between Osmere and Talvik  (Brief desk, after Northern Wire)")
    shown = small("show", line.split()[0]).stdout.splitlines()
    assert shown[1:3] == [
        "Brief desk · 20 March 2021 (dated by front matter)",
        "reports on: Blue Fjord adds a night line · Northern Wire · 2021-03-20 · https://northern-wire.example/ferry",
    ]


def kept(index: Path) -> list[str]:
    with Assistant(Settings(index=str(index))) as assistant:
        return [article.title for article in assistant.articles()]


def test_a_missing_folder_loses_nothing(tmp_path):
    index, own = tmp_path / "index", page(tmp_path / "in" / "bridge.md")
    assert qa("index", "--index", index, own).exit_code == 0
    refused(
        qa("index", "--index", index, tmp_path / "none"),
        f"{tmp_path / 'none'} is not there.",
        "Check the name of the file or folder.",
    )
    assert kept(index) == ["Bridge"]


def test_an_empty_folder_is_said(tmp_path, own_home):
    (tmp_path / "in").mkdir()
    result = qa("index", tmp_path / "in")
    assert result.exit_code == 1
    assert seconds_out(result.stdout) == (
        f"nothing to do in N s\nThe index holds 0 articles in {own_home / 'archive'}\n"
    )
    assert result.stderr == (
        f"No articles were found in {tmp_path / 'in'}.\ndocs/articles.md lists what Footnote reads.\n"
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("binary.txt", b"\x00\xff\x00\xfe" * 100),
        ("front.md", b"---\ntitle: [\n---\n\nText.\n"),
        ("empty.md", b""),
        ("picture.jpg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_the_rest_is_indexed(tmp_path, name, data):
    index = tmp_path / "index"
    page(tmp_path / "in" / "bridge.md")
    (tmp_path / "in" / name).write_bytes(data)
    result = qa("index", "--index", index, tmp_path / "in")
    assert result.exit_code == 1
    assert seconds_out(result.stdout) == f"1 added, 1 failed in N s\nThe index holds 1 articles in {index}\n"
    assert result.stderr.startswith(f"not read: {tmp_path / 'in' / name}: ") and result.stderr.count("\n") == 1
    assert kept(index) == ["Bridge"]
    failed = qa("--index", index, "articles", "--failed")
    assert failed.stdout == result.stderr.removeprefix("not read: ")


def test_an_index_of_other_settings_names_both_cures_and_loses_nothing(tmp_path, monkeypatch):
    index, own = tmp_path / "index", page(tmp_path / "in" / "bridge.md")
    assert qa("index", "--index", index, own).exit_code == 0
    monkeypatch.setenv("QA_CHUNK_TOKENS", "100")
    for command in (("ask", "Who came?"), ("index",), ("articles",)):
        refused(
            qa("--index", index, *command),
            "The index was made with another setting: chunk_tokens was 200 and is now 100.",
            here(
                "Set chunk_tokens to 200 again, or index everything anew with the present settings: qa index --rebuild",
                index,
            ),
        )
    assert seconds_out(qa("index", "--index", index, "--rebuild").stdout) == (
        f"1 unchanged in N s\nThe index holds 1 articles in {index}\n"
    )
    assert qa("--index", index, "articles").exit_code == 0


def test_a_source_that_is_not_listed():
    result = small("remove", "elsewhere")
    assert result.exit_code == 1
    assert re.fullmatch(r".*elsewhere is not a source of this index\.\nThe sources are: .*articles\n", result.stderr)


def test_own_articles_are_kept_out_of_the_starter_index(tmp_path):
    own = page(tmp_path / "bridge.md")
    refused(
        qa("--index", "starter", "index", own),
        "The starter index holds the starter articles only.",
        f"Leave --index out, or name a folder: qa index --index my-index {own}",
    )


def test_doctor_reports_and_repairs(tmp_path):
    index, own = tmp_path / "index", page(tmp_path / "in" / "bridge.md")
    qa("index", "--index", index, own)
    result = qa("--index", index, "doctor", "--repair")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "The vector and keyword indexes were made again from the store."
    assert f"ok  footnote-qa: {__version__}" in lines
    assert f"ok  index: 1 articles, 1 chunks, 2020-11 to 2020-11, in {index}" in lines
    assert all(line.startswith("ok  ") for line in lines[1:])


def questions_in(path: Path) -> Path:
    rows = [
        {"id": "x1", "question": FESTIVAL, "kind": "person", "answers": ["Idris Vale"], "evidence": [OPENED]},
        {"id": "x2", "question": "Which comet did the astronomers of Brenna discover?", "kind": "unanswerable"},
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_eval_prints_a_table_and_writes_results(tmp_path):
    result = small("eval", "--questions", questions_in(tmp_path / "q.jsonl"), "--json", tmp_path / "out.json")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "2 questions, 1 of them unanswerable"
    assert lines[3].startswith("Footnote ") and lines[-1] == "0 of 2 failed:"
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [(row["id"], row["right"], row["refused"]) for row in told["results"]["Footnote"]] == [
        ("x1", True, False),
        ("x2", False, True),
    ]
    assert told["measures"]["always refuses"]["wrong refusals"] == 1.0


def test_eval_of_questions_that_are_not_there(tmp_path):
    refused(
        small("eval", "--questions", tmp_path / "none"),
        f"{tmp_path / 'none'} is not there.",
        here("Name a JSON Lines file of questions: qa eval --questions FILE"),
    )


def test_eval_fails_where_a_run_is_worse_than_the_accepted_one(tmp_path, monkeypatch):
    questions_in(tmp_path / "eval" / "seeds" / "questions.jsonl")
    places = {"eval": tmp_path / "eval", "eval/seeds": tmp_path / "eval" / "seeds"}
    folder = shipped.folder
    monkeypatch.setattr(shipped, "folder", lambda name: places.get(name) or folder(name))
    accepted = small("eval", "--save-baseline")
    assert accepted.exit_code == 0
    assert accepted.stdout.endswith(f"Accepted as the baseline: {tmp_path / 'eval' / 'baseline.json'}\n")
    monkeypatch.setattr(Decision, "threshold", lambda self, caution: 1.1)
    worse = small("eval")
    assert (worse.exit_code, worse.stderr) == (
        1, "Worse than the baseline: answer accuracy, evidence F1, wrong refusals.\n"
    )  # fmt: skip
    assert worse.stdout.endswith("  x1: right -> refused, wrongly\n")


def test_eval_without_the_extra_says_what_to_type(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "ir_measures" else find(name, *a))
    refused(
        small("eval"),
        "The evaluation needs ir_measures, which is not installed.",
        'Type: pip install "footnote-qa[eval]"',
    )


def test_a_crowd_that_is_not_there_is_skipped_in_one_line(monkeypatch):
    monkeypatch.delenv("FOOTNOTE_BENCH_DATA", raising=False)
    result = qa("eval", "--crowd")
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"The crowd was skipped: FOOTNOTE_BENCH_DATA names no folder with \S+\.\n", result.stdout)


CHECKED = "Idris Vale opened the Lantern Festival of Osmere [1]. The Kestrel Bridge was closed by Zebulon. Who came?"
VERDICTS = (
    "Idris Vale opened the Lantern Festival of Osmere [1].\n"
    "    supported [1]\n"
    f"    [1] “{OPENED}” — River Courier, 15 June 2019\n"
    "The Kestrel Bridge was closed by Zebulon.\n"
    "    not supported: the name Zebulon is not in the evidence found; nearest [2]\n"
    "    [2] “The Kestrel Bridge was closed because inspectors found cracks in two of its pillars.” — WHO\n"
    "Who came?\n"
    "    no claim: a question\n"
    "\n"
    "2 claims: 1 supported, 1 not supported.\n"
    "Searched 8 articles, 2018 to 3 May 2021; 2 are relevant.\n"
)


def without_bridge(text: str) -> str:
    """Which of the two copies is cited, and which named beside it, is no matter here."""
    return re.sub(r"(pillars\.” — ).*", r"\1WHO", text)


def test_a_text_a_file_and_what_is_piped_in_are_checked_alike(tmp_path):
    (tmp_path / "draft.md").write_text(CHECKED, encoding="utf-8")
    results = [small("check", *CHECKED.split()), small("check", CHECKED), small("check", "draft.md")]
    results.append(CliRunner().invoke(main, ["--index", str(small_index()), "check", "-"], input=CHECKED.encode()))
    assert [(each.exit_code, without_bridge(each.stdout), each.stderr) for each in results] == [(0, VERDICTS, "")] * 4


def test_a_strict_check_fails_where_a_claim_is_not_supported():
    assert small("check", "--strict", CHECKED).exit_code == 1
    assert without_bridge(small("check", "--strict", CHECKED).stdout) == VERDICTS
    assert small("check", "--strict", f"{OPENED} Who came?").exit_code == 0


def test_a_check_as_json_is_one_object():
    result = small("check", "--json", CHECKED)
    told = json.loads(result.stdout)
    assert list(told) == ["sentences"]
    assert [list(each) for each in told["sentences"]] == [[field.name for field in dataclasses.fields(Sentence)]] * 3
    assert [each["verdict"] for each in told["sentences"]] == ["supported", "unsupported", "no_claim"]
    assert told["sentences"][0]["sources"][0]["quote"] == OPENED


def test_what_a_checked_text_holds_cannot_command_the_terminal():
    shown = small("check", "The \x1b[31mKestrel\u202e Bridge was closed.").stdout
    assert shown.startswith("The \\x1b[31mKestrel\\u202e Bridge was closed.\n")


def test_a_text_that_cannot_be_checked(tmp_path):
    refused(small("check", " "), "The text is empty.", here("Type a text, or name a file: qa check draft.md"))
    refused(
        small("check", "drfat.md"), "drfat.md is not there.", "Check the name of the file, or type the text itself."
    )
    refused(
        small("check", tmp_path), f"{tmp_path} could not be read: Is a directory.", "Name a file, or type the text."
    )
    refused(
        small("check", "why " * 6000),
        "The text has 6,000 words; 5,000 is the most.",
        here("Check it chapter by chapter: qa check chapter-1.md"),
    )


def test_help_and_version():
    assert qa("--version").stdout == f"qa, version {__version__}\n"
    told = qa("--help").stdout
    assert qa("-h").stdout == told
    for name, command in main.commands.items():
        assert re.search(rf"^  {name} ", told, re.MULTILINE)
        assert qa(name, "--help").exit_code == 0
        assert command.help


def test_an_edited_article_shows_what_changed(tmp_path, own_home):
    path = page(tmp_path / "in" / "a.md", "The bridge was closed. Nobody was hurt.")
    assert qa("index", tmp_path / "in").exit_code == 0
    article_id = qa("articles").stdout.split()[0]
    assert qa("show", article_id, "--changes").stdout == "No version before it differs.\n"
    page(path, "The bridge was closed for good. Nobody was hurt.", title="Bridge gone")
    assert qa("index").exit_code == 0
    changes = "- title: Bridge\n+ title: Bridge gone\n- The bridge was closed.\n+ The bridge was closed for good.\n"
    assert qa("show", article_id, "--changes").stdout == changes


def test_what_could_not_be_read_is_listed_again_later(tmp_path, own_home):
    page(tmp_path / "in" / "a.md")
    (tmp_path / "in" / "scan\n\x1b[31m.jpg").write_bytes(b"\xff\xd8")
    result = qa("index", tmp_path / "in")
    assert result.exit_code == 1
    assert "1 added, 1 failed" in result.stdout
    listed = qa("articles", "--failed").stdout
    shown = f"{tmp_path / 'in'}/scan\\n\\x1b[31m.jpg"
    hint = "Save it as a PDF, as text (.txt, .md) or as a web page (.html)."
    assert listed == f"{shown}: not a kind of file Footnote reads. {hint}\n"
    assert result.stderr == f"not read: {listed}"


def test_watching_says_what_each_time_brought(tmp_path, own_home, monkeypatch):
    page(tmp_path / "in" / "a.md")

    def changes(names, stop):
        yield names
        page(tmp_path / "in" / "b.md", "A heifer won.", "Fair")
        yield names
        yield []

    monkeypatch.setattr(module, "changed", changes)
    result = qa("index", "--watch", tmp_path / "in")
    assert result.exit_code == 0
    assert seconds_out(result.stdout) == (
        f"1 added in N s\nFollowing {tmp_path / 'in'}  (Ctrl+C ends it)\n1 added, 1 unchanged in N s\n"
    )


def test_watching_and_rebuilding_do_not_go_together(tmp_path):
    result = qa("index", "--watch", "--rebuild", tmp_path)
    assert result.exit_code == 2
    assert "do not go together" in result.stderr


def test_what_an_article_holds_never_reaches_the_terminal_as_a_command(tmp_path, own_home):
    hostile = "Mayor \x1b]0;PWNED\x07\x1b[31mIdris Vale opened the harbour of Brenna for 20\u202f000 crowns."
    page(tmp_path / "in" / "a.md", hostile, "Harbour")
    assert qa("index", tmp_path / "in").exit_code == 0
    name = re.match(r"\w+", qa("articles").stdout)[0]
    told = [
        qa("ask", "Who opened the harbour of Brenna?"),
        qa("ask", "--explain", "Who opened the harbour of Brenna?"),
        qa("show", name),
    ]
    assert [result.exit_code for result in told] == [0] * 3
    for result in told:
        assert "\\x1b[31m" in result.stdout and not re.search("[\x1b\x07]", result.stdout)
    assert "20\u202f000 crowns" in told[2].stdout, "a narrow space is no command"


def test_a_line_break_in_an_article_makes_no_line_of_its_own(tmp_path, own_home):
    page(tmp_path / "in" / "a\nb.md", "Idris Vale opened the harbour\nof Brenna\x1b[2J in May.", "Harbour \\e[31m")
    assert qa("index", tmp_path / "in").exit_code == 0
    (listed,) = qa("articles").stdout.splitlines()
    name = listed.split()[0]
    told = qa("ask", "--explain", "Who opened the harbour of Brenna?").stdout
    assert "“Idris Vale opened the harbour of Brenna\\x1b[2J in May.” — Courier, November 2020 [1]\n" in told
    assert re.search(r"\)  Idris Vale opened the harbour of Brenna\\x1b\[2J in May\.\n", told)
    shown = qa("show", name).stdout.splitlines()
    assert re.fullmatch(r".*/in/a\\nb\.md · version \w+", shown[2])


def test_the_title_of_a_forgotten_article_commands_nothing(tmp_path, own_home):
    page(tmp_path / "in" / "a.md", title='"Harbour \\e[31m"')
    assert qa("index", tmp_path / "in").exit_code == 0
    assert qa("forget", qa("articles").stdout.split()[0]).stdout == "Forgotten: Harbour \\x1b[31m\n"


def test_an_explanation_beside_json_goes_to_the_error_channel():
    plain, both = small("ask", "--explain", FESTIVAL), small("ask", "--explain", "--json", FESTIVAL)
    assert json.loads(both.stdout)["short"] == "Mayor Idris Vale"
    assert both.stderr + ANSWER == plain.stdout


@pytest.mark.parametrize("number", [0, 1], ids=["first", "second"])
def test_one_file_can_be_checked_at_a_time(number):
    given = ["none.md", "none.md"]
    given[number] = "our draft.md"
    page(Path("our draft.md"))
    refused(
        qa("check", *given, "--index", small_index()),
        "One file can be checked at a time.",
        here("Put a text between quotation marks; for the file, type: qa check 'our draft.md'"),
    )


@pytest.mark.parametrize("name", ["drfat.md", "nofile.rst", "missing/draft", "missing\\draft", "./報告.md"])
def test_a_file_to_check_that_is_not_there(name):
    refused(small("check", name), f"{name} is not there.", "Check the name of the file, or type the text itself.")


@pytest.mark.parametrize(
    "words", ["https://courier.example/bridge.html", "ブレンナの橋は1/3が閉鎖された。", "3.5", "U.S."]
)
def test_one_word_that_is_no_file_is_checked(words):
    result = small("check", words)
    assert (result.exit_code, result.stderr, result.stdout.splitlines()[0]) == (0, "", words)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("none/x.json", "none is no folder.", "Name a file in a folder that is there."),
        ("taken", "taken could not be written: Is a directory.", "The results above are whole; name another file."),
    ],
    ids=["no folder", "a folder"],
)
def test_results_that_cannot_be_written(tmp_path, name, message, hint):
    (tmp_path / "taken").mkdir()
    result = small("eval", "--questions", questions_in(tmp_path / "q.jsonl"), "--json", name)
    assert (result.exit_code, result.stderr) == (1, f"{message}\n{hint}\n")
    assert result.stdout.startswith("2 questions" if name == "taken" else ""), "nothing is asked in vain"
    assert bool(result.stdout) == (name == "taken")


@pytest.mark.parametrize("arguments", [("--index", "o'ther", "ask", "Why?"), ("ask", "Why?", "--index", "o'ther")])
def test_what_a_hint_says_to_type_is_for_the_index_that_was_named(tmp_path, arguments):
    refused(
        qa(*arguments),
        f"There is no index in {tmp_path}/o'ther.",
        """Add a file or a folder to it: qa --index 'o'"'"'ther' index ~/articles""",
    )


def test_letters_that_the_output_lacks_are_written_as_codes(tmp_path, own_home):
    page(tmp_path / "in" / "a.md", "The Kestrel Bridge was closed \U0001f309 by 王.", "王 Bridge")
    assert qa("index", tmp_path / "in").exit_code == 0
    narrow = CliRunner(charset="cp1252")
    listed = narrow.invoke(main, ["articles"])
    assert (listed.exit_code, listed.stdout[16:]) == (0, "  2020-11     \\u738b Bridge  (Courier)\n")
    told = json.loads(narrow.invoke(main, ["ask", "--json", "Who closed the Kestrel Bridge?"]).stdout)
    assert told["citations"][0]["quote"] == "The Kestrel Bridge was closed \U0001f309 by 王."
