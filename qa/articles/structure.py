"""How a web page is built: its blocks of words in reading order, and the several articles that it may hold.

Several articles are told by headings of one kind, each with a stamp (byline, date, source line), an own address or an
article's container of its own, and with prose of its own; else by containers that look alike, each with a headline of
whatever level, or by lines set alike above the stamps. Comments, teasers, lists of links and a page's furniture are
part of none. Whatever leaves doubt is one article. The tree is only read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from qa.articles import dates, furniture, metadata, stamps

_Element: TypeAlias = Any  # lxml has no types

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
_BOLD = "b"  # the kind of a line that is only set as a heading: in bold or large letters, or by its class

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
_LABEL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:kicker|section|category|categories|cat|label|eyebrow|rubric|topic|credit|src)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:deck|dek|standfirst|sell|lede|lead|intro|subtitle|sottotitolo|chapo)(?:$|[\s_-])", re.I
)
_MARKED_CLASS = re.compile(r"(?:^|\s)(?:hentry|h-entry|post|story|article|entry|release|news-item|notice)(?:$|\s)")
_PIECE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:piece|brief|note|news|item|entry|story|post|article|dispatch|bulletin|report|release|review|essay"
    r"|letter|column)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
_MARKED_TYPE = re.compile(r"schema\.org/(?:\w*Article|BlogPosting|Report)\b")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_BREAKS_OFF = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.)\])\s*(?:(?:read|continue)\b.{0,40}|more\W*)?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?:continue reading|read (?:more|on|the (?:rest|full|whole))|keep reading|weiterlesen|lire la suite|leer más)"
    r"\b.{0,80}",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"(?:advertisement|ads?\W*$|partner (?:message|content)|sponsored|promoted|paid (?:post|content|message))\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|·•\n]\s*|\s+/\s+|(?<=\d{4})\s+(?=by\b)")
_PARTS_AND_DASHES = re.compile(rf"{_PARTS.pattern}|\s+[–—-]\s+")
_LIVE = re.compile(r"live-?(?:blog|post|ticker|update|entry)|(?:^|[\s_-])ticker", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:guest\s+|first\s+)?(?:(?:live )?(?:post(?:ed)?|written|published|report(?:ed|ing)|story|text|words))\s+)?"
    r"(?:by|von|par|por|door|af|av|oleh)\b[\s:]+(?P<who>\S.*)",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r",\s|\s+(?:on|at|in|for|am|le|el)\s+|\s*\d|\s+[–—-]\s+")
_DIGIT = re.compile(r"[\d〇一二三四五六七八九十]")
_BUTTONS = re.compile(
    r"(?:[\s|·•]+(?:share(?: this)?|save|aa|a[+-]|follow(?: us)?|print|e-?mail|listen|tweet|copy link|comments?))+$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_SAYS_WHEN = re.compile(r"(?:(?:first|originally|last)\s+)?(?:published|posted|updated|modified)\b", re.IGNORECASE)
_SAYS_UPDATED = re.compile(r"updat|modif|aktualis|mis à jour|actualiz", re.IGNORECASE)

_ANSWER = re.compile(r"^(?:(?:re|aw|sv|tr)\s*:\s*)+", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])\d{1,2}([./-])\d{1,2}\1\d{4}(?!\d)")
_NUMERIC_END = re.compile(r"[,\s]+[\d./-]+$")
_NUMBER = re.compile(r"\d+")
_CONTAINERS = frozenset("article section div li td tr tbody table dd details blockquote center".split())
_SIGNED_OFF = re.compile(r"\W{0,2}[—–-]{1,2}\s*(?P<who>[^\W\d_][^.!?]{2,60})")
_LONGEST_TOP = 6  # blocks of a container among which its headline is
_SHORTEST_LINE = 12
_SENTENCE = 40  # characters of the shortest sentence that tells something
_PROSE = 80  # characters from which a block is running text
_WORDS_OF_ARTICLE = 40
_WORDS_OF_NOTICE = 50
_WORDS_OF_EXCERPT = 80  # a headline that leads elsewhere and fewer words than these make a teaser
_MOST_OF_PAGE = 0.55  # share of the page's prose that several articles hold together
_WORDS_BEFORE = 150  # more prose than this under the page's own headline: what follows are its sections
_LONGEST_STAMP = 160
_LONGEST_TITLE = 200
_LONGEST_LABEL = 60
_LONGEST_NOTE = 1500
_LONGEST_LINE_OF_SOURCE = 200
_MOST_HEADINGS = 500
_FEWEST_TEASERS = 3
_FEWEST_ALIKE = 3


@dataclass(eq=False)
class Block:
    """A paragraph, heading or other run of words between the edges of block elements.

    `kind`: the tag of a heading, "b" for a line in bold letters alone, else "". `links`: (words, address) of each link.
    `note`: said about the author, apart from the text.
    """

    text: str
    element: _Element
    kind: str = ""
    links: tuple[tuple[str, str], ...] = ()
    note: bool = False

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is running text and not mostly a link."""
        if self.kind or self.is_link:
            return False
        if len(self.text) >= _PROSE:
            return True
        wide = 0 if self.text.isascii() else sum(character > "\u2e7f" for character in self.text)
        return len(self.text) + 2 * wide >= _PROSE

    @cached_property
    def is_stamp(self) -> bool:
        """Whether it is a line that says who or when."""
        if len(self.text) > _LONGEST_STAMP or self.kind in HEADINGS:
            return False
        if _STAMP_CLASS.search(self.classes) and len(self.text) < _PROSE:
            return True
        return _is_date(self) or _says_who(self.text)

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
        return not self.kind and len(self.text) >= _SENTENCE and _SENTENCE_END.search(self.text) is not None

    @property
    def classes(self) -> str:
        """The classes and roles of its element."""
        return f"{self.element.get('class') or ''} {self.element.get('itemprop') or ''}"


