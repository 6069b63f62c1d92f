"""The several articles that a web page may hold.

They are told by headings of one kind, each with a stamp (byline, date, source line), an own address or an article's
container of its own, and with prose of its own; else by containers that look alike, each with a headline of whatever
level, or by lines set alike above the stamps. Comments, teasers, lists of links and a page's furniture are part of
none. Whatever leaves doubt is one article. The tree is only read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.articles import furniture, stamps
from qa.articles.blocks import (
    BOLD,
    BUTTONS,
    HEADINGS,
    LONGEST_TITLE,
    PROSE,
    SENTENCE_END,
    Block,
    Element,
    dates_in,
    day_of,
    is_date,
    says_who,
)
from qa.articles.bylines import author_in, dateline, is_source, lines_beside, name_beside_date

_LABEL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:kicker|section|category|categories|cat|label|eyebrow|rubric|topic|credit|src)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MARKED_CLASS = re.compile(r"(?:^|\s)(?:hentry|h-entry|post|story|article|entry|release|news-item|notice)(?:$|\s)")
_PIECE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:piece|brief|note|news|item|entry|story|post|article|dispatch|bulletin|report|release|review|essay"
    r"|letter|column)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
_MARKED_TYPE = re.compile(r"schema\.org/(?:\w*Article|BlogPosting|Report)\b")
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
_LIVE = re.compile(r"live-?(?:blog|post|ticker|update|entry)|(?:^|[\s_-])ticker", re.IGNORECASE)
_SAYS_WHEN = re.compile(r"(?:(?:first|originally|last)\s+)?(?:published|posted|updated|modified)\b", re.IGNORECASE)
_SAYS_UPDATED = re.compile(r"updat|modif|aktualis|mis à jour|actualiz", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:(?:re|aw|sv|tr)\s*:\s*)+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_CONTAINERS = frozenset("article section div li td tr tbody table dd details blockquote center".split())
_SIGNED_OFF = re.compile(r"\W{0,2}[—–-]{1,2}\s*(?P<who>[^\W\d_][^.!?]{2,60})")
_LONGEST_TOP = 6  # blocks of a container among which its headline is
_SHORTEST_LINE = 12
_WORDS_OF_ARTICLE = 40
_WORDS_OF_NOTICE = 50
_WORDS_OF_EXCERPT = 80  # a headline that leads elsewhere and fewer words than these make a teaser
_MOST_OF_PAGE = 0.55  # share of the page's prose that several articles hold together
_WORDS_BEFORE = 150  # more prose than this under the page's own headline: what follows are its sections
_LONGEST_LABEL = 60
_MOST_HEADINGS = 500
_FEWEST_TEASERS = 3
_FEWEST_ALIKE = 3


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
    if first is None or first.kind != BOLD:
        return section
    pasted = _section(first, section.body)
    pasted.stamps += [block for block in section.stamps if block.element is first.element]
    pasted.source = pasted.source or section.source
    pasted.pasted = True
    return pasted


def _readings(found: list[Block]) -> Iterator[list[Section]]:
    """The ways to take the page apart, the surest first: by kind of heading, by like containers, by like lines."""
    for kind in (*HEADINGS, BOLD):
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
    holding: dict[Element, tuple[int, int]] = {}
    for at, block in enumerate(found):
        if block.is_prose:
            for outer in (block.element, *block.element.iterancestors()):
                if outer.tag in _CONTAINERS:
                    first, words = holding.get(outer, (at, 0))
                    holding[outer] = first, words + block.words
    looks: dict[tuple[object, ...], list[tuple[int, Element]]] = {}
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
        if block.kind in HEADINGS and len(block.text) <= LONGEST_TITLE:
            beside = found[at + 1 : at + 4]
            opening = beside[: next((n for n, other in enumerate(beside) if other.kind or other.is_prose), len(beside))]
            if any(other.is_stamp and (author_in(other) or name_beside_date(other)) for other in opening):
                heads.append(at)
    return heads if len({found[at].kind for at in heads}) > 1 else []


def _with_likes(
    signed: list[tuple[list[Block], Block]], headed: list[tuple[list[Block], Block]]
) -> list[tuple[list[Block], Block]]:
    """The signed containers; all, where most are signed."""
    return headed if 2 * len(signed) > len(headed) else signed


def _manner(element: Element) -> tuple[object, ...]:
    """Tag and class of an element, without what numbers it; without a class its tag and the element it stands in."""
    classes = (element.get("class") or "").split()
    return (str(element.tag), _NUMBER.sub("#", classes[0])) if classes else (str(element.tag), element.getparent())


def _first_heading(span: list[Block]) -> Block | None:
    """The heading at the top of a container, above its text."""
    for at, block in enumerate(span[:_LONGEST_TOP]):
        if block.kind and len(block.text) <= LONGEST_TITLE and not block.is_stamp:
            return block
        if block.is_prose and at > 1:
            return None
    return None


def _signs_off(span: list[Block]) -> bool:
    return any(_SIGNED_OFF.fullmatch(block.text) for block in span[-2:])


def _stand_alone(found: list[Block], head: Block, box: Element) -> bool:
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
        if not 1 < len(lines) <= _MOST_HEADINGS or max(lengths) > LONGEST_TITLE:
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
    own = before >= _WORDS_OF_ARTICLE and any(not block.is_prose and says_who(block.text) for block in above)
    return held >= _MOST_OF_PAGE * prose and before < _WORDS_BEFORE and not own


def _drafts(found: list[Block], kind: str) -> list[Section]:
    """What the headings of a kind head, where at least two of them are signed or stand each in its own container."""
    heads = [at for at, block in enumerate(found) if block.kind == kind and len(block.text) <= LONGEST_TITLE]
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


def _is_live(element: Element) -> bool:
    """Whether it is an entry of a report in entries, which is one article."""
    return any(_LIVE.search(outer.get("class") or "") for outer in (element, *element.iterancestors()))


def _signed(found: list[Block], heads: list[int]) -> list[int]:
    """The headings with a stamp beside them, or with one source line at the end of what follows."""
    signed = []
    for at, end in zip(heads, [*heads[1:], len(found)], strict=True):
        sources = sum(is_source(block) for block in found[at + 1 : end])
        beside = lines_beside(found, at, end)
        if (
            sources == 1
            or _signs_off(found[at + 1 : end])
            or _dated_above(found, at)
            or any(block.is_stamp for block in beside)
            or any(map(dateline, beside))
        ):
            signed.append(at)
    return signed


def _dated_above(found: list[Block], at: int) -> list[Block]:
    """The date lines just above a heading, beside it in the same container."""
    outer = found[at].element.getparent()
    above = found[max(0, at - 2) : at]
    if at > 2 and _SIGNED_OFF.fullmatch(found[at - 2].text):
        return []
    return [block for block in above if block.element.getparent() is outer and not block.kind and is_date(block)]


def _spans(found: list[Block], heads: Sequence[int], ending: Sequence[int]) -> Iterator[tuple[int, list[Block]]]:
    """For each heading the blocks that belong to it: its container's, or those up to the next heading."""
    holding: Counter[Element] = Counter()
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


