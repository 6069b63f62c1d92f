"""Answers, articles and errors as safe HTML. Pure functions: values in, text out, nothing looked up.

Promise: every word that comes from an article, a question or a model is escaped, so that it is shown and never acted
upon; the only markup on the page is written here, and Markdown is interpreted nowhere. A quote in an answer carries the
address of its words (article, version, start, end), and `article` marks exactly those characters of the article's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlsplit

from qa.schema import About, Answer, Article, Citation, Disagreement, Sentence, date_in_words

# What the reader is told about a sentence that is not the article's own.
_VERDICTS = {"supported": "supported by its source", "partly": "only partly supported"}
_UNHELD = "not in the cited words"
_STRUCK = ("unsupported", "contradicted")


def conversation(turns: Iterable[str]) -> str:
    """The whole conversation, oldest turn first; a screen reader announces what is added."""
    return f'<div class="fn-log" role="log" aria-label="Conversation">{"".join(turns) or _WELCOME}</div>'


def draft(question: str, standalone: str | None, sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """An answer that is still being made: the sentences that are ready, and what is going on."""
    doing = "Checking the next sentence…" if sentences else "Searching the articles…"
    return _unfinished(question, standalone, sentences, citations, f'<p class="fn-doing">{doing}</p>')


def stopped(question: str, standalone: str | None, sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """An answer that the reader stopped: the sentences that were ready, and that there are no more."""
    return _unfinished(question, standalone, sentences, citations, '<p class="fn-stopped">Stopped.</p>')


def answer(answer: Answer) -> str:
    """A finished answer: short answer, sentences with who and when, disagreements, caveats, what was searched."""
    numbered = _by_number(answer.citations)
    parts = [_searched_for(answer.question, answer.standalone)]
    if answer.kind == "unanswerable":
        parts.append(_refusal(answer))
    elif answer.short:
        marks = _marks(answer.short_from, numbered)
        parts.append(f'<p class="fn-short"{_AUTO}>{escape(answer.short)}{marks}</p>')
    if answer.kind == "answered":
        parts.append(_sentences(answer.sentences, numbered))
    if any(sentence.verdict in _VERDICTS for sentence in answer.sentences):
        parts.append(_sources(answer.citations))
    parts += [_disagreement(disagreement, numbered) for disagreement in answer.disagreements]
    if answer.caveats:
        items = "".join(f"<li>{escape(caveat)}</li>" for caveat in answer.caveats)
        parts.append(f'<ul class="fn-caveats" aria-label="Caveats">{items}</ul>')
    written = f" Written by {escape(answer.model)}." if answer.model else ""
    parts.append(f'<p class="fn-scope">{escape(answer.scope.text)}{written}</p>')
    return _turn(answer.question, "".join(parts))


def problem(question: str, message: str, hint: str) -> str:
    """A question that could not be answered because something is wrong: one sentence, and what to do."""
    body = (
        f'<div class="fn-problem" role="alert" data-question="{escape(question)}">'
        f'<p>{escape(message)}</p><p class="fn-hint">{escape(hint)}</p></div>'
    )
    return _turn(question, body)


def article(article: Article, start: int, end: int, *, number: int | None = None, focus: bool = False) -> str:
    """The article opened at `start:end`, which is marked; `focus` asks the page to go there.

    A place outside the text marks nothing: the article is shown from its beginning.
    """
    if not 0 <= start < end <= len(article.text):
        start = end = 0
    text = escape(article.text[:start])
    if end:
        label = f"Quote {number}" if number else "Quote"
        text += f'<mark id="fn-quote" tabindex="-1" aria-label="{label}">{escape(article.text[start:end])}</mark>'
    text += escape(article.text[end:])
    key = quote_key(article.id, article.version, start, end)
    language = f' lang="{escape(article.language)}"' if article.language else ""
    return (
        f'<article class="fn-article" aria-label="Cited article" data-key="{escape(key)}"'
        f' data-focus="{"yes" if focus else "no"}">'
        f'<p class="fn-kicker">{f"Source {number}" if number else "Source"}'
        f'<button type="button" class="fn-back">Back to the answer</button></p>'
        f"<header><h2{_AUTO}{language}>{escape(article.title)}</h2>"
        f'<p class="fn-byline">{_byline(article)}</p>{_about(article.about)}{_link(article.url, "Read at its address")}'
        f'</header><div class="fn-text"{_AUTO}{language}>{text}</div></article>'
    )


def article_problem(message: str, hint: str) -> str:
    """The article cannot be opened: one sentence, and what to do."""
    return f'<div class="fn-problem" role="alert"><p>{escape(message)}</p><p class="fn-hint">{escape(hint)}</p></div>'


def no_article() -> str:
    """What stands in the place of the article before one is opened."""
    return '<p class="fn-nothing">Choose a number in an answer, and the article opens here at the quoted words.</p>'


def quote_key(article_id: str, version: str, start: int, end: int) -> str:
    """The address of a quote as one word, by which the page knows whether it is open already."""
    return f"{article_id}/{version}/{start}-{end}"


def safe_address(url: str | None) -> str | None:
    """The address if it is a plain web address, else None: no script, data or file address becomes a link."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def _turn(question: str, body: str) -> str:
    return (
        f'<section class="fn-turn"><h2 class="fn-question"{_AUTO}>{escape(question)}</h2>'
        f'<div class="fn-answer">{body}</div></section>'
    )


