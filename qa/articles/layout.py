"""From letters at their places on pages to text with paragraphs, as a reader of the printed page sees them.

Lines are found from the letters' boxes, columns from the empty strip between them; running heads, feet and page
numbers go; lines become paragraphs by gaps, indents, sizes and short last lines, over columns and pages too.

Hyphens at line ends: the hyphen goes where the next line begins with a lower-case letter, unless the document has the
word with its hyphen inside a line, or the part before it is one that makes compounds ("well", "self", "long").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

_SPACES = re.compile(r"[ \t]+")
_ENDED = re.compile(r"[.!?…:;。！？：；][\"'”’»)\]」』\d]*$")
_BULLET = re.compile(r"[•▪‣◦●■○·–*-]\s")
_WITH_HYPHEN = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_WORD_AND_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010]$")
_NUMBER = re.compile(r"\d{1,4}")
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_LEFTWARD = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"  # Hebrew, Arabic and their kin
_LEFTWARDS = re.compile(f"[{_LEFTWARD}]")
_RIGHTWARDS = re.compile(f"[A-Za-zÀ-ɏ](?:[^{_LEFTWARD}]*[A-Za-zÀ-ɏ0-9])?|\\d(?:[\\d.,:/]*\\d)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAKES_COMPOUNDS = frozenset(
    "all anti big co cross cut ex far first half hard high ill large late life long low mid multi near new non old "
    "one open part post pre pro quasi real second self semi short single small so soft third three two ultra well "
    "wide world year".split()
)
# A gutter in points, and what keeps the search for one short on pages that no person has set.
_NARROWEST, _WIDEST, _MOST_IN_COLUMNS = 4, 3_000, 5_000
_EDGE = 3  # running heads and feet are looked for in so many lines at the top and foot of a page


class Letter(NamedTuple):
    """A character and its box; y grows upwards, and bottom to top spans the height of the font."""

    character: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand on one line, and their box."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def size(self) -> float:
        """The height of its font."""
        return max(self.top - self.bottom, 0.1)


Block = list[Line]  # lines of one column, downwards
Sheet = list[Block]  # the blocks of one page, in reading order


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs with a blank line between, and where in them each page begins."""

    text: str
    pages: tuple[int, ...]


def pieces(letters: Iterable[Letter]) -> list[Line]:
    """Letters that follow each other on a line, in the order they come; a gap as wide as they are high parts them."""
    found: list[Line] = []
    run: list[Letter] = []
    for letter in letters:
        if not letter.character.strip(" \t\u00a0"):
            # The box of a space says nothing that the next letter's does not.
            if run:
                last = run[-1]
                run.append(Letter(letter.character, last.right, last.bottom, last.right, last.top))
            continue
        if run and not _follows(run[-1], letter):
            found.append(_piece(run))
            run = []
        run.append(letter)
    if run:
        found.append(_piece(run))
    return [piece for piece in found if piece.text]


def leftward_share(letters: Sequence[Letter]) -> float:
    """The share of the letters that are of a script that runs from right to left."""
    return sum(_LEFTWARDS.match(letter.character) is not None for letter in letters) / max(1, len(letters))


def leftward_pieces(letters: Iterable[Letter]) -> list[Line]:
    """As `pieces`, for scripts that run from right to left, by places alone: files give such letters in any order.

    Places are mirrored, so that lines begin at the left and columns follow to the right like all others.
    """
    mirrored = [Line(x.character, -x.right, -x.left, x.bottom, x.top) for x in letters if x.character.strip()]
    found: list[Line] = []
    for row in _rows(mirrored):
        run = row[:1]
        for before, letter in pairwise(row):
            if letter.left - before.right > 0.9 * letter.size:
                found.append(_turned(run))
                run = []
            run.append(letter)
        found.append(_turned(run))
    return found


def _turned(run: list[Line]) -> Line:
    """Mirrored letters as one piece; words and numbers that run to the right are turned back."""
    line = _joined(run)
    return replace(line, text=_RIGHTWARDS.sub(lambda match: match[0][::-1], line.text))


def lines(parts: Iterable[Line]) -> Block:
    """Pieces on one height joined from left to right, downwards."""
    return [_joined(row) for row in _rows(parts)]


def columns(parts: list[Line]) -> Sheet:
    """The blocks of a page in reading order: column by column, what spans columns before and after them."""
    gutter = _gutter(parts)
    if gutter is None:
        return [lines(parts)] if parts else []
    blocks: Sheet = []
    for spans, rows in groupby(_rows(parts), key=lambda row: any(p.left < gutter < p.right for p in row)):
        band = [piece for row in rows for piece in row]
        if spans:
            blocks.append(lines(band))
        else:
            blocks += columns([piece for piece in band if piece.right <= gutter])
            blocks += columns([piece for piece in band if piece.right > gutter])
    return blocks


