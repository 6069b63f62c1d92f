"""The nouns of Footnote: frozen values that every room passes on and none changes.

Offsets are character positions (Python string indices) into `Article.text` of one version; `start` is inclusive,
`end` exclusive. Scores are higher-is-better. Dates are ISO strings of the precision that is known ("2015-09-16",
"2015-09" or "2015") or None; nothing here ever holds the time of reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["quoted", "supported", "partly", "contradicted", "unsupported", "no_claim"]
Kind = Literal["answered", "unanswerable"]
Role = Literal["user", "assistant", "system"]

_NAMED = 3  # of the places that hold the same words


@dataclass(frozen=True, slots=True)
class About:
    """The article that a text reports on, as far as the text names it."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one version. `version` hashes the text and what is shown beside it; `content_hash` the text alone.

    `dated_by` says how `published` is known: front matter, page metadata, feed, mail header, dateline, byline,
    source line, copyright line, correction line, address, file name or unknown. `updated` is the later date on which
    the page says that it was changed. `notes` are paragraphs set apart from the text, such as what is said about the
    author. `pages` holds where in the text each page of a document begins, page 1 first; empty where there are none.
    """

    id: str
    version: str
    title: str
    text: str
    publisher: str | None
    author: str | None
    published: str | None
    dated_by: str
    about: About | None
    url: str | None
    language: str
    origin: str
    content_hash: str
    updated: str | None = None
    notes: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole consecutive sentences of an article: `text == article.text[start:end]`.

    `header` (title, publisher, date) is embedded with the text and never quoted.
    """

    id: str
    article_id: str
    version: str
    position: int
    start: int
    end: int
    text: str
    header: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What to search in: dates (ISO, inclusive, any precision), publishers and article ids. Empty means everything."""

    since: str | None = None
    until: str | None = None
    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question. `score` in [0, 1] is the fused score; `dense` the cosine similarity in [-1, 1];
    `keyword` the BM25 score (0 where no keyword matched); `rank` starts at 1.
    """

    chunk: Chunk
    score: float
    dense: float
    keyword: float
    rank: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One or more whole sentences of a hit, `start:end` in the article; the short answer inside them, where there is
    one, as `answer_start:answer_end` in the article, else None.
    """

    hit: Hit
    start: int
    end: int
    relevance: float
    answer_start: int | None = None
    answer_end: int | None = None
    answer_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote cut from the store, with who and when. `number` counts in reading order from 1; `locator` is the page of
    a document, "page 3"; `also` names the other sources that hold the same words, copies of one story.
    """

    number: int
    article_id: str
    version: str
    start: int
    end: int
    quote: str
    title: str
    publisher: str | None
    author: str | None
    published: str | None
    dated_by: str
    about: About | None
    url: str | None
    locator: str | None = None
    also: tuple[str, ...] = ()

    @property
    def attribution(self) -> str:
        """Who and when, in words: "Harbour Gazette, 3 May 2021"; a text that reports on another source says so:
        "brief, after Xinhua, 20 March 2021"; where there is one, the page, and what else holds the same words.
        """
        parts = [self.publisher or ("brief" if self.about else None), self.author]
        when = self.published
        if self.about is not None:
            source = self.about.publisher or self.about.author or self.about.title
            parts.append(f"after {source}" if source else None)
            when = self.about.published or when
        if not any(parts):
            parts = [self.title]
        said = [part for part in parts if part] + [date_in_words(when) if when else "undated", self.locator or ""]
        return ", ".join(part for part in said if part) + self._elsewhere()

    def _elsewhere(self) -> str:
        if not self.also:
            return ""
        shown, left = "; ".join(self.also[:_NAMED]), len(self.also) - _NAMED
        return f" (also in {shown}{f' and {left} more' if left > 0 else ''})"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, the numbers of its citations, and the verdict with its reasons in plain words.

    `unsupported` are the characters of `text`, start and end, that the quotes do not carry where it is only partly
    supported; empty where the fault is in what it leaves out. `sources` are the citations themselves where the sentence
    belongs to no answer that holds them.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()
    unsupported: tuple[tuple[int, int], ...] = ()
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What was searched: how many articles, the first and last known date, the filters, how many were relevant."""

    articles: int
    first: str | None
    last: str | None
    filters: Filters
    relevant: int

    @property
    def text(self) -> str:
        """One line such as: Searched 212 articles, January 2019 to June 2021; 3 are relevant."""
        span = ""
        if self.first and self.last:
            first, last = date_in_words(self.first), date_in_words(self.last)
            span = f", {first}" if first == last else f", {first} to {last}"
        noun = "article" if self.articles == 1 else "articles"
        verb = "is" if self.relevant == 1 else "are"
        return f"Searched {self.articles:,} {noun}{span}; {self.relevant or 'none'} {verb} relevant."


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that give different values for the asked thing: (value, citation number) pairs."""

    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be checked. `short` is the few words that answer, where the words allow, cut from the quotes
    numbered in `short_from`; `sentences` carry it.

    `nearest` is the closest passage of an unanswerable question. `seconds` maps step names to durations.
    """

    question: str
    standalone: str
    kind: Kind
    short: str | None
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    caveats: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    scope: Scope
    nearest: Citation | None
    model: str | None
    index_id: str
    settings_hash: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    short_from: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The answer as plain text: the short answer, the sentences with who and when, the caveats, the scope.

        Words that the quotes do not carry stand between ~ and ~, and what is wrong with the sentence after it.
        """
        return "\n".join(self._lines(escape=_on_one_line, mark="~"))

    @property
    def markdown(self) -> str:
        """The same as Markdown. Words of articles and models are escaped, so they can never become markup."""
        return "\n\n".join(self._lines(escape=_escape_markdown, mark="~~"))

    def _lines(self, escape: Callable[[str], str], mark: str) -> list[str]:
        by_number = {citation.number: citation for citation in self.citations}
        lines: list[str] = []
        if self.short:
            lines.append(f"{escape(self.short)}{_marks(self.short_from)}")
        for sentence in self.sentences:
            who = [by_number[number].attribution for number in sentence.citations if number in by_number]
            if sentence.verdict == "quoted":
                lines.append(f"“{escape(sentence.text)}” — {escape('; '.join(who))}{_marks(sentence.citations)}")
            else:
                words = _marked(sentence, escape, mark)
                lines.append(f"{words}{_marks(sentence.citations)}{escape(_doubt(sentence))}")
        if any(sentence.verdict in ("supported", "partly") for sentence in self.sentences):
            lines += [f"[{c.number}] “{escape(c.quote)}” — {escape(c.attribution)}" for c in self.citations]
        if self.nearest is not None:
            lines.append(f"Nearest: “{escape(self.nearest.quote)}” — {escape(self.nearest.attribution)}")
        lines += [escape(caveat) for caveat in self.caveats]
        lines.append(escape(self.scope.text))
        return lines


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as chat models and Gradio have it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Searching:
    """First event of a stream: the question as it is searched for."""

    standalone: str


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """One sentence of the answer has its verdict; `citations` are the quotes that it brings for the first time."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """Last event of a stream: the whole answer."""

    answer: Answer


Event = Searching | SentenceReady | Done


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be read: where, why, and what to do."""

    origin: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run over the sources did: counts of articles, every failure, and the seconds it took."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    renamed: int = 0
    copies: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0


