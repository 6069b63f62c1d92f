"""What a web page says of its article: title, publisher, author, dates, address, language; None where it does not say.

In the order of trust: the page's own data (JSON-LD of the article, meta elements, microdata, time elements), then a
line of words beside the headline (a byline or dateline). Dates of teasers, comments, footers and events, of saving and
of rendering are not taken; where two statements differ and nothing tells which is the article's, neither is. Nothing is
fetched, no markup makes it fail.
"""

from __future__ import annotations

import datetime
import html as entities
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from qa.articles import dates

_Element: TypeAlias = Any  # lxml has no types
_Node: TypeAlias = dict[str, Any]

_LONGEST_PAGE = 5_000_000
_ARTICLE_KINDS = frozenset(("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report", "AnalysisNewsArticle"))
_PUBLISHED_KEYS = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date.published",
    "og:published_time", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_online_date",
    "citation_date", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date",
    "dc.date", "cxenseparse:recs:publishtime", "rnews:datepublished", "publication_date", "publication-date",
    "publish_date", "publish-date", "publishdate", "pubdate", "originalpublicationdate", "date",
)  # fmt: skip
_UPDATED_KEYS = ("article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified",
                 "dc.date.modified")  # fmt: skip
_TITLE_KEYS = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "citation_title", "dc.title")
_PUBLISHER_KEYS = ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "publisher")
_AUTHOR_KEYS = ("author", "article:author", "parsely-author", "sailthru.author", "citation_author", "dc.creator",
                "dcterms.creator", "byl")  # fmt: skip
# Names that systems write where they know none.
_NO_NAMES = frozenset(("admin", "administrator", "author", "blogger", "wordpress"))
# Days that systems write where they know none.
_NO_DAYS = frozenset(("1970-01-01", "1969-12-31", "1900-01-01"))

