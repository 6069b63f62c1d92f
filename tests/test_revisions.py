from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.revisions import Change, changes
from qa.schema import About, Article

ARTICLE = Article(
    id="a", version="v1", title="Ferry to stay", text="The ferry stays. It sails twice a day. Nobody objected.",
    publisher="Quay Post", author=None, published="2021-05-03", dated_by="byline", about=None, url=None, language="en",
    origin="a.md", content_hash="h",
)  # fmt: skip


def test_what_was_taken_out_and_put_in_is_told_sentence_by_sentence():
    new = replace(
        ARTICLE,
        version="v2",
        title="Ferry to leave",
        text="The ferry leaves. It sails twice a day.\n\nNobody objected. One man did.",
        updated="2021-05-04",
    )
    assert changes(ARTICLE, new) == [
        Change("removed", "title: Ferry to stay"),
        Change("added", "title: Ferry to leave"),
        Change("added", "updated: 2021-05-04"),
        Change("removed", "The ferry stays."),
        Change("added", "The ferry leaves."),
        Change("added", "One man did."),
    ]


def test_what_it_reports_on_and_what_stands_beside_it_count_too():
    new = replace(ARTICLE, about=About(publisher="Wire", published="2021"), notes=("Ada Quill is a writer.",))
    assert changes(ARTICLE, new) == [
        Change("added", "about: Wire, 2021"),
        Change("added", "notes: Ada Quill is a writer."),
    ]


def test_other_spaces_and_places_are_no_change():
    new = replace(ARTICLE, version="v2", text=ARTICLE.text.replace(". ", ".\n\n"), origin="b.md", content_hash="i")
    assert changes(ARTICLE, new) == []


SENTENCES = st.lists(st.sampled_from(["One sailed.", "Two stayed.", "Three sank.", "Four burnt."]), max_size=8)


@given(SENTENCES, SENTENCES)
def test_the_changes_turn_the_old_sentences_into_the_new(old, new):
    found = changes(replace(ARTICLE, text=" ".join(old)), replace(ARTICLE, text=" ".join(new)))
    removed = [change.words for change in found if change.kind == "removed"]
    added = [change.words for change in found if change.kind == "added"]
    assert sorted(old + added) == sorted(new + removed)
    assert found == [] if old == new else found