def _unfinished(
    question: str, standalone: str | None, sentences: Sequence[Sentence], citations: Sequence[Citation], state: str
) -> str:
    return _turn(question, _searched_for(question, standalone) + _sentences(sentences, _by_number(citations)) + state)


def _searched_for(question: str, standalone: str | None) -> str:
    if not standalone or _plain(standalone) == _plain(question):
        return ""
    return f'<p class="fn-searched"{_AUTO}>Searched for: {escape(standalone)}</p>'


def _plain(question: str) -> str:
    return " ".join(question.split()).casefold().rstrip("?!. ")


def _refusal(answer: Answer) -> str:
    """I don't know, in the answer's own words where it has some, and the passage that came nearest."""
    words = " ".join(sentence.text for sentence in answer.sentences if sentence.verdict == "no_claim")
    refusal = f'<p class="fn-short"{_AUTO}>{escape(words or "I don’t know.")}</p>'
    if answer.nearest is None:
        return refusal
    mark = _mark(replace(answer.nearest, number=0))  # it is no source of an answer, so it has no number
    return (
        f'{refusal}<div class="fn-nearest"><p class="fn-label">The nearest passage does not answer it:</p>'
        f'<blockquote{_AUTO}>“{escape(answer.nearest.quote)}” <span class="fn-who">— '
        f"{escape(answer.nearest.attribution)}</span>{mark}</blockquote></div>"
    )


def _sentences(sentences: Iterable[Sentence], numbered: dict[int, Citation]) -> str:
    """Quotes each on its own with who and when; sentences in other words run together as prose."""
    parts: list[str] = []
    prose: list[str] = []
    for sentence in sentences:
        if sentence.verdict in _STRUCK:
            continue
        if sentence.verdict == "quoted":
            parts += [_paragraph(prose), _quote(sentence, numbered)]
            prose = []
        else:
            prose.append(_in_other_words(sentence, numbered))
    return "".join([*parts, _paragraph(prose)])


def _paragraph(prose: list[str]) -> str:
    return f'<p class="fn-prose"{_AUTO}>{" ".join(prose)}</p>' if prose else ""


def _quote(sentence: Sentence, numbered: dict[int, Citation]) -> str:
    who = "; ".join(numbered[number].attribution for number in sentence.citations if number in numbered)
    return (
        f'<blockquote class="fn-quote"{_AUTO}>“{escape(sentence.text)}”'
        f' <span class="fn-who">— {escape(who)}</span>{_marks(sentence.citations, numbered)}</blockquote>'
    )


