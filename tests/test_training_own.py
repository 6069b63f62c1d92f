from __future__ import annotations

import gzip
import json
import os
import random
from collections import Counter, defaultdict
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import pytest

from qa.training import own
from qa.training.own import FILES, OwnQuestion, articles, groups, questions

DATA = os.environ.get("FOOTNOTE_BENCH_DATA")
KINDS = {"answered", "entity", "number", "date", "relation", "detail", "premise"}
PLACED = {"article", "half", "start", "end", "kind", "question"}


def lies_in_its_passage(asked: OwnQuestion) -> bool:
    if asked.answer_start is None or asked.answer_end is None:
        return asked.answer_start is asked.answer_end
    return asked.start <= asked.answer_start < asked.answer_end <= asked.end


def test_every_row_has_its_fields_and_no_other():
    rows = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    wrong = [
        row
        for row in rows
        if row.keys() != (PLACED | {"answer_start", "answer_end"} if row["kind"] == "answered" else PLACED)
    ]
    assert wrong == []
    assert {row["kind"] for row in rows} == KINDS
    assert len(rows) == len(questions()) > 12000


def test_every_answer_lies_in_its_passage_and_only_answered_questions_have_one():
    wrong = [asked for asked in questions() if not 0 <= asked.start < asked.end or not lies_in_its_passage(asked)]
    assert wrong == []
    assert [asked for asked in questions() if (asked.kind == "answered") != (asked.answer_start is not None)] == []


def test_an_article_is_in_one_half_and_one_news_article_in_six_is_for_fitting():
    halves = defaultdict(set)
    for asked in questions():
        halves[asked.article].add(asked.half)
    assert [article for article, found in halves.items() if len(found) > 1] == []
    news = Counter(next(iter(found)) for article, found in halves.items() if "-" in article)
    assert news.keys() == {"train", "fit"}
    assert news["fit"] * 6 == news.total()
    assert {half for article, found in halves.items() if "-" not in article for half in found} == {"train"}


def test_no_question_is_asked_twice_on_a_passage():
    asked = Counter((each.article, each.start, each.end, each.question.lower()) for each in questions())
    assert [key for key, times in asked.items() if times > 1] == []


def test_the_questions_of_a_passage_and_of_an_article_stand_together():
    """`groups` takes them as they come."""
    for key in (lambda asked: (asked.article, asked.start, asked.end), lambda asked: asked.article):
        runs = [each for each, _ in groupby(questions(), key=key)]
        assert len(runs) == len(set(runs))


def test_the_file_holds_questions_of_one_line_and_no_text_of_articles():
    wrong = [each for each in questions() if not each.question.endswith("?") or len(each.question) > 140]
    assert wrong == []
    assert [each for each in questions() if each.question != " ".join(each.question.split())] == []


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_every_passage_and_answer_lies_in_an_article_of_the_data_folder():
    stored = articles(Path(DATA or ""))
    assert {each.article for each in questions()} <= stored.keys()
    for each in questions():
        text = stored[each.article]["text"]
        assert each.end <= len(text)
        if each.answer_start is not None:
            assert text[each.answer_start : each.answer_end].strip() == text[each.answer_start : each.answer_end] != ""


@pytest.mark.skipif(not DATA, reason="FOOTNOTE_BENCH_DATA names no data folder")
def test_no_question_repeats_more_than_a_name_of_its_article():
    stored = articles(Path(DATA or ""))
    for each in questions():
        words, text = each.question.split(), stored[each.article]["text"]
        assert not any(" ".join(words[place : place + 15]) in text for place in range(len(words) - 14)), each.question


OPENING = "The Kestrel Bridge of Talvik opened in 1907. Until then a ferry had crossed the river."
CLOSING = "Inspectors closed the bridge in 2019. They found cracks in seven pillars. A repair is planned."
LATER = "Mayor Idris Vale ordered the repair in May. It will last two years, his office said on Friday."
TEXT = f"{OPENING}\n\n{CLOSING}\n\n{LATER}"
START, END = TEXT.index(CLOSING), TEXT.index(CLOSING) + len(CLOSING)


