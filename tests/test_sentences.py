from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sentences import sentence_spans


def cut(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def in_spans(text: str, spans: list[tuple[int, int]]) -> None:
    """Spans lie in order, do not overlap, have no outer white space, and hold every character that is not white."""
    cursor, covered = 0, ""
    for start, end in spans:
        assert cursor <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[cursor:start].strip()
        covered += text[start:end]
        cursor = end
    assert not text[cursor:].strip()
    assert "".join(covered.split()) == "".join(text.split())


PIECES = st.sampled_from(
    ["Dr. ", "U.S. ", "4.2 ", "A", "b", "。", "「", "」", "\n", "\n\n", "- ", "1. ", "! ", "? ", "…", ". ", "“", "”",
     '"', " ", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "灯塔", "é", "e\u0301", "😀", "\x00", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), st.sampled_from(["en", "zh", "de", "xx", ""]))
def test_any_text_is_cut_without_losing_a_character(text, language):
    in_spans(text, sentence_spans(text, language))


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_wide_space_before_a_full_stop_does_not_stop_the_run(language):
    assert "".join(cut("A\u3000\u3000. Und dann.", language)).replace("\u3000", "").replace(" ", "") == "A.Unddann."


def test_where_the_library_breaks_down_the_paragraph_stays_whole(monkeypatch):
    class PanicException(BaseException):
        pass

    def panics(language, text):
        raise PanicException("not a char boundary")

    monkeypatch.setattr("qa.sentences.sentencex.segment", panics)
    assert cut("One. Two.\n\nThree.") == ["One. Two.", "Three."]
    monkeypatch.setattr("qa.sentences.sentencex.segment", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        cut("One.")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n\t ", []),
        ("It rained. It snowed!", ["It rained.", "It snowed!"]),
        ("No full stop", ["No full stop"]),
        ("Dr. Ost met Mr. Vale at 4.30 p.m. on Monday. They left.",
         ["Dr. Ost met Mr. Vale at 4.30 p.m. on Monday.", "They left."]),
        ("The U.S. Senate voted. It was close.", ["The U.S. Senate voted.", "It was close."]),
        ("It cost 4.2 million crowns. That is much.", ["It cost 4.2 million crowns.", "That is much."]),
        ("A line that is\nwrapped stays whole.", ["A line that is\nwrapped stays whole."]),
        ("A heading\n\nThen text.", ["A heading", "Then text."]),
        ("There are three:\n- one\n- two\n* three", ["There are three:", "- one", "- two", "* three"]),
        ("Steps:\n1. Wash your hands.\n2) Dry them. Then go.",
         ["Steps:", "1. Wash your hands.", "2) Dry them.", "Then go."]),
        ("In 2019\n2020 was far away.", ["In 2019\n2020 was far away."]),
        ("# Title\n## Part", ["# Title", "## Part"]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)  # fmt: skip
def test_where_sentences_end(text, sentences):
    assert cut(text) == sentences


def test_chinese_and_japanese_sentences():
    assert cut("灯塔重新开放。来访者很多！为什么？", "zh") == ["灯塔重新开放。", "来访者很多！", "为什么？"]
    assert cut("灯台が再開した。人が多い。", "ja") == ["灯台が再開した。", "人が多い。"]