def _in_other_words(sentence: Sentence, numbered: dict[int, Citation]) -> str:
    verdict = _VERDICTS.get(sentence.verdict)
    badge = ""
    if verdict:
        why = f' title="{escape("; ".join(sentence.reasons))}"' if sentence.reasons else ""
        badge = f' <span class="fn-verdict fn-{sentence.verdict}"{why}>{verdict}</span>'
    return f"<span>{_marked(sentence)}{_marks(sentence.citations, numbered)}{badge}</span>"


def _marked(sentence: Sentence) -> str:
    """The sentence with the words marked that its sources do not carry."""
    html, cursor = "", 0
    for start, end in sentence.unsupported:
        words = escape(sentence.text[start:end])
        html += f'{escape(sentence.text[cursor:start])}<u class="fn-unheld" title="{_UNHELD}">{words}</u>'
        cursor = end
    return html + escape(sentence.text[cursor:])


def _sources(citations: Iterable[Citation]) -> str:
    items = "".join(
        f'<li{_AUTO}>{_mark(c)} “{escape(c.quote)}” <span class="fn-who">— {escape(c.attribution)}</span></li>'
        for c in citations
    )
    return f'<ol class="fn-sources" aria-label="Quotes">{items}</ol>'


def _disagreement(disagreement: Disagreement, numbered: dict[int, Citation]) -> str:
    values = "; ".join(
        f"<span{_AUTO}>“{escape(value)}”</span>"
        + (f" — {escape(numbered[number].attribution)}{_mark(numbered[number])}" if number in numbered else "")
        for value, number in disagreement.values
    )
    return f'<p class="fn-differ"><strong>The sources differ:</strong> {values}</p>'


def _by_number(citations: Iterable[Citation]) -> dict[int, Citation]:
    return {citation.number: citation for citation in citations}


def _marks(numbers: Iterable[int], numbered: dict[int, Citation]) -> str:
    return "".join(_mark(numbered[number]) for number in numbers if number in numbered)


def _mark(citation: Citation) -> str:
    """The button that opens the article at the quote; it carries the whole address, so it works at any later time."""
    c = citation
    key = quote_key(c.article_id, c.version, c.start, c.end)
    label = f"{f'Open source {c.number} at the quote' if c.number else 'Open the passage'}: {c.attribution}"
    return (
        f' <button type="button" class="fn-cite" data-key="{escape(key)}"'
        f' data-article="{escape(c.article_id)}" data-version="{escape(c.version)}" data-start="{c.start}"'
        f' data-end="{c.end}" data-number="{c.number}" aria-label="{escape(label)}" title="{escape(c.title)}">'
        f"{f'[{c.number}]' if c.number else 'open'}</button>"
    )


def _byline(article: Article) -> str:
    when = "undated"
    if article.published:
        when = f"{date_in_words(article.published)} (dated by {article.dated_by})"
    if article.updated:
        when = f"{when}, updated {date_in_words(article.updated)}"
    return " · ".join(escape(part) for part in (article.publisher, article.author, when) if part)


def _about(about: About | None) -> str:
    """Which article this text reports on; it is never passed off as that article."""
    if about is None:
        return ""
    when = date_in_words(about.published) if about.published else None
    words = ", ".join(part for part in (about.publisher, about.author, when) if part)
    title = f'<span class="fn-about-title"{_AUTO}>“{escape(about.title)}”</span>' if about.title else ""
    named = f"brief, after {escape(words)}" if words else "brief, after another article"
    return f'<p class="fn-about">{named}{": " if title else ""}{title}</p>{_link(about.url, "Read the original")}'


def _link(url: str | None, words: str) -> str:
    address = safe_address(url)
    if address is None:
        return ""
    host = escape(urlsplit(address).netloc.rpartition("@")[2])
    return (
        f'<p class="fn-link"><a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{words}</a>'
        f" <span>({host})</span></p>"
    )


_AUTO = ' dir="auto"'  # texts in any script run in their own direction
_WELCOME = (
    '<div class="fn-welcome"><p>Ask the articles a question. Every sentence of the answer carries a number that opens '
    "the article at the quoted words.</p></div>"
)