def row(question: str, answer: str | None = None, article: str = "n1", half: str = "train", **other: object) -> dict:
    found = {"article": article, "half": half, "start": START, "end": END, "question": question, "kind": "detail"}
    if answer:
        at = TEXT.index(answer)
        found |= {"kind": "answered", "answer_start": at, "answer_end": at + len(answer)}
    return {**found, **other}


ROWS = [
    row("How many pillars had cracks?", "seven"),
    row("How many lamps had cracks?"),
    row("When did inspectors open the bridge?"),
    row("Which mayor found cracks in the pillars?"),
    row("When was the bridge closed?", "2019", article="n2"),
    row("When was the bridge closed?", "2019", article="n3", half="fit"),
]


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A data folder with three articles of one text, and questions on them in place of ours."""
    stored = {
        "wikinews/2019": [{"id": "n1", "title": "Bridge closed", "text": TEXT, "published": "2019-05-03"}],
        "wikinews/2020": [{"id": "n2", "title": "", "text": TEXT, "published": None}],
        "wikinews/sample50": [{"id": "n3", "title": "", "text": TEXT, "published": None}],
        "gum_wikinews/news_interview": [],
        "../multihop/musique_train_corpus": [{"title": "Kestrel Bridge", "text": OPENING}],
        "../multihop/hotpotqa_train_corpus": [],
        "../multihop/2wikimultihopqa_corpus": [],
    }
    for name, rows in stored.items():
        path = tmp_path / "news" / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress("".join(json.dumps(each) + "\n" for each in rows).encode()))
    asked = tmp_path / "questions.jsonl"
    asked.write_text("".join(json.dumps(each) + "\n" for each in ROWS), encoding="utf-8")
    monkeypatch.setattr(own, "FILES", (asked,))
    return tmp_path


def test_the_articles_of_all_sources_are_found_by_their_id(data):
    assert {name: article["title"] for name, article in articles(data).items()} == {
        "n1": "Bridge closed",
        "n2": "",
        "n3": "",
        sha256(OPENING.encode()).hexdigest()[:12]: "Kestrel Bridge",
    }


@pytest.mark.parametrize("seed", range(10))
def test_a_passage_makes_a_group_then_its_answering_sentence_then_a_passage_beside_it(data, seed):
    found = groups(data, random.Random(seed))
    made = [[(each.question, each.answer, each.passage) for each in group] for group in found]
    whole, sentence, beside = made[:3]
    many, lamps, opened, mayor = (each["question"] for each in ROWS[:4])
    cracks = "They found cracks in seven pillars."
    assert whole == [(many, "seven", CLOSING), (lamps, None, CLOSING), (opened, None, CLOSING), (mayor, None, CLOSING)]
    # The two near misses that share most words with the sentence.
    assert sentence == [(many, "seven", cracks), (mayor, None, cracks), (lamps, None, cracks)]
    assert beside[0] == (many, "seven", CLOSING)
    assert beside[1] in [(many, None, text) for text in (OPENING, TEXT[END:].strip()[: END - START])]
    assert len(made) == 6 and {each.origin for group in found for each in group} == {"own"}


def test_the_title_is_read_with_the_date_at_times_and_no_date_where_none_is_known(data):
    titles = {
        (group[0].passage, each.title)
        for seed in range(20)
        for group in groups(data, random.Random(seed))
        for each in group
    }
    assert {title for _, title in titles} == {"Bridge closed", "Bridge closed · 3 May 2019", ""}


def test_articles_for_fitting_are_never_trained_on(data, monkeypatch):
    monkeypatch.setattr(own, "questions", lambda: [OwnQuestion(**ROWS[-1])])
    assert groups(data, random.Random(1)) == []


def test_the_same_seed_makes_the_same_groups(data):
    assert groups(data, random.Random(3)) == groups(data, random.Random(3))
