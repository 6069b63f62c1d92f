"""The evidence in the forms that the rules compare with, and the words, names and quotations that both sides are cut
into. Everything is found by marks, capitals and word lists; nothing here judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.derived import derived
from qa.answering.facts import Fact, Value, canonical, scan
from qa.answering.lexicon import OPENERS, STOPWORDS, common_words
from qa.schema import MONTHS
from qa.sentences import sentence_spans

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
QUOTED = re.compile(r'"([^"]*)(?:"|$)|[「『]([^」』]*)(?:[」』]|$)|(?<!\w)\'(?=\w)([^"]*?[^\W_][,.!?]?)\'(?!\w)')

# Words that do not begin with a to z: `capitalised` leaves out those of other scripts and é.
_CAPITALISED = re.compile(r"(?<![\w'])[^\W\d_a-z][\w'’.&]*(?<![.'’])(?![\w$€£¥₹])")
_COMMON_FORM = re.compile(
    r"(?:ly|ing|tions?|ments?|ness|ities|ity|ed|isms?|ists?|ers|ors|ances?|ences?|ents|ants|ives?|ous|ful|less|able)$"
)
_CAPITAL_NEXT = re.compile(r"[\s.-]*[A-Z]")
_STRAIGHT = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')


@dataclass(frozen=True, slots=True)
class Ground:
    """The evidence that a sentence cites, with the headers of its articles (title, publisher, date)."""

    texts: tuple[str, ...]  # as they are
    headers: tuple[str, ...]
    whole: str  # texts and headers, canonical
    words: frozenset[str]  # their words without 's, and `months`
    months: frozenset[str]  # the names of the months in their dates, long and short, in figures or not
    facts: tuple[Fact, ...]  # its values as they are written
    values: frozenset[Value]  # those that it says, and those that follow from its dates
    by_text: tuple[tuple[str, ...], ...]  # the sentences of each text, canonical

    @property
    def raw(self) -> tuple[str, ...]:
        """Texts and headers as they are."""
        return (*self.texts, *self.headers)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of all texts, canonical."""
        return tuple(sentence for sentences in self.by_text for sentence in sentences)


@lru_cache(maxsize=16)  # the sentences of one text are often judged by the same evidence
def ground_of(texts: tuple[str, ...], headers: tuple[str, ...]) -> Ground:
    """The ground that texts and headers make. Any text will do, also none."""
    shown = [canonical(text) for text in (*texts, *headers)]
    whole = " \n ".join(shown)
    facts = tuple(fact for text in shown for fact in scan(text)[0])
    values = frozenset[Value]().union(*(fact.values for fact in facts))
    dates = [value for kind, value, _ in values if kind == "date" and isinstance(value, tuple)]
    named = [MONTHS[month - 1].casefold() for _, month, _ in dates if month]
    months = frozenset(form for name in named for form in (name, name[:3], *(["sept"] if name == "september" else [])))
    by_text = [tuple(canonical(text[start:end]) for start, end in sentence_spans(text)) for text in texts]
    return Ground(
        texts=texts,
        headers=headers,
        whole=whole,
        words=frozenset(owner(word) for word in WORD.findall(whole)) | months,
        months=months,
        facts=facts,
        values=values | derived(values),
        by_text=tuple(sentences for sentences in by_text if sentences),
    )


def owner(word: str) -> str:
    """A canonical word without its possessive ending: ministry for ministry's, owners for owners'."""
    return word[:-2] if word.endswith("'s") else word.removesuffix("'")


def spaced(text: str) -> str:
    """The text with straight quotation marks, one kind of dash, single spaces, and a letter in brackets that was put in
    another case without them; nothing else changes.
    """
    text = re.sub(r"\s*[–—‐‑-]\s*", "-", re.sub(r"\[(\w)\](?=\w)", r"\1", text))
    return re.sub(r"\s+", " ", text.translate(_STRAIGHT)).strip()


def capitalised(text: str) -> Iterator[re.Match[str]]:
    """The words of a text that begin with a capital; in scripts without capitals there are none."""
    return (match for match in _CAPITALISED.finditer(text) if match.group()[0].isupper())


def capitals(sentence: str) -> list[re.Match[str]]:
    """The capitalised words that may be names, found in the sentence without its quotations. The first word is one
    unless it often begins a sentence, or is or looks like a common word.
    """
    bare = QUOTED.sub(" ", spaced(sentence))
    first = WORD.search(bare)
    found = []
    for match in capitalised(bare):
        opens = first is not None and match.start() == first.start()
        plain = owner(canonical(match.group()))
        if opens and (plain in OPENERS or plain in STOPWORDS or _COMMON_FORM.search(plain)):
            continue
        if (
            opens and plain in common_words() and not _CAPITAL_NEXT.match(bare, match.end())
        ):  # Home rule, but not Home Rule
            continue
        if plain not in ("i", "a") and not (plain in STOPWORDS and match.group().istitle()):
            found.append(match)
    return found
