from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from word_model import word_library

from qa.indexing.keywords import Keywords
from qa.indexing.library import Library
from qa.retrieval.search import Search
from qa.stories import tell_one_story
from qa.sync import sync

SENTENCES = (
    "The Sable ferry will leave the long quay of Orrinford for good on the last day of June.",
    "The harbour board said on Monday that the boat had become too old to be mended once more.",
    "It has carried wheat, cattle and schoolchildren over the estuary since the spring of 1961.",
    "A bridge twelve kilometres upstream is to take its traffic, at a toll of two crowns.",
    "The union of boatmen called the decision a betrayal of forty families on the eastern bank.",
    "Ada Quill, who has steered the ferry for nineteen years, said that nobody had asked her.",
    "The board holds against this that fewer than ninety people a day still use the crossing.",
    "A farewell trip with a brass band is planned, and the mayor has promised to pay for the cake.",
)
OTHER = (
    "Wheat growers in the valley of Brenna brought in a third less than in the year before.",
    "The ministry puts it down to nine weeks without rain and to a beetle nobody had seen there.",
    "Bakers expect that a loaf will cost a quarter of a crown more by the end of the winter.",
    "The growers ask for a loan without interest until the next harvest has been sold.",
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = word_library(tmp_path / "index")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


def write(path: Path, title: str, publisher: str, published: str, *sentences: str) -> None:
    front = f"---\ntitle: {title}\npublisher: {publisher}\npublished: {published}\n---\n"
    path.write_text(f"{front}{' '.join(sentences)}\n", encoding="utf-8")


def stories(library: Library) -> list[list[str]]:
    """Titles of the articles that tell one story, each list and all lists sorted."""
    told: dict[str, list[str]] = {}
    for article in library.store.articles():
        for story in library.store.stories([article.id]).values():
            told.setdefault(story, []).append(article.title)
    return sorted(map(sorted, told.values()))


def test_copies_of_a_wire_report_tell_one_story_and_another_report_does_not(library, folder):
    write(folder / "a.md", "Ferry to leave", "Wire", "2021-05-03", *SENTENCES)
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *SENTENCES[:6])
    write(folder / "c.md", "Harvest poor", "Wire", "2021-05-03", *OTHER)
    sync(library, [str(folder)])
    assert stories(library) == [["End of the Sable", "Ferry to leave"]]
    (wire,) = [
        article for article in library.store.articles() if article.publisher == "Wire" and "Ferry" in article.title
    ]
    assert [copy.title for copy in library.store.copies(wire.id)] == ["End of the Sable"]


def test_a_copy_that_comes_later_joins_the_story(library, folder):
    write(folder / "a.md", "Ferry to leave", "Wire", "2021-05-03", *SENTENCES)
    sync(library, [str(folder)])
    assert stories(library) == []
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *SENTENCES[1:])
    write(folder / "c.md", "Last trip", "Quay Post", "2021-05-05", *SENTENCES[:7])
    sync(library)
    assert stories(library) == [["End of the Sable", "Ferry to leave", "Last trip"]]


def test_an_article_that_is_rewritten_leaves_the_story(library, folder):
    write(folder / "a.md", "Ferry to leave", "Wire", "2021-05-03", *SENTENCES)
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *SENTENCES)
    write(folder / "c.md", "Last trip", "Quay Post", "2021-05-05", *SENTENCES[:7])
    sync(library, [str(folder)])
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *OTHER)
    sync(library)
    assert stories(library) == [["Ferry to leave", "Last trip"]]


def test_an_index_without_signatures_is_folded_in_the_next_run(library, folder):
    write(folder / "a.md", "Ferry to leave", "Wire", "2021-05-03", *SENTENCES)
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *SENTENCES)
    sync(library, [str(folder)])
    with library.store.transaction() as connection:
        connection.execute("DELETE FROM signatures")
        connection.execute("UPDATE articles SET story = NULL")
    sync(library)
    assert stories(library) == [["End of the Sable", "Ferry to leave"]]


def test_what_is_issued_anew_long_after_is_no_copy_unless_it_is_the_same_text(library, folder):
    write(folder / "a.md", "Ferry day", "Wire", "2020-06-30", *SENTENCES)
    write(folder / "b.md", "Ferry day again", "Wire", "2021-06-30", *SENTENCES[:7], OTHER[0])
    write(folder / "c.md", "From the archive", "Quay Post", "2021-06-30", *SENTENCES)
    sync(library, [str(folder)])
    old, again, archive = sorted(library.store.articles(), key=lambda article: article.origin)
    assert not tell_one_story(old, again)
    assert tell_one_story(old, archive)
    assert tell_one_story(again, archive)


def test_of_one_story_the_same_words_are_found_once_and_the_cap_counts_it_as_one_article(library, folder):
    write(folder / "a.md", "Ferry to leave", "Wire", "2021-05-03", *SENTENCES * 4)
    write(folder / "b.md", "End of the Sable", "Daily Star", "2021-05-04", *SENTENCES[1:] * 4)
    write(folder / "c.md", "Harvest poor", "Wire", "2021-05-03", *OTHER)
    sync(library, [str(folder)])
    assert stories(library) == [["End of the Sable", "Ferry to leave"]]
    search = Search(library.store, library.vectors, Keywords(library.store), library.embedder, library.settings)
    hits = search.hits("ferry harbour board union wheat", 10)
    articles = {article.id: article.title for article in library.store.articles()}
    assert sorted({articles[hit.chunk.article_id] for hit in hits if "Sable" in hit.chunk.text}) in (
        ["Ferry to leave"], ["End of the Sable"],
    )  # fmt: skip
    assert "Harvest poor" in {articles[hit.chunk.article_id] for hit in hits}


def test_those_who_told_one_story_only_through_a_third_are_parted_when_it_goes(library, folder):
    write(folder / "a.md", "First half", "Wire", "2021-05-03", *SENTENCES[:6])
    write(folder / "b.md", "All of it", "Wire", "2021-05-03", *SENTENCES)
    write(folder / "c.md", "Second half", "Star", "2021-05-03", *SENTENCES[2:])
    sync(library, [str(folder)])
    assert stories(library) == [["All of it", "First half", "Second half"]]
    (folder / "b.md").unlink()
    sync(library)
    assert stories(library) == []