@dataclass(slots=True)
class Section:
    """One of the several articles of a page: its headline, its stamps, its text and what stands apart from it.

    `signed`: the name that stands below the text. `pasted`: it stands in a post of someone who did not write it.
    """

    heading: Block
    stamps: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    source: Block | None = None
    signed: str | None = None
    notes: list[Block] = field(default_factory=list)
    pasted: bool = False

    @property
    def link(self) -> str | None:
        """The address that its headline leads to."""
        return next((address for _, address in self.heading.links), None)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, as the lines beside a headline say; `declared` where a time element carries the day."""

    author: str | None = None
    published: str | None = None
    updated: str | None = None
    declared: bool = False


# Blocks


def blocks(root: _Element) -> list[Block]:
    """The words that a page shows, in reading order, without furniture, comments and what stands beside the text."""
    return list(_blocks(root, len(str(root.xpath("string()")))))


def _blocks(root: _Element, length: int) -> Iterator[Block]:
    from lxml import etree  # slow to import, and needed for web pages only

    walk = etree.iterwalk(root, events=("start", "end"))
    open_blocks: list[_Element] = [root]
    beside: list[_Element] = []
    noting: list[_Element] = []
    silent: _Element = None
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


def _unless_beside(found: Iterable[Block], beside: list[_Element]) -> Iterator[Block]:
    return (block for block in found if not beside or block.note)


class _Run:
    """The words since the last edge of a block element."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._element: _Element = None
        self._note = False
        self._bold: list[bool] = []  # for each part whether it is in bold
        self._deep = 0  # elements that make letters bold and are open
        self._links: list[tuple[str, str]] = []
        self._link: tuple[_Element, int] | None = None

    def enter(self, element: _Element, block: _Element, note: bool) -> None:
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

    def leave(self, element: _Element) -> None:
        """An inline element ends."""
        if _is_strong(element):
            self._deep = max(0, self._deep - 1)
        elif self._link is not None and self._link[0] is element:
            self._close_link()

    def add(self, words: str, block: _Element, note: bool) -> None:
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
                tag or (_BOLD if (bold or apart) and len(text) < _LONGEST_TITLE else ""),
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


def _is_strong(element: _Element) -> bool:
    if element.tag in ("b", "strong", "big") or (element.tag == "font" and element.get("size", "") in _LARGE_SIZES):
        return True
    style = element.get("style") if element.tag in ("span", "font") else None
    return bool(style and (_HEAVY.search(style) or _LARGE.search(style)))


