import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import layout
from qa.articles.layout import Letter, Line, Text


def line(words: str, left: float = 0, top: float = 100, size: float = 10) -> Line:
    """Words in letters half as wide as high."""
    return Line(words, left, left + len(words) * size / 2, top - size, top)


def down(*words: str, left: float = 0, top: float = 100) -> list[Line]:
    return [line(each, left, top - 12 * at) for at, each in enumerate(words)]


def letters(words: str, left: float = 0, size: float = 10) -> list[Letter]:
    return [Letter(each, left + at * size / 2, 0, left + (at + 1) * size / 2, size) for at, each in enumerate(words)]


def test_letters_are_parted_by_wide_gaps_only():
    found = layout.pieces(letters("The quay") + letters("wall", left=200))
    assert [(piece.text, piece.left, piece.right) for piece in found] == [("The quay", 0, 40), ("wall", 200, 220)]


def test_letters_beyond_the_basic_plane_come_whole():
    smile = "\U0001f600".encode("utf-16-le")
    halves = [smile[at : at + 2].decode("utf-16-le", "surrogatepass") for at in (0, 2)]
    (piece,) = layout.pieces([Letter(half, at, 0, at + 1, 10) for at, half in enumerate([*halves, halves[0]])])
    assert piece.text == "\U0001f600\ufffd"


@pytest.mark.parametrize("order", [1, -1])
def test_scripts_that_run_leftwards_are_read_leftwards_in_whatever_order_they_come(order):
    seen = "םולש 1906 ריע Long Quay"  # as it stands on the page, from left to right
    found = layout.leftward_pieces([letter for letter in letters(seen)[::order] if letter.character != " "])
    assert [piece.text for piece in found] == ["Long Quay עיר 1906 שלום"]
    assert layout.leftward_share(letters("םולש")) == 1 and layout.leftward_share(letters("Quם1")) == 0.25


def test_pieces_of_one_height_are_one_line_and_a_large_initial_belongs_to_the_first():
    initial = line("T", size=24, top=101)
    assert [found.text for found in layout.lines([initial, *down("he port", "opened", left=12)])] == [
        "The port",
        "opened",
    ]


def test_a_page_without_letters_begins_where_the_next_begins():
    sheets = [[], [down("One.")], [], [], [down("Two.")], []]
    assert layout.composed(sheets) == Text("One.\n\nTwo.", (0, 0, 6, 6, 6, 10))


def test_a_sentence_runs_on_over_columns_and_pages_and_hyphens_go_there_too():
    sheets = [[down("The har-"), down("bour lay"), down("- quiet.")], [down("far below.")]]
    assert layout.composed(sheets) == Text("The harbour lay\n\n- quiet.\n\nfar below.", (0, 27))
    assert layout.composed([[down("The inter-")], [down("national port")]]) == Text("The international port", (0, 9))


def test_asian_lines_are_joined_without_a_space():
    assert layout.composed([[down("港口在星期一", "重新开放。")]]).text == "港口在星期一重新开放。"


words = st.text("ab -.éあ", min_size=1, max_size=12).filter(lambda each: each == each.strip() and "  " not in each)
pieces = st.builds(line, words, st.integers(0, 300), st.integers(0, 800), st.sampled_from([8, 10, 18]))


@given(st.lists(st.lists(pieces, max_size=30), max_size=4))
def test_no_letter_is_lost_but_hyphens_and_every_page_begins_in_the_text(pages):
    sheets = [layout.columns(page) for page in pages]
    text, starts = (found := layout.composed(sheets)).text, found.pages

    def kept(written: str) -> list[str]:
        return sorted(letter for letter in written if letter not in " -\n")

    assert kept(text) == kept("".join(piece.text for page in pages for piece in page))
    assert len(starts) == len(pages) and list(starts) == sorted(starts) and all(at <= len(text) for at in starts)
    for at, sheet in zip(starts, sheets, strict=True):
        if sheet:
            assert text[at:].startswith(sheet[0][0].text[:-1])
