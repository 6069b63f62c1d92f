from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import embedder

from qa import assistant as module
from qa import shipped
from qa.answering.followups import resolve
from qa.articles.sources import STARTER
from qa.assistant import Assistant
from qa.errors import SourceError
from qa.evaluation.metrics import auroc
from qa.evaluation.questions import REPORT, TUNE, UNANSWERABLE, Item, half, halves, load, shipped_questions
from qa.schema import Message
from qa.settings import Settings

KINDS = {
    "number", "person", "place", "date", "attribution", "why", "list", "term", "across", "follow-up", "comparison",
    "latest", "unanswerable", "false premise",
}  # fmt: skip
ROWS = [
    {"id": "t1", "question": "Who opened the festival?", "kind": "person", "answers": ["Idris Vale"]},
    {"id": "t2", "question": "Which comet was seen?", "kind": "unanswerable", "half": "tune", "group": "sky"},
    {
        "id": "t3", "question": "And from where came they?", "kind": "list", "half": "report", "group": "festival",
        "items": [["Talvik"], ["Sorholm", "Sørholm"]], "evidence": ["The choirs came from Talvik and Sorholm."],
        "articles": ["lanterns"], "history": [["user", "Who sang?"], ["assistant", "Two choirs."]],
    },
]  # fmt: skip