def _is_set_as_heading(element: _Element) -> bool:
    """Whether class or style make a headline of an element that is no heading."""
    classes, style = element.get("class"), element.get("style")
    if element.get("role") == "heading" or (style and _HEAVY.search(style)):
        return True
    large = (classes and _TITLE_CLASS.search(classes)) or (style and _LARGE.search(style))
    return bool(large) or element.tag == "th"


def _is_cell(element: _Element) -> bool:
    """Whether a cell is one of several in a row and holds words only, so that the row is one line."""
    row = element.getparent()
    return row is not None and len(row) > 1 and all(inner.tag in _INLINE or inner.tag == "br" for inner in element)


def _is_silent(element: _Element, length: int) -> bool:
    """Whether nothing in it is shown, or nothing of an article."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return not _holds_page(element, length)
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    if _STEP.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return len(str(element.xpath("string()"))) <= _LONGEST_STEP
    return is_apart(element) and not _holds_page(element, length)


def is_apart(element: _Element) -> bool:
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


def is_about_author(element: _Element) -> bool:
    """Whether its classes say that it tells who the author is, and it is short enough for that."""
    classes = element.get("class")
    return bool(classes and _OF_AUTHOR.search(classes.lower())) and len(str(element.xpath("string()"))) <= _LONGEST_NOTE


def _holds_page(element: _Element, length: int) -> bool:
    return element.tag in ("form", "div", "section", "article", "main") and _is_most(element, length)


def _is_most(element: _Element, length: int) -> bool:
    return len(str(element.xpath("string()"))) * 2 > length


# Several articles


def sections(found: list[Block]) -> list[Section]:
    """The articles of a page that holds several, from its blocks; none where it holds one, or that is in doubt."""
    best: list[Section] = []
    for drafts in _readings(found):
        several = [draft for draft in drafts if _is_article(draft)]
        if len(several) > max(1, len(best)) and _fill_page(several, found):
            best = several
    threaded = len({_ANSWER.sub("", section.heading.text).casefold() for section in best}) == 1
    return list(map(_pasted, best)) if threaded else best


def _pasted(section: Section) -> Section:
    """An article pasted into a post, by the headline at the top of the post's text; the post itself without one."""
    first = next(iter(section.body), None)
    if first is None or first.kind != _BOLD:
        return section
    pasted = _section(first, section.body)
    pasted.stamps += [block for block in section.stamps if block.element is first.element]
    pasted.source = pasted.source or section.source
    pasted.pasted = True
    return pasted


def _readings(found: list[Block]) -> Iterator[list[Section]]:
    """The ways to take the page apart, the surest first: by kind of heading, by like containers, by like lines."""
    for kind in (*HEADINGS, _BOLD):
        yield _drafts(found, kind)
    yield from _alike(found)
    for heads in (_headings_with_bylines(found), *_lines_set_alike(found)):
        signed = _signed(found, heads) if heads else []
        if len(signed) > 1 and not any(_is_live(found[at].element) for at in signed):
            yield [_section(found[at], span) for at, span in _spans(found, signed, _ending(heads, signed))]


def _alike(found: list[Block]) -> Iterator[list[Section]]:
    """The sections of containers that look alike, each with its first heading, whatever its level.

    Unsigned ones count where nothing on the page is signed before them and all look alike.
    """
    holding: dict[_Element, tuple[int, int]] = {}
    for at, block in enumerate(found):
        if block.is_prose:
            for outer in (block.element, *block.element.iterancestors()):
                if outer.tag in _CONTAINERS:
                    first, words = holding.get(outer, (at, 0))
                    holding[outer] = first, words + block.words
    looks: dict[tuple[object, ...], list[tuple[int, _Element]]] = {}
    for outer, (first, words) in holding.items():
        if words >= _WORDS_OF_ARTICLE:
            looks.setdefault(_manner(outer), []).append((first, outer))
    for boxes in looks.values():
        outers = {outer for _, outer in boxes}
        if not 1 < len(boxes) <= _MOST_HEADINGS or any(
            _is_live(outer) or not outers.isdisjoint(outer.iterancestors()) for outer in outers
        ):
            continue
        spans = [_inside(found, first, {outer}) for first, outer in sorted(boxes, key=lambda box: box[0])]
        headed = [(span, head) for span in spans if (head := _first_heading(span)) is not None]
        if len({id(head) for _, head in headed}) < len(headed) or not 1 < len(headed):
            continue
        signed = [(span, head) for span, head in headed if _signed(span, [span.index(head)]) or _signs_off(span)]
        if len(signed) < 2 and (len(headed) < _FEWEST_ALIKE or not _stand_alone(found, headed[0][1], boxes[0][1])):
            continue
        yield [_section(head, span) for span, head in (headed if len(signed) < 2 else _with_likes(signed, headed))]