_WRAPPING = re.compile(r"(?://|/\*)?\s*(?:<!\[CDATA\[|\]\]>|<!--|-->)\s*(?:\*/)?")
_SPARE_COMMA = re.compile(r",(?=\s*[}\]])")
_DAY_AND_TIME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=$|[T ]\d)")
_IN_UTC = re.compile(r"[T ](\d{2}):\d{2}[:.\d]* ?(?:Z|[+-]00:?00|GMT(?:\+0000)?|UTC)$")
_NUMERIC = re.compile(r"(?<![\d/.-])\d{1,2}[/.-] ?\d{1,2}[/.-] ?\d{4}(?!\d)")
_INLINE = frozenset("a abbr b bdi bdo cite data em font i ins label mark small span strong sub sup time u".split())
_SKIPPED = frozenset(
    "script style noscript template aside nav footer form button select svg iframe video audio figure table".split()
)
_APART = re.compile(
    r"(?:^|[\s_-])(?:related|sidebar|comments?|site-header|masthead|recommend\w*|teasers?|promo\w*|widget|newsletter|trending|popular|latest"
    r"|also|breadcrumbs?|advert\w*|footer|menu|events?|calendar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"by-?line|author|aut[eo]u?r|date|time|stamp|meta|publish|posted|info|datum|fecha|data|zeit|tarih|kicker|credit"
    r"|\bpub",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(
    r"(?<!re)publish|posted|entry-date|pubdate|veröffentlicht|erstellt|erschienen|publi[éez]|publica[cdt]|publicer"
    r"|\bparu\b|pubblicat|geplaatst|opublikowan|publikac|dodano|опубликован|публикац|опубліков|публікац|yayın|eklenme"
    r"|giriş|发布|發布|發佈|公開|掲載|配信|입력|등록|승인|نشر|diterbitkan|dipublikasikan|udgivet|julkaist|publikov|vydáno"
    r"|δημοσί|ανάρτηση|közzét|\bissued\b|\b(?:fecha|data|date|datum|дата|tarih|تاريخ|ημερομηνία)\s?:",
    re.IGNORECASE,
)
_SAYS_UPDATED = re.compile(
    r"updat|modifi|revised|corrected|aktualisier|\bstand\b|zuletzt|geändert|mis(?:e)? à jour|\bmaj\b(?= ?:)|actuali"
    r"|aggiorn|atualiza|bijgewerkt|gewijzigd|aktualiz|обновл|изменен|оновлен|змінен|güncelle|更新|修改|수정|업데이트|تحديث|تعديل"
    r"|diperbarui|diubah|uppdater|ändrad|oppdater|opdater|päivitet|frissít|upraven|ενημέρωσ|ενημερώ|τροποπο",
    re.IGNORECASE,
)
_LABEL_WORDS = re.compile(
    rf"\w*(?:{_SAYS_PUBLISHED.pattern}|{_SAYS_UPDATED.pattern})\w*|\b(?:first|last|on|il|am|op|le|dne|ultimo|ultima|última"
    r"|letzte|dernière|son|laatst|letzt|senast|آخر|في|τελευταία|时间|時間|日|시간|time|tarihi?|date|data|datum|fecha|дата|تاريخ|ημερομηνία)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\W*(?:(?:written |posted |story )?by|von|par|por|di|de|door|av|af|oleh|autor|autorka|автор|του|της|των|بقلم|كتب"
    r"|文|记者|記者|作者|来源|來源|words|text)\b[\s:：]*",
    re.IGNORECASE,
)
_REPORTER = ("記者", "记者", "기자")
_DATE = "\ufffc"  # stands for a date that is taken out of a line
_PARTS = re.compile(r"[|·•/;,،()–—\u3000]|\s-\s|\.\s(?=[^\W\d_]{2,}:?\s)")
_AFTER_DATELINE = re.compile(
    r"\s*(?:г(?:ода|\.)?|р(?:оку|\.)?)?\s*(\([^()]{1,30}\))?\s*(?:\.?\s?[—–-]{1,2}\s|[电電訊讯])"
)
_SENTENCE = re.compile(r".{30,}[.!?…»”\"]|.{18,}[。！？]|.{90,}", re.DOTALL)
_MOST_LINES = 14


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states; `published` and `updated` as in `qa.articles.dates`.

    `dated_by`: "page metadata" for what the page declares, "dateline" for words beside the headline, else "unknown".
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    dated_by: str = "unknown"
    updated: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The dates that stand in the lines around a headline; `declared` where a time element carries the day."""

    published: str | None = None
    updated: str | None = None
    declared: bool = False


@dataclass(slots=True)
class _Line:
    """A line of the page: its words, the classes of its elements, whether a time element gave a day of it."""

    text: str
    hint: str = ""
    declared: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """The page taken apart once: its tree, meta elements, headline and language tag."""

    root: _Element
    metas: dict[str, list[str]]
    titles: tuple[str, ...]
    headline: _Element | None
    language: str | None
    around: frozenset[_Element]  # the elements that the headline lies in

    def first(self, keys: Iterable[str]) -> str | None:
        return next((value for key in keys for value in self.metas.get(key, ())), None)


def stated(html: str) -> Stated:
    """What the page states of its article. Never raises: broken markup states less."""
    root = _tree(html)
    return Stated() if root is None else stated_in(root)


def stated_in(root: _Element) -> Stated:
    """What the page of this tree (lxml's, of HTML) states of its article. Never raises; the tree is only read."""
    nodes = list(_nodes(root))
    page = _page(root)
    url = _url(page)
    article = _main([node for node in nodes if _is_article(node)], page.titles, url)
    published, updated, dated_by = _dates(page, nodes, article, url)
    publisher = _publisher(page, nodes, article)
    return Stated(
        title=_title(page, article, publisher),
        publisher=publisher,
        author=_author(page, nodes, article),
        published=published,
        dated_by=dated_by,
        updated=updated,
        url=url or _absolute(_plain(article.get("url"))),
        language=page.language.split("-")[0].lower() if page.language else None,
    )


def opening(lines: Iterable[str], language: str | None = None) -> Opening:
    """The dates in the first lines of a text, its title left out: in a byline, a line of its own, a dateline."""
    return _opening([_Line(" ".join(line.split())) for line in lines], language, ())


# The tree of the page


def _tree(html: str) -> _Element | None:
    # lxml comes with trafilatura; it is slow to import, and needed for web pages only.
    from lxml import etree
    from lxml import html as markup

    data = html[:_LONGEST_PAGE].encode("utf-8", "replace").replace(b"\0", b"")
    parser = markup.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return markup.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _page(root: _Element) -> _Page:
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        key, value = meta.get("property") or meta.get("name"), _plain(meta.get("content"))
        if key and value:
            metas.setdefault(key.strip().lower(), []).append(value)
    named = [value for key in _TITLE_KEYS for value in metas.get(key, ())]
    named += [title for title in (_plain(each.text) for each in root.iter("title")) if title]
    headline = _headline(root, named)
    if headline is not None:
        named.append(_content(headline))
    locale = (metas.get("og:locale") or [""])[0].replace("_", "-")
    tag = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or locale
    language = tag.strip() if re.match(r"\s*[A-Za-z]{2,3}(?:[-_]|\s*$)", tag) else None
    around = frozenset(headline.iterancestors()) if headline is not None else frozenset()
    return _Page(root, metas, tuple(named), headline, language and language.replace("_", "-"), around)


def _headline(root: _Element, titles: list[str]) -> _Element | None:
    """The element with the article's headline: the first that agrees with the titles, else the only h1."""
    tops = [element for element in root.iter("h1") if _content(element)]
    for element in [*tops, *root.iter("h2")]:
        words = _content(element)
        if len(words) > 3 and any(_alike(words, title) for title in titles):
            return element
    return tops[0] if len(tops) == 1 and not any(_names_site(_content(tops[0]), title) for title in titles) else None


def _names_site(words: str, title: str) -> bool:
    """Whether these words are only what ends the page's title, as in "A headline | The site"."""
    return len(words.split()) <= 4 and _key(title).endswith(_key(words))


def _content(element: _Element) -> str:
    return " ".join(str(element.text_content()).split())


def _apart(element: _Element) -> bool:
    return bool(_APART.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _elsewhere(element: _Element, page: _Page) -> bool:
    """Whether it belongs to something beside the article: a sidebar, a comment, another article."""
    for outer in (element, *element.iterancestors()):
        if outer in page.around:
            return False
        if outer.tag in ("aside", "nav", "footer", "article") or _apart(outer):
            return True
    return False


# JSON-LD


def _nodes(root: _Element) -> Iterator[_Node]:
    """Every object of the page's JSON-LD that stands for itself: not the items of lists, comments or updates."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = [_loaded(script.text or "")]
        while waiting:
            data = waiting.pop(0)
            if isinstance(data, list):
                waiting.extend(data[:200])
            elif isinstance(data, dict):
                yield data
                waiting.extend(data[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in data)


def _loaded(text: str) -> object:
    for attempt in (text, _SPARE_COMMA.sub("", _WRAPPING.sub("", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _kinds(node: _Node) -> set[str]:
    kinds = node.get("@type")
    return {
        re.split("[/:#]", kind)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
    }


def _is_article(node: _Node) -> bool:
    return any(kind.endswith("Article") or kind in _ARTICLE_KINDS for kind in _kinds(node))


def _main(articles: list[_Node], titles: tuple[str, ...], url: str | None) -> _Node:
    """The article of the page among those that its data names; empty where that is not certain.

    Twins (the same article told twice) become one, with the earlier date.
    """

    def own(node: _Node) -> bool:
        names = [_plain(node.get(key)) for key in ("headline", "name", "alternativeHeadline")]
        places = [_plain(_one(node.get(key), "@id")) for key in ("url", "@id", "mainEntityOfPage")]
        return any(_alike(name, title) for name in names if name for title in titles) or bool(url and url in places)

    chosen = [node for node in articles if own(node)]
    if not chosen and len(articles) == 1 and _kindred(_plain(articles[0].get("headline")), titles):
        chosen = articles
    merged: _Node = {}
    for node in chosen:
        merged = {**node, **{key: value for key, value in merged.items() if value}}
    days = [day for node in chosen if (day := _plain(node.get("datePublished")))]
    return {**merged, "datePublished": min(days)} if days else merged


def _named(value: object, nodes: list[_Node]) -> list[str]:
    """The names of persons or organisations, given as words, objects, references or lists of them."""
    if isinstance(value, list):
        return [name for each in value[:20] if not isinstance(each, list) for name in _named(each, nodes)]
    if isinstance(value, dict):
        if "name" not in value and "@id" in value:
            value = next((node for node in nodes if node.get("@id") == value["@id"] and "name" in node), {})
        value = _one(value.get("name"), "@value")
    words = _plain(value)
    return [words] if words else []


def _one(value: object, key: str) -> object:
    value = value[0] if isinstance(value, list) and value else value
    return value.get(key) if isinstance(value, dict) else value


# Dates


def _dates(page: _Page, nodes: list[_Node], article: _Node, url: str | None) -> tuple[str | None, str | None, str]:
    """Published, updated, and how the first is known."""
    webpages = [node for node in nodes if "WebPage" in _kinds(node)]
    declared = [
        _plain(article.get("datePublished")),
        *[value for key in _PUBLISHED_KEYS for value in page.metas.get(key, ())],
        *_agreed(page, "datepublished", "publish|posted|entry-date|pubdate"),
        *([_plain(webpages[0].get("datePublished"))] if len(webpages) == 1 else []),
    ]
    changed = [
        _plain(article.get("dateModified")),
        *[value for key in _UPDATED_KEYS for value in page.metas.get(key, ())],
        *_agreed(page, "datemodified", "updat|modif"),
    ]
    published, stamp = next(((day, value) for value in declared if (day := _day(value, page.language))), (None, ""))
    updated = next((day for value in changed if (day := _day(value, page.language))), None)
    around = _opening_of(page)
    dated_by = "page metadata" if published or around.declared else "dateline"
    published = _as_shown(published, stamp or "", (dates.from_address(url or ""), around.published)) or around.published
    updated = updated or around.updated
    if updated and published and (updated <= published or published.startswith(updated)):
        updated = None
    return published, updated, dated_by if published else "unknown"


def _day(value: str | None, language: str | None) -> str | None:
    """The day that a declared value names, in its own time zone; None for none, an epoch's day, or a day to come."""
    if not value:
        return None
    match = _DAY_AND_TIME.match(value)
    day = dates.iso(int(match[1]), int(match[2]), int(match[3])) if match else dates.parse(value, language)
    return None if day in _NO_DAYS else _not_ahead(day)


def _as_shown(day: str | None, stamp: str, shown: Iterable[str | None]) -> str | None:
    """The declared day; for a time in UTC the day at the publisher's place, where the page or its address shows that.

    Many systems declare 2021-03-13T02:10:00Z what was published on the evening of 12 March, and show 12 March.
    """
    match = _IN_UTC.search(stamp)
    if day is None or match is None:
        return day
    declared = datetime.date.fromisoformat(day)
    hour = int(match[1])
    for other in shown:
        if other and len(other) == 10:
            apart = (datetime.date.fromisoformat(other) - declared).days
            if (apart == -1 and hour < 11) or (apart == 1 and hour >= 13):
                return other
    return day


def _not_ahead(day: str | None) -> str | None:
    """Dates up to tomorrow, which is today already somewhere."""
    tomorrow = datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=1)
    return day if day and day <= tomorrow.isoformat() else None


def _agreed(page: _Page, prop: str, classes: str) -> list[str]:
    """The one date that microdata or time elements of the article name; empty where they differ."""
    for elements in (
        [each for each in page.root.xpath("descendant::*[@itemprop]") if prop in each.get("itemprop").lower().split()],
        [each for each in page.root.iter("time") if _speaks_of(each, classes)],
    ):
        values = [
            each.get("content") or each.get("datetime") or _content(each)
            for each in elements
            if not _elsewhere(each, page)
        ]
        days = {day for value in values if (day := _day(_plain(value), page.language))}
        if len(days) == 1:
            return list(days)
    return []


def _speaks_of(element: _Element, classes: str) -> bool:
    words = element.get("class") or ""
    if element.get("pubdate") is not None and "updat" not in words.lower():
        words += " pubdate"
    return bool(re.search(classes, words, re.IGNORECASE))


# The lines around the headline


def _opening_of(page: _Page) -> Opening:
    if page.headline is None:
        return Opening()
    before, after = _lines_before(page.headline), _lines_after(page.headline)
    neighbours: tuple[str, ...] = ()
    if any(_NUMERIC.search(line.text) for line in (*before, *after)):
        neighbours = tuple({match[0] for match in _NUMERIC.finditer(page.root.text_content())})
    return _opening([line for line in before if len(line.text) <= 120] + after, page.language, neighbours)


def _opening(lines: list[_Line], language: str | None, neighbours: Iterable[str]) -> Opening:
    said: list[tuple[str, bool]] = []
    plain: list[tuple[str, bool]] = []
    updated: str | None = None
    sentences = 0
    for line in lines[:_MOST_LINES]:
        found = dates.find_all(line.text, language, neighbours) if len(line.text) <= 2000 else ()
        if found and (day := _of_agency(line, found[0])):
            plain.append((day, line.declared))
        elif found and _is_date_line(line, found):
            first, changed, labelled = _read(line, found)
            updated = updated or changed
            if first:
                (said if labelled else plain).append((first, line.declared))
        sentences += bool(_SENTENCE.match(line.text)) and not found
        if sentences == 2:
            break
    days = said or plain
    if len({day for day, _ in days}) != 1:
        return Opening(updated=updated)
    return Opening(days[0][0], updated, any(declared for _, declared in days))


def _read(line: _Line, found: tuple[dates.Stated, ...]) -> tuple[str | None, str | None, bool]:
    """(published, updated, whether words say "published") of a line; two dates without a word for either are none."""
    said = updated = None
    plain = []
    end = 0
    for date in found:
        label, end, day = line.text[end : date.start], date.end, _not_ahead(date.iso)
        if _SAYS_UPDATED.search(label):
            updated = updated or day
        elif _SAYS_PUBLISHED.search(label):
            said = said or day
        elif day:
            plain.append(day)
    first = said or (plain[0] if len(set(plain)) == 1 else None)
    return first, updated, said is not None


def _is_date_line(line: _Line, found: tuple[dates.Stated, ...]) -> bool:
    """Whether the line tells when (and by whom) the article was published, rather than speaks of a day."""
    if len(line.text) > 200:
        return False
    text = line.text
    for date in reversed(found):
        text = text[: date.start] + _DATE + text[date.end :]
    told = bool(_HINT.search(line.hint) or _SAYS_PUBLISHED.search(text) or _SAYS_UPDATED.search(text))
    if told:
        rest = dates.without_beside(_LABEL_WORDS.sub(" ", text.replace(_DATE, " "))).split()
        return len(rest) <= (4 if _SENTENCE.match(text) else 8)
    if any(len(date.iso) < 10 for date in found):
        return False
    names = dates.without_beside(text.replace(_DATE, " ")).split()
    if _is_signed(text) and len(names) <= 7 and not _SENTENCE.match(text):
        return True
    return all(_is_of_byline(part) for part in _PARTS.split(dates.without_times(text)))


def _is_of_byline(part: str) -> bool:
    """Whether a part of a line is a date alone, names alone, or a byline; not words about a date."""
    rest = dates.without_beside(part.replace(_DATE, " ")).split()
    if not rest or _is_signed(part) or part.strip().endswith(_REPORTER):
        return len(rest) <= 6
    named = all(not word[0].islower() for word in rest)
    return named and _DATE not in part and ":" not in part and "：" not in part and len(rest) <= 3


def _is_signed(words: str) -> bool:
    """Whether it begins as a byline does; "By 12 March" is a day to come."""
    by = _BY.match(words)
    return by is not None and not words.startswith(_DATE, by.end())


def _of_agency(line: _Line, date: dates.Stated) -> str | None:
    """The day of a dateline: "HALE, 12 March 2021 (MNS) - The harbour board ..."."""
    place = line.text[: date.start].strip()
    after = _AFTER_DATELINE.match(line.text, date.end)
    if not place or len(place) > 40 or after is None or len(date.iso) != 10 or len(line.text) < after.end() + 10:
        return None
    certain = bool(after[1]) or place[-1] in ",-–—" or place.isupper() or after[0][-1] in "电電訊讯"
    return _not_ahead(date.iso) if certain and not place[0].islower() and len(place.split()) <= 5 else None


def _lines_before(headline: _Element) -> list[_Line]:
    """The lines just above the headline, inside its own box."""
    found: list[_Line] = []
    element = headline
    for _ in range(3):
        parent = element.getparent()
        if parent is None or element.tag in ("article", "main", "body") or parent.tag == "body":
            break
        above = [each for each in list(element.itersiblings(preceding=True))[:3] if each.tag not in ("header", "nav")]
        found = _lines(reversed(above)) + found
        element = parent
    return found[-4:]


def _lines_after(headline: _Element) -> list[_Line]:
    def following() -> Iterator[_Element]:
        for element in (headline, *headline.iterancestors()):
            if element.tag == "body":
                return
            yield from element.itersiblings()

    return _lines(following())


def _lines(elements: Iterable[_Element]) -> list[_Line]:
    """The first lines that the elements show; the rest is not read."""
    lines: list[_Line] = []
    current = _Line("")
    for text, hint, declared in (token for element in elements for token in _tokens(element, "")):
        if text is not None:
            current.text += text
            current.hint += f" {hint}"
            current.declared |= declared
            continue
        if words := " ".join(current.text.split()):
            lines.append(_Line(words, current.hint, current.declared))
            if len(lines) >= _MOST_LINES:
                return lines
        current = _Line("")
    if words := " ".join(current.text.split()):
        lines.append(_Line(words, current.hint, current.declared))
    return lines


def _tokens(element: _Element, hint: str) -> Iterator[tuple[str | None, str, bool]]:
    """(text, classes, declared) in reading order; a text of None is the end of a line."""
    tag = element.tag
    if isinstance(tag, str) and tag not in _SKIPPED and not _apart(element):
        hint = f"{hint} {element.get('class') or ''} {element.get('itemprop') or ''}"[-200:]
        block = tag not in _INLINE
        if block:
            yield None, "", False
        if day := _day_of_time(element):
            yield day, hint, True
        else:
            yield element.text or "", hint, False
            for child in element:
                yield from _tokens(child, hint)
        if block:
            yield None, "", False
    yield element.tail or "", hint, False


def _day_of_time(element: _Element) -> str | None:
    """A time element as words, by its attribute: "published 2021-03-12"."""
    day = _day(_plain(element.get("datetime")), None) if element.tag == "time" else None
    if day is None or len(day) != 10:
        return None
    words = f"{element.get('class') or ''} {_content(element)}"
    changed = _SAYS_UPDATED.search(words) and not _SAYS_PUBLISHED.search(words)
    return f" {'updated' if changed else ''} {day} "


# Words


def _title(page: _Page, article: _Node, publisher: str | None) -> str | None:
    title = _plain(article.get("headline")) or page.first(_TITLE_KEYS)
    if title is None and page.headline is not None:
        title = _content(page.headline)
    title = title or next(iter(page.titles), None)
    if title and publisher and title.endswith(publisher) and (end := _BEFORE_SITE.search(title[: -len(publisher)])):
        title = title[: end.start()]
    shown = _content(page.headline) if title and page.headline is not None else ""
    return shown if title and shown.translate(_PLAIN_SIGNS) == title.translate(_PLAIN_SIGNS) else title


def _publisher(page: _Page, nodes: list[_Node], article: _Node) -> str | None:
    sites = [name for node in nodes if "WebSite" in _kinds(node) for name in _named(node.get("name"), nodes)]
    candidates = [*_named(article.get("publisher"), nodes), page.first(_PUBLISHER_KEYS), *sites]
    return next((name for name in candidates if name and _is_name(name, person=False)), None)


def _author(page: _Page, nodes: list[_Node], article: _Node) -> str | None:
    """Names only, in the order given; several are parted by commas."""
    for names in (
        _named(article.get("author"), nodes),
        *[page.metas.get(key, []) for key in _AUTHOR_KEYS],
        _signed(page),
    ):
        kept = dict.fromkeys(name for each in names if (name := _BY_NAME.sub("", each)) and _is_name(name))
        if kept:
            return ", ".join(kept)
    return None


# A page's own data often has plain quotes where its headline has curled ones.
_PLAIN_SIGNS = str.maketrans("‘’“”–—", "''\"\"--")
_BEFORE_SITE = re.compile(r"\s+[|·•–—-]\s+$")
_BY_NAME = re.compile(r"^(?:by|von|par|por|door|oleh|автор:?|بقلم)\s+", re.IGNORECASE)


# Quicker than a search from "//*", which gathers every node of the page first.
_SIGNED = "descendant::*[@rel='author' or @itemprop='author' or contains(@class, 'author')]"


def _signed(page: _Page) -> list[str]:
    """The names that the article's own markup gives as its author's."""
    marked = page.root.xpath(_SIGNED)
    names = []
    for element in marked[:50]:
        if page.headline is None or _elsewhere(element, page):
            continue
        inner = element.xpath(".//*[@itemprop='name']")
        words = _plain(inner[0].get("content") or _content(inner[0])) if inner else _content(element)
        if words and len(words.split()) <= 6:
            names.append(words)
    return names[:1]


def _is_name(words: str, *, person: bool = True) -> bool:
    odd = re.search(r"[{}<>\d|]" if person else "[{}<>]", words)
    return 2 <= len(words) <= 120 and not odd and not _is_address(words) and words.casefold() not in _NO_NAMES


def _is_address(words: str) -> bool:
    return bool(re.match(r"(?:https?:)?//|www\.|@", words)) or ("@" in words and " " not in words)


def _url(page: _Page) -> str | None:
    """The page's own address; one that only names the site counts last."""
    links = [
        link.get("href") for link in page.root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    places = [place for each in (*links, page.first(("og:url",))) if (place := _absolute(_plain(each)))]
    return next((place for place in places if urlsplit(place).path.strip("/")), next(iter(places), None))


def _absolute(address: str | None) -> str | None:
    if not address or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def _plain(value: object) -> str | None:
    """Words with entities and white space put right; None for what is no string, or an empty one."""
    return " ".join(entities.unescape(value).split()) or None if isinstance(value, str) else None


def _alike(one: str, other: str) -> bool:
    """Whether two titles are the same, or one is the other and the site's name."""
    first, second = sorted((_key(one), _key(other)), key=len)
    return bool(first) and (first == second or (len(first) >= 8 and second.startswith(first)))


def _kindred(headline: str | None, titles: Iterable[str]) -> bool:
    """Whether a headline may be another wording of one of the titles: none, or a word or some letters in common."""
    if not headline:
        return True
    words = _parts(headline)
    return any(words & _parts(title) for title in titles)


def _parts(title: str) -> set[str]:
    """The longer words of a title; for a script without spaces, its pairs of letters."""
    return {
        part
        for word in _key(title).split()
        for part in ([word[at : at + 2] for at in range(len(word))] if word[0] >= "\u2e80" else [word])
        if len(part) >= (2 if word[0] >= "\u2e80" else 4)
    }


def _key(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))
