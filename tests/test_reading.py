import importlib.util
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.items import Item
from qa.evaluation import reading
from qa.evaluation.reading import GoldArticle, Pair, Score, Surplus, gold_article, key, score
from qa.schema import About

PAGES = Path(__file__).resolve().parents[1] / "eval" / "pages"

FERRY = {
    "title": "The Sable Leaves in June",
    "publisher": "Harbour Gazette",
    "author": None,
    "published": "2021-05-03",
    "updated": None,
    "about": None,
    "paragraphs": ["The Sable leaves the quay in June. It carries 40 cars.", "No ship replaces it."],
    "optional": ["The Sable at the quay. Photo: O. Lind"],
    "notes": ["O. Lind writes about ships."],
}
GRAIN = {
    "title": "Harvest Falls",
    "publisher": None,
    "author": "Mara Quist",
    "published": None,
    "about": {"publisher": "Grain Weekly", "published": "2021-04", "url": "https://grain.example/1"},
    "paragraphs": ["The harvest fell to 4.2 million tonnes."],
}
GOLD = [gold_article(FERRY), gold_article(GRAIN)]
GIVEN = [
    Item(
        title="**The Sable** leaves in june",
        text="The Sable at the quay.\n\nThe Sable leaves\nthe quay in June. IT CARRIES 40 CARS.\n\nShare this page",
        publisher="HARBOUR  gazette",
        published="2021",
        notes=("O. Lind writes about  ships.",),
    ),
    Item(
        title="Harvest falls again",
        text="The harvest fell to 4.2 million tonnes.",
        publisher="Grain Weekly",
        about=About(publisher="Grain Weekly", published="2021-04", url="https://grain.example/1", title="Harvest"),
    ),
    Item(title="Latest", text="Ten tips. For ten days."),
]


def test_a_page_is_scored_article_by_article():
    assert score("page.txt", GOLD, GIVEN) == Score(
        "page.txt",
        (
            Pair(
                gold=GOLD[0],
                found=True,
                title_given="**The Sable** leaves in june",
                given={
                    "publisher": "HARBOUR  gazette", "author": None, "published": "2021", "updated": None, "about": None
                },
                outcomes={
                    "publisher": "right", "author": "unstated", "published": "wrong", "updated": "unstated",
                    "about": "unstated",
                },
                missing=(key("No ship replaces it."),),
                foreign=("Share this page",),
                sentences=4,
                notes=1,
            ),
            Pair(
                gold=GOLD[1],
                found=True,
                title_given="Harvest falls again",
                given={
                    "publisher": "Grain Weekly", "author": None, "published": None, "about": GIVEN[1].about,
                },
                outcomes={"publisher": "wrong", "author": "missing", "published": "unstated", "about": "right"},
                missing=(),
                foreign=(),
                sentences=1,
                notes=0,
            ),
        ),
        (Surplus("Latest", ("Ten tips.", "For ten days.")),),
    )  # fmt: skip


def test_the_figures_of_a_page():
    one = score("page.txt", GOLD, GIVEN)
    assert (one.expected, one.found, one.titles, one.notes) == (2, 2, 1, (1, 1))
    assert one.body_share == 3 / 4
    assert one.foreign_share == 3 / 7  # "Share this page" and the two of the surplus article, of seven given
    assert one.outcomes("publisher") == {"right": 1, "wrong": 1}
    assert one.outcomes("updated") == {"unstated": 1}  # the other article's was not looked at


def test_the_table_has_a_line_for_each_page_and_one_for_all():
    scores = [score("page.txt", GOLD, GIVEN), score("none.html", GOLD[1:], [])]
    assert reading.table(scores) == (
        "page        found  titles  publisher  author  published  updated  about    body  foreign  notes\n"
        "page.txt   2/2 +1     1/2      1 1 0   0 0 1      0 1 0    0 0 0  1 0 0  0.7500   0.4286    1/1\n"
        "none.html     0/1     0/1      0 0 0   0 0 1      0 0 0    0 0 0  0 0 1  0.0000        -    0/0\n"
        "all        2/3 +1     1/3      1 1 0   0 0 2      0 1 0    0 0 0  1 0 1  0.6000   0.4286    1/1"
    )