def date_in_words(date: str) -> str:
    """The date as people write it: 2021-03-20 as "20 March 2021", 2021-03 as "March 2021", 2021 as it is."""
    parts = date.split("-")
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f" [{number}]" for number in numbers)


def _marked(sentence: Sentence, escape: Callable[[str], str], mark: str) -> str:
    """The sentence, its unsupported words between two marks, which are not escaped."""
    text = sentence.text
    for start, end in reversed(sentence.unsupported):
        text = f"{text[:start]}{_PLACE}{text[start:end]}{_PLACE}{text[end:]}"
    return escape(text).replace(_PLACE, mark)


def _doubt(sentence: Sentence) -> str:
    if sentence.verdict != "partly":
        return ""
    return f" (only partly supported{': ' if sentence.reasons else ''}{'; '.join(sentence.reasons)})"


def _on_one_line(words: str) -> str:
    """A quote may run over lines of its article; here a line of its own would pass for one of the answer's."""
    return re.sub(r"\s*\n\s*", " ", words)


_PLACE = "\ufdd0"  # a code point that never stands for a character


def _escape_markdown(words: str) -> str:
    """Backslash before every character that Markdown or HTML could read as markup; no line is indented, for that is."""
    lines = "\n".join(line.strip() for line in words.splitlines())
    return "".join("\\" + c if c in "\\`*_{}[]<>()#+-=.!|~&$:" else c for c in lines)


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