def _headings_with_bylines(found: list[Block]) -> list[int]:
    """The headings of whatever level with a byline between them and their text, where they are of several levels."""
    heads = []
    for at, block in enumerate(found):
        if block.kind in HEADINGS and len(block.text) <= _LONGEST_TITLE:
            beside = found[at + 1 : at + 4]
            opening = beside[: next((n for n, other in enumerate(beside) if other.kind or other.is_prose), len(beside))]
            if any(other.is_stamp and (_author(other) or _beside_date(other)) for other in opening):
                heads.append(at)
    return heads if len({found[at].kind for at in heads}) > 1 else []


def _with_likes(
    signed: list[tuple[list[Block], Block]], headed: list[tuple[list[Block], Block]]
) -> list[tuple[list[Block], Block]]:
    """The signed containers; all, where most are signed."""
    return headed if 2 * len(signed) > len(headed) else signed


def _manner(element: _Element) -> tuple[object, ...]:
    """Tag and class of an element, without what numbers it; without a class its tag and the element it stands in."""
    classes = (element.get("class") or "").split()
    return (str(element.tag), _NUMBER.sub("#", classes[0])) if classes else (str(element.tag), element.getparent())


def _first_heading(span: list[Block]) -> Block | None:
    """The heading at the top of a container, above its text."""
    for at, block in enumerate(span[:_LONGEST_TOP]):
        if block.kind and len(block.text) <= _LONGEST_TITLE and not block.is_stamp:
            return block
        if block.is_prose and at > 1:
            return None
    return None


def _signs_off(span: list[Block]) -> bool:
    return any(_SIGNED_OFF.fullmatch(block.text) for block in span[-2:])


def _stand_alone(found: list[Block], head: Block, box: _Element) -> bool:
    """Whether unsigned containers are no chapters: nothing above begins or signs an article, or heads them all.

    Below a heading of the first order they must say that they are pieces of their own.
    """
    above = found[: found.index(head)]
    headed = next((at for at, block in enumerate(above) if block.kind in ("h1", "h2")), None)
    below = above[headed or 0 :]
    if sum(block.words for block in below if block.is_prose) >= _WORDS_OF_ARTICLE:
        return False
    if any(block.is_stamp for block in below) and headed is not None:
        return False
    return headed is None or above[headed].kind == "h2" or bool(_PIECE_CLASS.search(box.get("class") or ""))


def _lines_set_alike(found: list[Block]) -> Iterator[list[int]]:
    """The short lines that no tag makes headings, by the class they have in common; the longest first."""
    looks: dict[tuple[str, str], list[int]] = {}
    for at, block in enumerate(found):
        if not block.kind and block.element.get("class"):
            looks.setdefault((block.element.tag, block.element.get("class")), []).append(at)
    alike = []
    for places in looks.values():
        lines = [found[at] for at in places]
        lengths = [len(line.text) for line in lines]
        if not 1 < len(lines) <= _MOST_HEADINGS or max(lengths) > _LONGEST_TITLE:
            continue
        if sum(lengths) >= _SHORTEST_LINE * len(lines) and not any(map(_is_no_headline, lines)):
            alike.append((sum(lengths) / len(lines), places))
    for _, places in sorted(alike, key=lambda each: -each[0]):
        yield places


def _is_no_headline(block: Block) -> bool:
    return block.is_stamp or is_source(block) or block.text.endswith((".", ",", ":", ";"))


def may_hold_several(found: list[Block]) -> bool:
    """Whether two lines say who or when (or one source each), each with text of its own below."""
    stamped = [at for at, block in enumerate(found) if block.is_stamp or is_source(block)]
    ends = [*stamped[1:], len(found)][: len(stamped)]
    apart = [
        at for at, end in zip(stamped, ends, strict=True) if sum(block.is_prose for block in found[at + 1 : end]) > 1
    ]
    headed = next((at for at, block in enumerate(found) if block.kind == "h1"), None)
    own = headed is not None and any(block.is_stamp for block in found[headed + 1 : headed + 4])
    return len(apart) > 1 and not own