def test_misses_name_everything_that_is_wrong():
    words = {key(sentence): sentence for sentence in reading.sentences(" ".join(FERRY["paragraphs"]))}
    lines = reading.misses(
        score("page.txt", [*GOLD, replace(GOLD[0], title="Another", body=("0" * 16,))], GIVEN), words
    )
    assert lines.split("\n") == [
        "published    2021, not 2021-05-03 (The Sable Leaves in June)",
        "missing      No ship replaces it.",
        "foreign      Share this page",
        "title        Harvest falls again, not Harvest Falls",
        "publisher    Grain Weekly, not none (Harvest Falls)",
        "author       none, not Mara Quist (Harvest Falls)",
        "no article   Another",
        "missing      0000000000000000",
        "surplus      Latest",
        "foreign      Ten tips.",
        "foreign      For ten days.",
    ]


def test_a_perfect_reading_misses_nothing():
    perfect = Item(
        title="Harvest Falls", text=GRAIN["paragraphs"][0], author="Mara Quist", about=About(**GRAIN["about"])
    )
    one = score("page.txt", GOLD[1:], [perfect])
    assert (one.titles, one.body_share, one.foreign_share, reading.misses(one, {})) == (1, 1.0, 0.0, "")


def test_an_article_that_swallowed_another_stands_for_one_of_them_and_the_other_is_lost():
    both = Item(title="Harvest Falls", text="\n\n".join(FERRY["paragraphs"] + GRAIN["paragraphs"]))
    one = score("page.txt", GOLD, [both])
    assert [pair.found for pair in one.pairs] == [True, False]
    assert (one.body_share, one.foreign_share) == (3 / 4, 1 / 4)


def test_of_two_that_share_as_much_the_one_with_the_title_is_the_article():
    copies = [Item(title=title, text=GRAIN["paragraphs"][0]) for title in ("Latest", "Harvest Falls")]
    one = score("page.txt", GOLD[1:], copies)
    assert (one.pairs[0].title_given, [other.title for other in one.surplus]) == ("Harvest Falls", ["Latest"])


def test_an_article_that_shares_no_sentence_is_not_the_one_whatever_its_title():
    one = score("page.txt", GOLD[1:], [Item(title="Harvest Falls", text="Subscribe now.")])
    assert (one.found, one.titles, one.body_share, one.foreign_share) == (0, 0, 0.0, 1.0)


def test_a_sentence_given_twice_is_foreign_the_second_time():
    twice = Item(title="Harvest Falls", text="\n\n".join(GRAIN["paragraphs"] * 2))
    assert score("page.txt", GOLD[1:], [twice]).foreign_share == 1 / 2


def test_an_optional_sentence_may_be_there_or_not():
    body = "\n\n".join(FERRY["paragraphs"])
    for text in (body, body + "\n\n" + FERRY["optional"][0]):
        one = score("page.txt", GOLD[:1], [Item(title="", text=text)])
        assert (one.body_share, one.foreign_share) == (1.0, 0.0)


def test_gold_as_keys_is_the_gold_in_words():
    whole = gold_article(FERRY)
    keys = {"body": list(whole.body), "optional": list(whole.optional), "notes": list(whole.notes)}
    assert gold_article({**{field: FERRY[field] for field in ("title", *reading.FIELDS)}, **keys}) == whole
    assert whole == GoldArticle(
        title="The Sable Leaves in June",
        stated={
            "publisher": "Harbour Gazette", "author": None, "published": "2021-05-03", "updated": None, "about": None
        },
        body=tuple(map(key, ("The Sable leaves the quay in June.", "It carries 40 cars.", "No ship replaces it."))),
        optional=(key("The Sable at the quay."), key("Photo: O. Lind")),
        notes=(key("O. Lind writes about ships."),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "right"),
    [("Harvest Falls", True), ("## harvest  falls ##", True), ("**Harvest** _Falls_", True),
     ("[Harvest Falls](https://grain.example/1)", True), ("`Harvest` Falls", True), ("Harvest Falls!", False),
     ("Harvest Falls | Grain Weekly", False), ("", False)],
)  # fmt: skip
def test_titles_are_right_but_for_white_space_case_and_markdown(title, right):
    one = score("page.txt", GOLD[1:], [Item(title=title, text=GRAIN["paragraphs"][0])])
    assert one.titles == right


