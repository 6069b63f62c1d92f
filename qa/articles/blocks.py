"""The words of a web page as blocks in reading order, each with where it stands and how it is set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from qa.articles import dates, metadata

Element: TypeAlias = Any  # lxml has no types
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
BOLD = "b"  # the kind of a line that is only set as a heading: in bold or large letters, or by its class
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span"
    " strike strong sub sup time tt u var wbr img picture source".split()
)
_SILENT = frozenset(
    "head script style noscript template form button select input textarea svg math iframe video audio object embed"
    " canvas map dialog nav".split()
)
_BESIDE = frozenset(("aside", "footer"))
_APART = frozenset(
    "related recirc recirculation sidebar comment comments respond disqus reply replies teaser teasers promo widget"
    " newsletter subscribe subscription signup alerts share sharing sharedaddy social tools tags topics breadcrumb"
    " breadcrumbs crumbs ad ads adbox advert advertisement sponsored sponsor banner cookie cookies consent most popular"
    " trending readmore readalso also menu navigation nav pagination pager postfooter masthead preheader paywall appeal"
    " donate donation pods postnav loading popup modal outbrain taboola trackback discussion cmts nextup"
    " alsoread".split()
)
_JOINED = frozenset(
    ("read-more", "read-also", "inline-related", "get-alerts", "inter-ad", "post-navigation", "see-also")
)
_OF_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:bio|biography|author-?(?:box|info|card|desc\w*)|about-?(?:the-?)?author)(?:$|[\s_-])"
)
_STEP = re.compile(r"(?:^|[\s_-])(?:next|prev)(?:$|[\s_-])", re.IGNORECASE)  # to another page, or the next article
_LONGEST_STEP = 300
_CLASS_WORD = re.compile(r"[\s_-]+")
_BLANK = re.compile(r"[ \t\n\r\f]+")
_AROUND_BREAK = re.compile(r" *\n *")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STAMP_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by|byline|author|autho\w*|dates?|datum|times?|timestamp|meta|posted|published|dateline|info)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:headline|hed|title|heading)(?:$|\s)", re.IGNORECASE)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-4]\d)(?:\.\d+)?p[xt]|(?:1\.[3-9]\d*|[23](?:\.\d+)?)r?em|(?:x+-)?large)"
)
_HEAVY = re.compile(r"font(?:-weight)?\s*:[^;]*\b(?:bold(?:er)?|[6-9]00)\b", re.IGNORECASE)
_LARGE_SIZES = ("+1", "+2", "+3", "4", "5", "6", "7")
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
PARTS = re.compile(r"\s*[|·•\n]\s*|\s+/\s+|(?<=\d{4})\s+(?=by\b)")
BY = re.compile(
    r"(?:(?:guest\s+|first\s+)?(?:(?:live )?(?:post(?:ed)?|written|published|report(?:ed|ing)|story|text|words))\s+)?"
    r"(?:by|von|par|por|door|af|av|oleh)\b[\s:]+(?P<who>\S.*)",
    re.IGNORECASE,
)
AFTER_NAME = re.compile(r",\s|\s+(?:on|at|in|for|am|le|el)\s+|\s*\d|\s+[–—-]\s+")
DIGIT = re.compile(r"[\d〇一二三四五六七八九十]")
BUTTONS = re.compile(
    r"(?:[\s|·•]+(?:share(?: this)?|save|aa|a[+-]|follow(?: us)?|print|e-?mail|listen|tweet|copy link|comments?))+$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_SENTENCE = 40  # characters of the shortest sentence that tells something
PROSE = 80  # characters from which a block is running text
LONGEST_STAMP = 160
LONGEST_TITLE = 200
_LONGEST_NOTE = 1500


@dataclass(eq=False)
class Block:
    """A paragraph, heading or other run of words between the edges of block elements.

    `kind`: the tag of a heading, "b" for a line in bold letters alone, else "". `links`: (words, address) of each link.
    `note`: said about the author, apart from the text.
    """

    text: str
    element: Element
    kind: str = ""
    links: tuple[tuple[str, str], ...] = ()
    note: bool = False

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is running text and not mostly a link."""
        if self.kind or self.is_link:
            return False
        if len(self.text) >= PROSE:
            return True
        wide = 0 if self.text.isascii() else sum(character > "\u2e7f" for character in self.text)
        return len(self.text) + 2 * wide >= PROSE

    @cached_property
    def is_stamp(self) -> bool:
        """Whether it is a line that says who or when."""
        if len(self.text) > LONGEST_STAMP or self.kind in HEADINGS:
            return False
        if _STAMP_CLASS.search(self.classes) and len(self.text) < PROSE:
            return True
        return is_date(self) or says_who(self.text)

    @cached_property
    def words(self) -> int:
        """How many words it has; two letters of a script without spaces count as one."""
        return len(self.text.split()) + (0 if self.text.isascii() else sum(c > "\u2e7f" for c in self.text) // 2)

    @cached_property
    def is_link(self) -> bool:
        """Whether links make up most of it."""
        return bool(self.links) and sum(len(words) for words, _ in self.links) > 0.6 * len(self.text)

    @property
    def is_sentence(self) -> bool:
        """Whether it is at least one sentence."""
        return not self.kind and len(self.text) >= _SENTENCE and SENTENCE_END.search(self.text) is not None

    @property
    def classes(self) -> str:
        """The classes and roles of its element."""
        return f"{self.element.get('class') or ''} {self.element.get('itemprop') or ''}"


def blocks(root: Element) -> list[Block]:
    """The words that a page shows, in reading order, without furniture, comments and what stands beside the text."""
    return list(_blocks(root, len(str(root.xpath("string()")))))


def _blocks(root: Element, length: int) -> Iterator[Block]:
    from lxml import etree  # slow to import, and needed for web pages only

    walk = etree.iterwalk(root, events=("start", "end"))
    open_blocks: list[Element] = [root]
    beside: list[Element] = []
    noting: list[Element] = []
    silent: Element = None
    run = _Run()
    for event, element in walk:
        inline = element.tag in _INLINE
        if event == "start":
            if element is not root and _is_silent(element, length):
                silent = element
                walk.skip_subtree()
                continue
            if not inline and element.tag != "br" and not (element.tag in ("td", "th") and _is_cell(element)):
                yield from _unless_beside(run.flushed(), beside)
                open_blocks.append(element)
                if element.tag in _BESIDE and element is not root and not _is_most(element, length):
                    beside.append(element)
                if not noting and is_about_author(element):
                    noting.append(element)
            run.enter(element, open_blocks[-1], bool(noting))
            continue
        if element is silent:
            silent = None
        elif open_blocks[-1] is element:
            yield from _unless_beside(run.flushed(), beside)
            open_blocks.pop()
            if beside and beside[-1] is element:
                beside.pop()
            if noting and noting[-1] is element:
                noting.pop()
        else:
            run.leave(element)
        if element is not root and element.tail:
            run.add(element.tail, open_blocks[-1], bool(noting))
    yield from run.flushed()


def _unless_beside(found: Iterable[Block], beside: list[Element]) -> Iterator[Block]:
    return (block for block in found if not beside or block.note)


class _Run:
    """The words since the last edge of a block element."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._element: Element = None
        self._note = False
        self._bold: list[bool] = []  # for each part whether it is in bold
        self._deep = 0  # elements that make letters bold and are open
        self._links: list[tuple[str, str]] = []
        self._link: tuple[Element, int] | None = None

    def enter(self, element: Element, block: Element, note: bool) -> None:
        """An element begins, an inline one or a new block."""
        if element.tag == "br":
            self.add("\0", block, note)
        elif element.tag in ("td", "th"):
            self.add(" ", block, note)
        elif _is_strong(element):
            self._deep += 1
        elif element.tag == "a" and self._link is None:
            self._link = element, len(self._parts)
        if element.text:
            self.add(element.text, block, note)

    def leave(self, element: Element) -> None:
        """An inline element ends."""
        if _is_strong(element):
            self._deep = max(0, self._deep - 1)
        elif self._link is not None and self._link[0] is element:
            self._close_link()

    def add(self, words: str, block: Element, note: bool) -> None:
        """Words in the block that is open."""
        if self._element is None:
            if not words.strip(" \t\n\r\f\0"):
                return
            self._element, self._note = block, note
        self._parts.append(words)
        self._bold.append(self._deep > 0)

    def flushed(self) -> list[Block]:
        """The blocks of the words so far, and a fresh start."""
        if self._element is None:
            self._close_link()
            self._links = []
            return []
        self._close_link()
        element, parts, links = self._element, list(zip(self._parts, self._bold, strict=True)), tuple(self._links)
        note = self._note
        self._parts, self._links, self._element, self._bold = [], [], None, []
        words = "".join(part for part, _ in parts)
        tag = (
            element.tag
            if element.tag in HEADINGS
            else next((each.tag for each in element.iterancestors(*HEADINGS)), "")
        )
        if "\0" in words and not tag and element.tag != "pre" and any(bold for _, bold in parts):
            texts = _lines_apart(parts)
        else:
            found = paragraphs(words, kept=element.tag == "pre")
            texts = [(text, len(found) == 1 and _is_bold(parts)) for text in found]
        apart = len(texts) == 1 and _is_set_as_heading(element)
        return [
            Block(
                text,
                element,
                tag or (BOLD if (bold or apart) and len(text) < LONGEST_TITLE else ""),
                links if len(texts) == 1 else tuple(x for x in links if x[0] in text),
                note,
            )
            for text, bold in texts
        ]

    def _close_link(self) -> None:
        if self._link is not None:
            element, begun = self._link
            self._link = None
            if words := " ".join("".join(self._parts[begun:]).replace("\0", " ").split()):
                self._links.append((words, element.get("href") or ""))


def _is_bold(parts: Iterable[tuple[str, bool]]) -> bool:
    letters = [(len(words.strip(" \t\n\r\f\0")), bold) for words, bold in parts]
    return sum(count for count, bold in letters if bold) >= 0.9 * sum(count for count, _ in letters) > 0


def _lines_apart(parts: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The paragraphs of words with line breaks, and whether each is in bold; bold lines above others are one alone."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for words, bold in parts:
        first, *others = words.split("\0")
        lines[-1].append((first, bold))
        lines += [[(other, bold)] for other in others]
    groups: list[tuple[list[str], bool]] = []
    begun = False
    for line in lines:
        words, bold = "".join(part for part, _ in line), _is_bold(line)
        if not words.strip(" \t\n\r\f"):
            begun = False
        elif begun and (bold == groups[-1][1] or not groups[-1][1]):
            groups[-1][0].append(words)
        else:
            groups.append(([words], bold))
            begun = True
    return [(text, bold) for words, bold in groups for text in paragraphs("\0".join(words))]


def paragraphs(words: str, *, kept: bool = False) -> list[str]:
    r"""The paragraphs of words in which "\0" is a line break: two of them part paragraphs.

    White space becomes as a browser shows it; `kept`: it stays as it is.
    """
    if kept:
        found = "\n".join(line.rstrip() for line in words.replace("\0", "\n").split("\n")).strip("\n")
        return [found] if found.strip() else []
    if "\0" not in words:
        line = _BLANK.sub(" ", words).strip()
        return [line] if line else []
    shown = _AROUND_BREAK.sub("\n", _BLANK.sub(" ", words).replace("\0", "\n"))
    return [line.strip() for line in re.split("\n{2,}", shown) if line.strip()]


def _is_strong(element: Element) -> bool:
    if element.tag in ("b", "strong", "big") or (element.tag == "font" and element.get("size", "") in _LARGE_SIZES):
        return True
    style = element.get("style") if element.tag in ("span", "font") else None
    return bool(style and (_HEAVY.search(style) or _LARGE.search(style)))


def _is_set_as_heading(element: Element) -> bool:
    """Whether class or style make a headline of an element that is no heading."""
    classes, style = element.get("class"), element.get("style")
    if element.get("role") == "heading" or (style and _HEAVY.search(style)):
        return True
    large = (classes and _TITLE_CLASS.search(classes)) or (style and _LARGE.search(style))
    return bool(large) or element.tag == "th"


def _is_cell(element: Element) -> bool:
    """Whether a cell is one of several in a row and holds words only, so that the row is one line."""
    row = element.getparent()
    return row is not None and len(row) > 1 and all(inner.tag in _INLINE or inner.tag == "br" for inner in element)


def _is_silent(element: Element, length: int) -> bool:
    """Whether nothing in it is shown, or nothing of an article."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return not _holds_page(element, length)
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    if _STEP.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return len(str(element.xpath("string()"))) <= _LONGEST_STEP
    return is_apart(element) and not _holds_page(element, length)


def is_apart(element: Element) -> bool:
    """Whether classes and id say that it is a comment, a teaser, a list of links, or a page's furniture."""
    if element.tag in ("html", "body", "main"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if names == " ":
        return False
    return _says_apart(names)


@lru_cache(maxsize=4096)
def _says_apart(names: str) -> bool:
    return not _APART.isdisjoint(_CLASS_WORD.split(names)) or not _JOINED.isdisjoint(names.split())


def is_about_author(element: Element) -> bool:
    """Whether its classes say that it tells who the author is, and it is short enough for that."""
    classes = element.get("class")
    return bool(classes and _OF_AUTHOR.search(classes.lower())) and len(str(element.xpath("string()"))) <= _LONGEST_NOTE


def _holds_page(element: Element, length: int) -> bool:
    return element.tag in ("form", "div", "section", "article", "main") and _is_most(element, length)


def _is_most(element: Element, length: int) -> bool:
    return len(str(element.xpath("string()"))) * 2 > length


def says_who(line: str) -> bool:
    """Whether the line names its writer: "By Ada Quill"."""
    return any(BY.match(part) and name_in(part) for part in PARTS.split(line))


def is_date(block: Block) -> bool:
    """Whether the block is short and gives a date."""
    if len(block.text) > LONGEST_STAMP:
        return False
    opened = dates_in([BUTTONS.sub("", block.text)])
    return bool(opened.published or opened.updated) or any(day_of(time) for time in block.element.iter("time"))


def dates_in(lines: Sequence[str], language: str | None = None) -> metadata.Opening:
    """The dates of the lines, and where they say none together, of their parts."""
    if not any(map(DIGIT.search, lines)):
        return metadata.Opening()
    whole = metadata.opening(lines, language)
    if whole.published:
        return whole
    parts = metadata.opening([part for line in lines for part in PARTS.split(line) if part], language)
    return metadata.Opening(parts.published, whole.updated or parts.updated)


def day_of(time: Element) -> str | None:
    """The day that a time element states, ISO; None where it states none."""
    stated = _DAY.match((time.get("datetime") or "").strip())
    return dates.iso(int(stated[1]), int(stated[2]), int(stated[3])) if stated else None


def name_in(part: str) -> str | None:
    """The name in a byline; None where it is none."""
    match = BY.match(part)
    name = AFTER_NAME.split(match["who"])[0].strip(" ,;:") if match else ""
    is_name = 0 < len(name.split()) <= 6 and (name[0].isupper() or not name[0].isalpha() or not name[0].isascii())
    return name if is_name else None