def is_list_of_teasers(found: list[Block]) -> bool:
    """Whether a page holds only headlines that lead elsewhere, each with a few words."""
    for kind in HEADINGS:
        drafts = [draft for draft in _drafts(found, kind) if draft.link]
        if len(drafts) >= _FEWEST_TEASERS and all(map(_is_teaser, drafts)):
            inside = sum(block.words for draft in drafts for block in draft.body if block.is_prose)
            if sum(block.words for block in found if block.is_prose) - inside < _WORDS_OF_ARTICLE:
                return True
    return False


def _is_teaser(draft: Section) -> bool:
    prose = [block for block in draft.body if block.is_prose]
    return len(prose) < 2 and sum(block.words for block in prose) < _WORDS_OF_EXCERPT


def _fill_page(several: list[Section], found: list[Block]) -> bool:
    """Whether these articles are what the page is about: they hold most of its prose, and little stands before them.

    A byline and a paragraph under the page's own headline make what follows its sections.
    """
    prose = sum(block.words for block in found if block.is_prose and not block.note)
    held = sum(block.words for section in several for block in section.body if block.is_prose)
    first = found.index(several[0].heading)
    headed = next((at for at in range(first) if found[at].kind == "h1"), first)
    above = found[headed:first]
    before = sum(block.words for block in above if block.is_prose)
    own = before >= _WORDS_OF_ARTICLE and any(not block.is_prose and _says_who(block.text) for block in above)
    return held >= _MOST_OF_PAGE * prose and before < _WORDS_BEFORE and not own


def _drafts(found: list[Block], kind: str) -> list[Section]:
    """What the headings of a kind head, where at least two of them are signed or stand each in its own container."""
    heads = [at for at, block in enumerate(found) if block.kind == kind and len(block.text) <= _LONGEST_TITLE]
    if not 1 < len(heads) <= _MOST_HEADINGS:
        return []
    signed = _signed(found, heads)
    if len(signed) < 2:
        around = {at: outer for at in heads if (outer := _marked(found[at].element)) is not None}
        holding = Counter(around.values())
        signed = [at for at, outer in around.items() if holding[outer] == 1]
    if len(signed) < 2 or any(_is_live(found[at].element) for at in signed):
        return []
    return [_section(found[at], span) for at, span in _spans(found, signed, _ending(heads, signed))]


def _ending(heads: Sequence[int], signed: Sequence[int]) -> list[int]:
    """The headings that end the last article: those after it, where no other article has such headings within."""
    after = [at for at in heads if at > signed[-1]]
    plain = len(heads) == len(signed) + len(after) + sum(at < signed[0] for at in heads)
    return after if plain and len(signed) >= _FEWEST_ALIKE else []


def _is_live(element: _Element) -> bool:
    """Whether it is an entry of a report in entries, which is one article."""
    return any(_LIVE.search(outer.get("class") or "") for outer in (element, *element.iterancestors()))


def _signed(found: list[Block], heads: list[int]) -> list[int]:
    """The headings with a stamp beside them, or with one source line at the end of what follows."""
    signed = []
    for at, end in zip(heads, [*heads[1:], len(found)], strict=True):
        sources = sum(is_source(block) for block in found[at + 1 : end])
        beside = _beside(found, at, end)
        if (
            sources == 1
            or _signs_off(found[at + 1 : end])
            or _dated_above(found, at)
            or any(block.is_stamp for block in beside)
            or any(map(_dateline, beside))
        ):
            signed.append(at)
    return signed


def _dated_above(found: list[Block], at: int) -> list[Block]:
    """The date lines just above a heading, beside it in the same container."""
    outer = found[at].element.getparent()
    above = found[max(0, at - 2) : at]
    if at > 2 and _SIGNED_OFF.fullmatch(found[at - 2].text):
        return []
    return [block for block in above if block.element.getparent() is outer and not block.kind and _is_date(block)]