@pytest.mark.parametrize(
    ("about", "outcome"),
    [(About(**GRAIN["about"]), "right"), (About(**GRAIN["about"], author="M. Quist"), "right"), (None, "missing"),
     (About(publisher="Grain Weekly"), "wrong"), (About(**{**GRAIN["about"], "published": "2021-04-02"}), "wrong")],
)  # fmt: skip
def test_the_reported_source_is_right_where_all_that_the_page_states_of_it_is(about, outcome):
    one = score("page.txt", GOLD[1:], [Item(title="", text=GRAIN["paragraphs"][0], about=about)])
    assert one.outcomes("about") == {outcome: 1}


def test_a_page_without_anything_has_no_shares():
    empty = score("page.txt", [], [])
    assert (empty.body_share, empty.foreign_share, empty.expected) == (None, None, 0)


@given(st.lists(st.text(min_size=1), max_size=6), st.permutations(range(3)))
def test_a_page_read_as_it_stands_is_perfect_in_any_order(paragraphs, order):
    rows = [{"title": f"Title {n}", "paragraphs": [f"Only {n} has this.", *paragraphs]} for n in range(3)]
    items = [Item(title=row["title"], text="\n\n".join(row["paragraphs"])) for row in rows]
    # One text is cut like its paragraphs one by one, or the gold in words could not be met.
    gold = [gold_article({**row, "paragraphs": ["\n\n".join(row["paragraphs"])]}) for row in rows]
    one = score("page.txt", gold, [items[place] for place in order])
    assert (one.found, one.titles, one.body_share, one.foreign_share, one.surplus) == (3, 3, 1.0, 0.0, ())


@given(st.text(), st.sampled_from([" ", "\n", "\t", "\u00a0", "  "]))
def test_a_key_is_the_same_for_any_white_space_and_case(words, space):
    assert key(space.join(words.split())) == key(words) == key(f" {words.casefold()}\n")
    assert re.fullmatch("[0-9a-f]{16}", key(words))


def test_the_gold_of_the_real_pages_holds_none_of_their_sentences():
    rows = [row for page in json.loads((PAGES / "seeds.json").read_text("utf-8")).values() for row in page]
    assert len(rows) == 23
    for row in rows:
        keys = [*row.pop("body"), *row.pop("optional"), *row.pop("notes")]
        assert [word for word in keys if not re.fullmatch("[0-9a-f]{16}", word)] == []
        assert set(row) == {"title", "publisher", "author", "published", "about", "first", "last", "sentences"}
        assert len(row["first"].split()) == len(row["last"].split()) == 3


@pytest.fixture
def score_py(monkeypatch):
    spec = importlib.util.spec_from_file_location("score_pages", PAGES / "score.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_the_five_real_pages_are_read_whole_and_alone(score_py):
    if not os.environ.get(score_py.VARIABLE):
        pytest.skip(f"{score_py.VARIABLE} does not name the folder of the five scraped pages")
    scores = [score_py.scored(page) for page in score_py.pages("seeds")]
    one = reading.total("all", scores)
    dates = one.outcomes("published")
    assert (len(scores), one.expected, one.found, one.titles, len(one.surplus)) == (5, 23, 23, 23, 0)
    assert (dates["right"], dates["missing"]) == (13, 0)
    assert one.body_share >= 0.99
    assert one.foreign_share < 0.005


def test_a_gold_date_with_its_hour_is_that_day():
    row = {"title": "Ferry", "published": "2021-05-03T10:00+02:00", "paragraphs": ["The ferry stays."]}
    given = Item("Ferry", "The ferry stays.", published="2021-05-03", dated_by="dateline")
    assert score("page", [gold_article(row)], [given]).outcomes("published")["right"] == 1