def _holds(outer: Element, element: Element) -> bool:
    return element is outer or any(each is outer for each in element.iterancestors())


def _box(element: Element, holding: Counter[Element]) -> Element:
    """The largest element around a heading that holds no other of them."""
    for outer in element.iterancestors():
        if holding[outer] > 1 or outer.tag in ("body", "main", "html"):
            break
        element = outer
    return element


def _following(box: Element, holding: Counter[Element], separator: tuple[str, ...] | None) -> Iterator[Element]:
    for sibling in box.itersiblings():
        if holding[sibling] or (separator is not None and _look(sibling) == separator):
            return
        yield sibling


def _separator(boxes: Sequence[Element]) -> tuple[str, ...] | None:
    """How the rule or label looks that stands before each of the boxes; None where there is none."""
    before = [box.getprevious() for box in boxes]
    if any(each is None or len(" ".join(each.xpath("string()").split())) > _LONGEST_LABEL for each in before):
        return None
    looks = {_look(each) for each in before}
    following = {_look(next_one) for box in boxes if (next_one := box.getnext()) is not None}
    return looks.pop() if len(looks) == 1 and not looks & following else None


def _look(element: Element) -> tuple[str, ...]:
    """Tag and manner of an element and of its first child."""
    inner = element[0] if len(element) else None
    return tuple(
        part
        for each in (element, inner)
        if each is not None
        for part in (str(each.tag), each.get("class") or "", each.get("bgcolor") or "", each.get("style") or "")
    )


def _inside(found: list[Block], at: int, wanted: set[Element]) -> list[Block]:
    """The blocks around a heading that stand in these elements, which follow one another."""

    def holds(number: int) -> bool:
        element = found[number].element
        return element in wanted or any(outer in wanted for outer in element.iterancestors())

    begin = next((number + 1 for number in range(at - 1, -1, -1) if not holds(number)), 0)
    end = next((number for number in range(at + 1, len(found)) if not holds(number)), len(found))
    return found[begin:end]


def _marked(element: Element) -> Element | None:
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
    paid: Element = None
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
    if block.is_link and len(text) < PROSE:
        return True
    if _PAID.match(text) and len(text) < 300:
        return True
    return bool(len(text) <= 300 and (furniture.ALWAYS.fullmatch(text) or furniture.END.fullmatch(text)))


def _is_left_over(block: Block) -> bool:
    """A label or heading with nothing after it."""
    if block.element.tag in ("li", "figcaption", "tr", "td") and not block.kind:
        return False
    return len(block.text) <= _LONGEST_LABEL and not SENTENCE_END.search(block.text)


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


def signature(section: Section, language: str | None) -> Signature:
    """Who wrote the article and when, as its stamps say."""
    author = next((name for block in section.stamps if (name := author_in(block))), None)
    author = (
        author or next((name for block in section.stamps if (name := name_beside_date(block))), None) or section.signed
    )
    times = [time for block in section.stamps for time in block.element.iter("time")]
    days = [
        (day, bool(_SAYS_UPDATED.search(f"{time.get('class')} {time.text}"))) for time in times if (day := day_of(time))
    ]
    declared = next((day for day, updated in days if not updated), None)
    changed = next((day for day, updated in days if updated), None)
    said = dates_in([BUTTONS.sub("", block.text) for block in section.stamps], language)
    proses = [block for block in section.body if block.is_prose]
    opened = next((day for block in proses[:2] if (day := dateline(block))), None)
    return Signature(author, declared or said.published or opened, changed or said.updated, declared is not None)