def _beside(found: list[Block], at: int, end: int) -> list[Block]:
    """The lines below a heading in which stamps may stand: to the second paragraph of running text."""
    beside = found[at + 1 : min(end, at + 7)]
    proses = [number for number, block in enumerate(beside) if block.is_prose and not block.is_stamp]
    return beside[: proses[1]] if len(proses) > 1 else beside


def _spans(found: list[Block], heads: Sequence[int], ending: Sequence[int]) -> Iterator[tuple[int, list[Block]]]:
    """For each heading the blocks that belong to it: its container's, or those up to the next heading."""
    holding: Counter[_Element] = Counter()
    for at in (*heads, *ending):
        holding.update((found[at].element, *found[at].element.iterancestors()))
    boxes = [_box(found[at].element, holding) for at in heads]
    separator = _separator(boxes)
    for at, box in zip(heads, boxes, strict=True):
        if holding[found[at].element] > 1:
            yield at, _run_on(found, at, {*heads, *ending})
            continue
        inside = _inside(found, at, {box})
        if sum(block.words for block in inside if block.is_prose) < _WORDS_OF_ARTICLE:
            inside = _inside(found, at, {box, *_following(box, holding, separator)})
            inside = [block for block in _dated_above(found, at) if block not in inside] + inside
        yield at, inside


def _run_on(found: list[Block], at: int, heads: set[int]) -> list[Block]:
    """The blocks from a heading to the next one, where both are only lines of one element."""
    outer = found[at].element
    end = at + 1
    while end < len(found) and end not in heads and _holds(outer, found[end].element):
        end += 1
    above = [block for block in found[max(0, at - 2) : at] if block.element is outer and block.is_stamp]
    return [*(above if _dated_above(found, at) else []), *found[at:end]]


def _holds(outer: _Element, element: _Element) -> bool:
    return element is outer or any(each is outer for each in element.iterancestors())


def _box(element: _Element, holding: Counter[_Element]) -> _Element:
    """The largest element around a heading that holds no other of them."""
    for outer in element.iterancestors():
        if holding[outer] > 1 or outer.tag in ("body", "main", "html"):
            break
        element = outer
    return element


def _following(box: _Element, holding: Counter[_Element], separator: tuple[str, ...] | None) -> Iterator[_Element]:
    for sibling in box.itersiblings():
        if holding[sibling] or (separator is not None and _look(sibling) == separator):
            return
        yield sibling


def _separator(boxes: Sequence[_Element]) -> tuple[str, ...] | None:
    """How the rule or label looks that stands before each of the boxes; None where there is none."""
    before = [box.getprevious() for box in boxes]
    if any(each is None or len(" ".join(each.xpath("string()").split())) > _LONGEST_LABEL for each in before):
        return None
    looks = {_look(each) for each in before}
    following = {_look(next_one) for box in boxes if (next_one := box.getnext()) is not None}
    return looks.pop() if len(looks) == 1 and not looks & following else None


def _look(element: _Element) -> tuple[str, ...]:
    """Tag and manner of an element and of its first child."""
    inner = element[0] if len(element) else None
    return tuple(
        part
        for each in (element, inner)
        if each is not None
        for part in (str(each.tag), each.get("class") or "", each.get("bgcolor") or "", each.get("style") or "")
    )


def _inside(found: list[Block], at: int, wanted: set[_Element]) -> list[Block]:
    """The blocks around a heading that stand in these elements, which follow one another."""

    def holds(number: int) -> bool:
        element = found[number].element
        return element in wanted or any(outer in wanted for outer in element.iterancestors())

    begin = next((number + 1 for number in range(at - 1, -1, -1) if not holds(number)), 0)
    end = next((number for number in range(at + 1, len(found)) if not holds(number)), len(found))
    return found[begin:end]


def _marked(element: _Element) -> _Element | None:
    """The container around a heading that says it is an article's."""
    for outer in element.iterancestors():
        if (
            outer.tag == "article"
            or _MARKED_CLASS.search(outer.get("class") or "")
            or _MARKED_TYPE.search(outer.get("itemtype") or "")
            or outer.get("data-url")
        ):
            return outer
    return None