def without_furniture(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without running heads, feet and page numbers: lines at the edge that stand on other pages too, at the
    same height and with the same words; a number may count on with the pages.
    """
    rows = [_rows(page) for page in pages]
    keys: Counter[tuple[str, int]] = Counter()
    for number, page in enumerate(rows):
        keys.update({key for row in page[:_EDGE] + page[-_EDGE:] for key in _keys(_joined(row), number)})
    enough = 2 if sum(map(bool, rows)) <= 5 else 3
    kept = []
    for number, page in enumerate(rows):
        running = [any(keys[key] >= enough for key in _keys(_joined(row), number)) for row in page]
        first = next((at for at, runs in enumerate(running[:_EDGE]) if not runs), min(_EDGE, len(page)))
        last = next((at for at, runs in enumerate(running[: -_EDGE - 1 : -1]) if not runs), min(_EDGE, len(page)))
        kept.append([piece for row in page[first : max(first, len(page) - last)] for piece in row])
    return kept if any(kept) else list(pages)


def body_size(sheets: Sequence[Sheet]) -> float:
    """The height of the font in which most letters are set; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for line in _all(sheets):
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def composed(sheets: Sequence[Sheet]) -> Text:
    """The pages as one text. Paragraphs run on over columns and pages where a sentence does."""
    glue = _Glue(sheets)
    out = _Growing()
    before: Line | None = None
    column: Block = []
    starts = []
    for sheet in sheets:
        first = True
        for block in sheet:
            for line in block:
                if before is not None:
                    within = block is column
                    runs_on = glue.within(before, line, block) if within else glue.across(before, line, column)
                    out.add(*(glue.joint(before.text, line.text) if runs_on else (0, "\n\n")))
                if first:
                    starts.append(out.length)
                first = False
                out.add(0, line.text)
                before, column = line, block
        if first:
            starts.append(-1)
    following = out.length
    for number in range(len(starts) - 1, -1, -1):
        following = starts[number] = starts[number] if starts[number] >= 0 else following
    return Text("".join(out.parts), tuple(starts))


class _Growing:
    """A text in parts, with its length so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def add(self, cut: int, words: str) -> None:
        """Take `cut` characters off the end, then add the words."""
        if cut:
            self.parts[-1] = self.parts[-1][:-cut]
        self.parts.append(words)
        self.length += len(words) - cut


class _Glue:
    """Whether and how a line goes on from the one before, by the habits of the whole document."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._body = body_size(sheets)
        steps = [
            (above.top - below.top) / above.size
            for sheet in sheets
            for block in sheet
            for above, below in pairwise(block)
            if 0.5 < (above.top - below.top) / above.size < 3
        ]
        self._step = median(steps) if steps else 1.2
        self._hyphened = {
            word.casefold().replace("\u2010", "-") for line in _all(sheets) for word in _WITH_HYPHEN.findall(line.text)
        }
        self._edges: dict[int, tuple[float, float]] = {}

    def within(self, above: Line, line: Line, block: Block) -> bool:
        """For lines of one column: no larger gap than usual, same size, not indented, and the line above is full."""
        if not _alike(above, line) or _BULLET.match(line.text):
            return False
        if (above.top - line.top) / above.size > self._step * 1.3:
            return False
        if line.size > self._body * 1.15:
            return True
        left, _ = self._sides(block)
        em = line.size
        if line.left > left + 0.8 * em and above.left < left + 0.5 * em:
            return False
        if line.left < left - 0.8 * em and above.left > left - 0.5 * em:
            return False
        return line.text[0].islower() or not self._is_short(above, line, block)

    def across(self, before: Line, line: Line, block: Block) -> bool:
        """From the foot of a column to the head of the next: an open sentence of the same size."""
        if not _alike(before, line) or _ENDED.search(before.text) or _BULLET.match(line.text):
            return False
        if line.text[0].islower():
            return True
        return len(block) > 2 and not self._is_short(before, line, block)

    def joint(self, before: str, after: str) -> tuple[int, str]:
        """How many characters go from the end of a line, and what stands between it and the next."""
        if before.endswith("\u00ad"):
            return 1, ""
        word = _WORD_AND_HYPHEN.search(before)
        if word:
            rest = re.match(r"[^\W\d_]+", after)
            known = f"{word[1]}-{rest[0] if rest else ''}".casefold() in self._hyphened
            kept = known or word[1].casefold() in _MAKES_COMPOUNDS or not after[0].islower()
            return 0 if kept else 1, ""
        if re.search(r"\S[-\u2010—/]$", before) or (_CJK.match(before[-1]) and _CJK.match(after[0])):
            return 0, ""
        return 0, " "

    def _is_short(self, above: Line, line: Line, block: Block) -> bool:
        """Whether the first word of the line would have had room above, so that the line above ends on purpose."""
        _, right = self._sides(block)
        word = len(line.text.split(" ", 1)[0]) / len(line.text) * (line.right - line.left)
        return above.right + word + 1.2 * above.size < right

    def _sides(self, block: Block) -> tuple[float, float]:
        """The left edge where most lines begin, and the right edge that a fifth of them reach."""
        known = self._edges.get(id(block))
        if known is None:
            left = Counter(round(line.left) for line in block).most_common(1)[0][0]
            rights = sorted(line.right for line in block)
            known = self._edges[id(block)] = left, rights[math.ceil(0.8 * len(rights)) - 1]
        return known


def _all(sheets: Sequence[Sheet]) -> Iterable[Line]:
    return (line for sheet in sheets for block in sheet for line in block)


def _alike(one: Line, other: Line) -> bool:
    return max(one.size, other.size) <= 1.12 * min(one.size, other.size)


def _follows(before: Letter, letter: Letter) -> bool:
    height = min(before.top - before.bottom, letter.top - letter.bottom)
    overlap = min(before.top, letter.top) - max(before.bottom, letter.bottom)
    return overlap >= 0.5 * height and -0.5 * height <= letter.left - before.right <= 0.9 * height


def _piece(run: list[Letter]) -> Line:
    text = _SPACES.sub(" ", "".join(letter.character for letter in run)).strip()
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    bottom, top = Counter((letter.bottom, letter.top) for letter in run).most_common(1)[0][0]
    return Line(text, min(letter.left for letter in run), max(letter.right for letter in run), bottom, top)


def _rows(parts: Iterable[Line]) -> list[list[Line]]:
    """Pieces by the line they stand on, downwards, each row from left to right."""
    rows: list[list[Line]] = []
    lowest: Line | None = None  # the smallest piece of the row: a large initial must not draw in the next line
    for piece in sorted(parts, key=lambda piece: (-piece.top, piece.left)):
        if lowest is not None:
            overlap = min(lowest.top, piece.top) - max(lowest.bottom, piece.bottom)
            if overlap >= 0.5 * min(lowest.size, piece.size):
                rows[-1].append(piece)
                lowest = min(lowest, piece, key=lambda piece: piece.size)
                continue
        rows.append([piece])
        lowest = piece
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _joined(row: list[Line]) -> Line:
    text = row[0].text
    for before, piece in pairwise(row):
        close = piece.left - before.right < 0.15 * min(before.size, piece.size)
        text += piece.text if close else " " + piece.text
    main = max(row, key=lambda piece: len(piece.text))
    return Line(
        text,
        left=row[0].left,
        right=max(piece.right for piece in row),
        bottom=main.bottom,
        top=main.top,
    )


def _keys(line: Line, page: int) -> list[tuple[str, int]]:
    """What a running line has in common with those of other pages: its height, and its words with a number, if any,
    that counts on with the pages.
    """
    place = round(line.top)
    keys = [(line.text, place)]
    numbers = list(_NUMBER.finditer(line.text)) if len(line.text) < 200 else []
    for match in numbers[:1] + numbers[1:][-1:]:
        counting = f"{line.text[: match.start()]}#{int(match[0]) - page}{line.text[match.end() :]}"
        keys.append((counting, place))
    return keys


def _gutter(parts: list[Line]) -> float | None:
    """The middle of an empty strip between two columns of prose, else None.

    Prose: at least four lines on each side, of fifteen characters on average, so that tables are read by rows.
    """
    if not 8 <= len(parts) <= _MOST_IN_COLUMNS:
        return None
    left, right = min(p.left for p in parts), max(p.right for p in parts)
    width = min(int(right - left) + 1, _WIDEST)
    edges = [0] * (width + 2)
    for piece in parts:
        edges[max(0, min(width, int(piece.left - left)))] += 1
        edges[max(0, min(width, int(piece.right - left) + 1))] -= 1
    allowed = max(1.0, 0.15 * len(_rows(parts)))  # a heading or two may span the columns
    best: tuple[float, float] | None = None
    covered, start = 0, None
    for at in range(width + 1):
        covered += edges[at]
        if covered <= allowed and start is None:
            start = at
        if (covered > allowed or at == width) and start is not None:
            middle = left + (start + at) / 2
            wider = at - start > (best[0] if best else _NARROWEST)
            if wider and _parts_prose(parts, middle):
                best = at - start, middle
            start = None
    return best[1] if best else None


def _parts_prose(parts: list[Line], gutter: float) -> bool:
    before = [p for p in parts if p.right <= gutter]
    after = [p for p in parts if p.left >= gutter]
    if min(len(_rows(before)), len(_rows(after))) < 4:
        return False
    beside = min(max(p.top for p in before), max(p.top for p in after)) - max(
        min(p.bottom for p in before), min(p.bottom for p in after)
    )
    long_enough = all(sum(len(line.text) for line in lines(side)) >= 15 * len(_rows(side)) for side in (before, after))
    return long_enough and beside > 0