def written(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_questions_are_loaded_whole_and_in_order(tmp_path):
    path = written(tmp_path / "q.jsonl", "\ufeff" + json.dumps(ROWS[0]), "", *ROWS[1:], "  ", "")
    assert load(path) == [
        Item("t1", "Who opened the festival?", "person", ("Idris Vale",), group="t1", half=REPORT),
        Item("t2", "Which comet was seen?", "unanswerable", group="sky", half=TUNE),
        Item(
            "t3", "And from where came they?", "list", (), (("Talvik",), ("Sorholm", "Sørholm")),
            ("The choirs came from Talvik and Sorholm.",), ("lanterns",),
            (Message("user", "Who sang?"), Message("assistant", "Two choirs.")), "festival", REPORT,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Expecting property name"),
        ("[]", "it is no JSON object"),
        ('"text"', "it is no JSON object"),
        ({"id": "x"}, 'it has no "question"'),
        ({"question": "?", "kind": "x"}, 'it has no "id"'),
        ({"id": "x", "question": "?", "kind": "x", "answers": "word"}, '"answers" must be a list'),
        ({"id": "x", "question": "?", "kind": "x", "evidence": "word"}, '"evidence" must be a list'),
        ({"id": "x", "question": "?", "kind": "x", "articles": {"a": 1}}, '"articles" must be a list'),
        ({"id": "x", "question": "?", "kind": "x", "items": {"a": 1}}, '"items" and "history" must be lists of lists'),
        ({"id": "x", "question": "?", "kind": "x", "items": [1]}, '"items" and "history" must be lists of lists'),
        ({"id": "x", "question": "?", "kind": "x", "items": ["Talvik"]}, "must be lists of lists"),
        ({"id": "x", "question": "?", "kind": "x", "history": "Who?"}, '"items" and "history" must be lists of lists'),
        ({"id": "x", "question": "?", "kind": "x", "history": [["user"]]}, "missing 1 required positional argument"),
        ({"id": "x", "question": "?", "kind": "x", "history": [["me", "?"]]}, 'by "user" or "assistant", not by "me"'),
        ({"id": "x", "question": "?", "kind": "x", "half": "third"}, '"half" must be "report" or "tune"'),
        ({"id": "x", "question": "?", "kind": "x"}, 'it is answerable and has no "answers"'),
        (ROWS[0], 'the id "t1" occurs twice'),
    ],
)
def test_a_line_that_is_no_question_is_named_with_its_reason(tmp_path, line, why):
    path = written(tmp_path / "q.jsonl", ROWS[0], "", line, ROWS[1])
    with pytest.raises(SourceError) as caught:
        load(path)
    assert str(caught.value).startswith(f"Line 3 of {path} is not a question: ")
    assert why in str(caught.value)
    assert caught.value.hint == 'Each line needs at least "id", "question", "kind" and, unless unanswerable, "answers".'


def test_a_file_that_is_not_there_and_one_without_questions(tmp_path):
    with pytest.raises(SourceError) as caught:
        load(tmp_path / "none")
    assert (str(caught.value), caught.value.hint) == (
        f"{tmp_path / 'none'} is not there.",
        "Name a JSON Lines file of questions: qa eval --questions FILE",
    )
    with pytest.raises(SourceError, match="holds no question"):
        load(written(tmp_path / "empty.jsonl", "", "  "))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "it is not UTF-8"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_reason(tmp_path, monkeypatch, error, why):
    path = written(tmp_path / "q.jsonl", ROWS[0])

    def fails(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(Path, "read_text", fails)
    with pytest.raises(SourceError) as caught:
        load(path)
    assert str(caught.value) == f"{path} could not be read: {why}."
    assert caught.value.hint == "Save the questions as a text file in UTF-8."


def test_the_halves_worked_by_hand():
    # By their hashes the order is c, a, b; the first two of the three report.
    digests = {name: hashlib.sha256(f"7:{name}".encode()).hexdigest()[:2] for name in "abc"}
    assert digests == {"a": "82", "b": "ec", "c": "18"}
    assert halves("abcabc", seed=7) == {"c": REPORT, "a": REPORT, "b": TUNE}


@given(st.sets(st.text(max_size=3), min_size=1), st.integers(0, 99))
def test_the_first_half_or_one_more_reports_whatever_the_order(groups, seed):
    found = halves(sorted(groups), seed)
    assert found == halves(sorted(groups, reverse=True), seed)
    assert set(found) == groups
    counts = Counter(found.values())
    assert counts[REPORT] - counts[TUNE] == len(groups) % 2


@pytest.fixture(scope="module")
def shipped_items() -> list[Item]:
    return load()


def body(slug: str) -> str:
    """An article of the starter set, without its front matter."""
    return (shipped.folder("seeds") / f"{slug}.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]


def test_three_hundred_questions_are_loaded_by_default(shipped_items):
    assert shipped_items == load(shipped_questions())
    assert len(shipped_items) == len({item.id for item in shipped_items}) == 300
    assert len({item.question for item in shipped_items}) == 300
    assert sum(not item.answerable for item in shipped_items) >= 100
    assert {item.kind for item in shipped_items} == KINDS
    assert {item.kind for item in shipped_items if not item.answerable} == set(UNANSWERABLE)
    assert any("\u4e00" <= letter <= "\u9fff" for item in shipped_items for letter in _texts(item))


def _texts(item: Item) -> str:
    return "".join([item.question, *item.answers, *(alias for aliases in item.items for alias in aliases)])


def test_each_answerable_question_has_its_gold_in_its_articles_word_for_word(shipped_items):
    wrong = []
    for item in shipped_items:
        if not item.answerable:
            continue
        texts = [body(slug) for slug in item.articles]
        first_forms = [aliases[0] for aliases in item.items] or list(item.answers[:1])
        told = " ".join(item.evidence).casefold()
        if not (item.evidence and first_forms and bool(item.items) != bool(item.answers)):
            wrong.append(f"{item.id}: no gold, or both answers and items")
        wrong += [f"{item.id}: {quote}" for quote in item.evidence if not any(quote in text for text in texts)]
        wrong += [f"{item.id}: {form}" for form in first_forms if form.casefold() not in told]
    assert wrong == []


def test_unanswerable_questions_have_no_gold(shipped_items):
    assert [i.id for i in shipped_items if not i.answerable and (i.answers or i.items or i.evidence)] == []


def test_groups_share_no_article_and_the_stored_halves_are_the_rules(shipped_items):
    groups: dict[str, set[str]] = {}
    for item in shipped_items:
        groups.setdefault(item.group, set()).update(item.articles)
    owners = Counter(slug for articles in groups.values() for slug in articles)
    assert set(owners.values()) == {1}
    assert set(owners) <= {path.stem for path in shipped.folder("seeds").glob("*.md")}
    rule = halves(groups)
    assert [item.id for item in shipped_items if item.half != rule[item.group]] == []
    assert [len(half(shipped_items, name)) for name in (REPORT, TUNE)] == [160, 140]


def test_no_single_score_of_the_search_tells_which_questions_are_answerable(shipped_items, tmp_path, monkeypatch):
    """They were 0.51 and 0.31 when the questions were written: nobody chose questions that the search makes easy."""
    monkeypatch.setattr(module, "Embedder", lambda settings: embedder())
    with Assistant(Settings(home=str(tmp_path), index=STARTER)) as assistant:
        search = assistant.finder()
        best = [search.candidates(resolve(item.question, item.history).text, 10) for item in shipped_items]
    labels = [item.answerable for item in shipped_items]
    cosine = auroc([max(dense.values()) for dense, _ in best], labels)
    words = auroc([max(keyword.values(), default=0.0) for _, keyword in best], labels)
    assert max(cosine, 1 - cosine, words, 1 - words) <= 0.80