def _section(heading: Block, span: list[Block]) -> Section:
    section = Section(heading)
    begun = span.index(heading)
    section.stamps = [block for block in span[:begun] if block.is_stamp]
    section.body = [block for block in span[:begun] if block.is_prose and not block.is_stamp]
    proses = 0
    paid: _Element = None
    for at, block in enumerate(span[begun + 1 :]):
        if block.kind and _PAID.match(block.text) and block.element is not heading.element:
            paid = block.element
        if block.element is paid:
            continue
        if block.note:
            section.notes += [block] if block.is_sentence else []
        elif furniture.COMMENTS.fullmatch(block.text) or furniture.LIST.fullmatch(block.text):
            break
        elif at < 8 and proses < 2 and block.is_stamp:
            section.stamps.append(block)
        elif block.is_stamp and _SAYS_WHEN.match(block.text):
            section.stamps.append(block)
        elif is_source(block):
            section.source = section.source or block
        elif not _is_furniture(block, opening=not proses):
            section.body.append(block)
            proses += block.is_prose
    below: list[Block] = []
    while section.body and _is_left_over(section.body[-1]):
        below.append(section.body.pop())
        if signed := _SIGNED_OFF.fullmatch(below[-1].text):
            section.signed = stamps.people(signed["who"])
            section.stamps += [block for block in below if block.is_stamp]
    return section


def _is_furniture(block: Block, *, opening: bool) -> bool:
    text = block.text
    if opening and len(text) <= _LONGEST_LABEL and _LABEL_CLASS.search(block.classes):
        return True
    if block.is_link and len(text) < _PROSE:
        return True
    if _PAID.match(text) and len(text) < 300:
        return True
    return bool(len(text) <= 300 and (furniture.ALWAYS.fullmatch(text) or furniture.END.fullmatch(text)))


def _is_left_over(block: Block) -> bool:
    """A label or heading with nothing after it."""
    if block.element.tag in ("li", "figcaption", "tr", "td") and not block.kind:
        return False
    return len(block.text) <= _LONGEST_LABEL and not _SENTENCE_END.search(block.text)


def _is_article(section: Section) -> bool:
    """Whether it is a whole article, not a teaser of one."""
    prose = [block for block in section.body if block.is_prose]
    words = sum(block.words for block in prose)
    if not prose or words < _WORDS_OF_ARTICLE:
        return False
    last = section.body[-1].text
    if _BREAKS_OFF.search(last[-80:]) or _GOES_ON.fullmatch(last[-120:]):
        return False
    if len(prose) < 2:
        return words >= _WORDS_OF_NOTICE and section.link is None
    return section.link is None or words >= _WORDS_OF_EXCERPT or len(prose) > 2


# Stamps


def says_who_or_when(line: str, *, dates_too: bool) -> bool:
    """Whether a line of words alone is a byline, says when the text was changed, or (`dates_too`) is a date."""
    opened = _dates([line])
    return bool((opened.published and dates_too) or opened.updated) or _says_who(line)


def author_beside(found: list[Block], title: str | None) -> str | None:
    """Who wrote the article, by the lines below its headline."""
    at = _headline(found, title)
    beside = _beside(found, at, len(found)) if at is not None else []
    return next((name for block in beside if block.is_stamp and (name := _author(block))), None)


def standfirst(found: list[Block], title: str | None) -> str | None:
    """The paragraph between headline and text that is set apart as what sums the article up."""
    at = _headline(found, title)
    beside = _beside(found, at, len(found)) if at is not None else []
    return next((block.text for block in beside if block.is_prose and _STANDFIRST_CLASS.search(block.classes)), None)


def _headline(found: list[Block], title: str | None) -> int | None:
    wanted = " ".join((title or "").casefold().split())
    return next(
        (at for at, block in enumerate(found) if block.kind and " ".join(block.text.casefold().split()) == wanted), None
    )


def _says_who(line: str) -> bool:
    return any(_BY.match(part) and _named(part) for part in _PARTS.split(line))


def _is_date(block: Block) -> bool:
    if len(block.text) > _LONGEST_STAMP:
        return False
    opened = _dates([_BUTTONS.sub("", block.text)])
    return bool(opened.published or opened.updated) or any(_day(time) for time in block.element.iter("time"))


def _dateline(block: Block) -> str | None:
    """The day that running text begins with, as in "HALE, 12 March 2021 (MNS) - The board ..."."""
    return _dates([block.text[:_LONGEST_STAMP]]).published if block.is_prose else None


def is_source(block: Block) -> bool:
    """Whether it is a closing line such as "Source: Harbour Gazette, 3 May 2021"."""
    return not block.kind and source_of(block) is not None


def source_of(block: Block) -> stamps.Source | None:
    """What a closing source line names; also one in brackets, "(Harbour Gazette, 3 May 2021, page 5)"."""
    text = block.text
    if len(text) <= _LONGEST_LINE_OF_SOURCE and text[:1] in "([" and text[-1:] in ")]" and "," in text:
        named = stamps.source(f"Source: {text[1:-1]}")
        return named if named and named.published else None
    named = stamps.source(text)
    number = _NUMERIC_DATE.search(text) if named else None
    stated = dates.find(number[0]) if number else None
    if named is None or stated is None or named.published == stated.iso:
        return named
    publisher = _NUMERIC_END.sub("", named.publisher or "") or None
    return replace(named, publisher=publisher, published=stated.iso)


def signature(section: Section, language: str | None) -> Signature:
    """Who wrote the article and when, as its stamps say."""
    author = next((name for block in section.stamps if (name := _author(block))), None)
    author = author or next((name for block in section.stamps if (name := _beside_date(block))), None) or section.signed
    times = [time for block in section.stamps for time in block.element.iter("time")]
    days = [
        (day, bool(_SAYS_UPDATED.search(f"{time.get('class')} {time.text}"))) for time in times if (day := _day(time))
    ]
    declared = next((day for day, updated in days if not updated), None)
    changed = next((day for day, updated in days if updated), None)
    said = _dates([_BUTTONS.sub("", block.text) for block in section.stamps], language)
    proses = [block for block in section.body if block.is_prose]
    opened = next((day for block in proses[:2] if (day := _dateline(block))), None)
    return Signature(author, declared or said.published or opened, changed or said.updated, declared is not None)


def _dates(lines: Sequence[str], language: str | None = None) -> metadata.Opening:
    """The dates of the lines, and where they say none together, of their parts."""
    if not any(map(_DIGIT.search, lines)):
        return metadata.Opening()
    whole = metadata.opening(lines, language)
    if whole.published:
        return whole
    parts = metadata.opening([part for line in lines for part in _PARTS.split(line) if part], language)
    return metadata.Opening(parts.published, whole.updated or parts.updated)


def _day(time: _Element) -> str | None:
    stated = _DAY.match((time.get("datetime") or "").strip())
    return dates.iso(int(stated[1]), int(stated[2]), int(stated[3])) if stated else None


def _author(block: Block) -> str | None:
    for element in block.element.xpath(".//*[@rel='author' or @itemprop='author']")[:1]:
        if words := " ".join(element.xpath("string()").split()):
            return words if len(words) <= 80 else None
    for part in _PARTS.split(block.text):
        if _BY.match(part) and (name := _named(part)):
            linked = next((words for words, _ in block.links if len(words) > 1 and name.startswith(words)), None)
            return linked or name
    if re.search(r"(?:^|[\s_-])(?:byline|author|by)(?:$|[\s_-])", block.classes) and not re.search(r"\d", block.text):
        name = _AFTER_NAME.split(block.text)[0].strip()
        return name if 0 < len(name.split()) <= 6 else None
    return None


def _beside_date(block: Block) -> str | None:
    """The name before a date, as in "Ada Quill | Gazette | 3 May 2021"."""
    parts = [part for part in _PARTS_AND_DASHES.split(_BUTTONS.sub("", block.text)) if part]
    if len(parts) > 1 and any(_dates([part]) != metadata.Opening() for part in parts):
        return stamps.people(parts[0]) or (stamps.people(parts[1]) if _DIGIT.search(parts[0]) else None)
    stated = stamps.byline(_BUTTONS.sub("", block.text))
    return stated.author if stated else None


def _named(part: str) -> str | None:
    match = _BY.match(part)
    name = _AFTER_NAME.split(match["who"])[0].strip(" ,;:") if match else ""
    is_name = 0 < len(name.split()) <= 6 and (name[0].isupper() or not name[0].isalpha() or not name[0].isascii())
    return name if is_name else None
