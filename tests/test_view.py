from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.chat import view
from qa.schema import About, Answer, Article, Citation, Disagreement, Filters, Scope, Sentence

HARVEST = "The ministry said the harvest reached 4.2 million tonnes. It was the lowest since 2009."
MARKUP = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![img](http://evil.example/x.png) $$E=mc^2$$ <!-- gone --> "
    "</mark></div> \"quoted\" 'single' &amp; ${1+1} {{value}}"
)


def an_article(**changes: object) -> Article:
    article = Article(
        id="a1",
        version="v1",
        title="Harvest falls",
        text=HARVEST,
        publisher="Harbour Gazette",
        author="Ada Lind",
        published="2021-05-03",
        dated_by="dateline",
        about=None,
        url="https://gazette.example/harvest",
        language="en",
        origin="news/harvest.md",
        content_hash="0",
    )
    return replace(article, **changes)


def a_citation(number: int = 1, start: int = 0, end: int = 57, **changes: object) -> Citation:
    article = an_article()
    citation = Citation(
        number=number,
        article_id=article.id,
        version=article.version,
        start=start,
        end=end,
        quote=HARVEST[start:end],
        title=article.title,
        publisher=article.publisher,
        author=None,
        published=article.published,
        dated_by=article.dated_by,
        about=None,
        url=article.url,
    )
    return replace(citation, **changes)


def an_answer(**changes: object) -> Answer:
    answer = Answer(
        question="How large was the harvest?",
        standalone="How large was the harvest?",
        kind="answered",
        short="4.2 million tonnes",
        short_from=(1,),
        sentences=(Sentence(HARVEST[:57], (1,), "quoted", 1.0),),
        citations=(a_citation(),),
        caveats=(),
        disagreements=(),
        scope=Scope(212, "2019-01", "2021-06", Filters(), 3),
        nearest=None,
        model=None,
        index_id="i",
        settings_hash="s",
    )
    return replace(answer, **changes)


class Reader(HTMLParser):
    """What a browser would make of the HTML: its elements and its text, and the text of each marked part."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.marked = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment hides {data!r}")


BUTTON = (
    ' <button type="button" class="fn-cite" data-key="a1/v1/0-57" data-article="a1" data-version="v1" data-start="0"'
    ' data-end="57" data-number="1" aria-label="Open source 1 at the quote: Harbour Gazette, 3 May 2021"'
    ' title="Harvest falls">[1]</button>'
)


def test_an_answer_shows_the_short_answer_then_each_quote_with_who_and_when_and_then_the_scope():
    assert view.answer(an_answer()) == (
        '<section class="fn-turn"><h2 class="fn-question" dir="auto">How large was the harvest?</h2>'
        '<div class="fn-answer">'
        f'<p class="fn-short" dir="auto">4.2 million tonnes{BUTTON}</p>'
        '<blockquote class="fn-quote" dir="auto">“The ministry said the harvest reached 4.2 million tonnes.”'
        f' <span class="fn-who">— Harbour Gazette, 3 May 2021</span>{BUTTON}</blockquote>'
        '<p class="fn-scope">Searched 212 articles, January 2019 to June 2021; 3 are relevant.</p>'
        "</div></section>"
    )


def test_a_stopped_answer_keeps_its_sentences_and_says_so():
    citation = a_citation()
    sentence = Sentence(citation.quote, (1,), "quoted", 1.0)
    assert view.stopped("How large was it?", "How large was the harvest?", (sentence,), (citation,)) == (
        '<section class="fn-turn"><h2 class="fn-question" dir="auto">How large was it?</h2><div class="fn-answer">'
        '<p class="fn-searched" dir="auto">Searched for: How large was the harvest?</p>'
        '<blockquote class="fn-quote" dir="auto">“The ministry said the harvest reached 4.2 million tonnes.”'
        f' <span class="fn-who">— Harbour Gazette, 3 May 2021</span>{BUTTON}</blockquote>'
        '<p class="fn-stopped">Stopped.</p></div></section>'
    )


def test_a_question_that_was_rewritten_says_what_was_searched_for():
    shown = view.answer(an_answer(question="And the harvest?", standalone="How large was the harvest in 2021?"))
    assert '<p class="fn-searched" dir="auto">Searched for: How large was the harvest in 2021?</p>' in shown


@pytest.mark.parametrize("standalone", ["how large was the  harvest", "How large was the harvest?", None])
def test_a_question_that_only_differs_in_case_or_spaces_is_not_repeated(standalone: str | None):
    assert "Searched for" not in view.draft("How large was the harvest?", standalone, (), ())


def test_a_refusal_says_so_shows_the_nearest_passage_and_offers_to_open_it():
    refusal = an_answer(
        kind="unanswerable",
        short=None,
        sentences=(),
        citations=(),
        nearest=a_citation(number=4),
        caveats=("The nearest passage names no country.",),
        scope=Scope(1, "2021", "2021", Filters(), 0),
    )
    assert view.answer(refusal) == (
        '<section class="fn-turn"><h2 class="fn-question" dir="auto">How large was the harvest?</h2>'
        '<div class="fn-answer"><p class="fn-short" dir="auto">I don’t know.</p>'
        '<div class="fn-nearest"><p class="fn-label">The nearest passage does not answer it:</p>'
        '<blockquote dir="auto">“The ministry said the harvest reached 4.2 million tonnes.” '
        '<span class="fn-who">— Harbour Gazette, 3 May 2021</span>'
        ' <button type="button" class="fn-cite" data-key="a1/v1/0-57" data-article="a1" data-version="v1"'
        ' data-start="0" data-end="57" data-number="0" aria-label="Open the passage: Harbour Gazette, 3 May 2021"'
        ' title="Harvest falls">open</button></blockquote></div>'
        '<ul class="fn-caveats" aria-label="Caveats"><li>The nearest passage names no country.</li></ul>'
        '<p class="fn-scope">Searched 1 article, 2021; none are relevant.</p></div></section>'
    )


def test_a_refusal_in_the_assistants_own_words_is_said_once_and_before_the_nearest_passage():
    sentence = Sentence("I don’t know: no article gives a figure.", (), "no_claim", 1.0)
    refusal = an_answer(kind="unanswerable", short=None, sentences=(sentence,), citations=(), nearest=a_citation())
    assert Reader(view.answer(refusal)).text == (
        "How large was the harvest?I don’t know: no article gives a figure.The nearest passage does not answer it:"
        "“The ministry said the harvest reached 4.2 million tonnes.” — Harbour Gazette, 3 May 2021 open"
        "Searched 212 articles, January 2019 to June 2021; 3 are relevant."
    )


def test_written_sentences_run_together_with_their_verdicts_and_list_their_quotes():
    answer = an_answer(
        short=None,
        sentences=(
            Sentence("The harvest was small.", (1,), "supported", 0.9),
            Sentence("It fell by a tenth.", (1,), "partly", 0.5, ("the source gives no share", "only a total")),
        ),
        model="ollama:llama3.2",
    )
    assert view.answer(answer) == (
        '<section class="fn-turn"><h2 class="fn-question" dir="auto">How large was the harvest?</h2>'
        '<div class="fn-answer"><p class="fn-prose" dir="auto">'
        f"<span>The harvest was small.{BUTTON} "
        '<span class="fn-verdict fn-supported">supported by its source</span></span> '
        f'<span>It fell by a tenth.{BUTTON} <span class="fn-verdict fn-partly"'
        ' title="the source gives no share; only a total">only partly supported</span></span></p>'
        f'<ol class="fn-sources" aria-label="Quotes"><li dir="auto">{BUTTON} “{HARVEST[:57]}”'
        ' <span class="fn-who">— Harbour Gazette, 3 May 2021</span></li></ol>'
        '<p class="fn-scope">Searched 212 articles, January 2019 to June 2021; 3 are relevant.'
        " Written by ollama:llama3.2.</p></div></section>"
    )


@pytest.mark.parametrize("verdict", ["unsupported", "contradicted"])
def test_a_struck_sentence_is_never_shown(verdict: str):
    struck = Sentence("The harvest doubled.", (1,), verdict, 0.0)
    assert "doubled" not in view.answer(an_answer(sentences=(struck,)))
    assert "doubled" not in view.draft("q", None, (struck,), ())


def test_a_disagreement_shows_both_values_with_source_and_date():
    other = a_citation(2, 58, 87, publisher="Grain Weekly", published="2021-04")
    answer = an_answer(
        citations=(a_citation(), other),
        disagreements=(Disagreement((("4.2 million", 1), ("4.6 million", 2))),),
    )
    assert (
        "The sources differ: “4.2 million” — Harbour Gazette, 3 May 2021 [1];"
        " “4.6 million” — Grain Weekly, April 2021 [2]"
    ) in Reader(view.answer(answer)).text


def test_a_citation_number_without_its_citation_is_left_out():
    answer = an_answer(short=None, citations=())
    assert "fn-cite" not in view.answer(answer)


def test_a_draft_shows_the_sentences_that_are_ready_and_what_goes_on():
    assert Reader(view.draft("Q?", None, (), ())).text == "Q?Searching the articles…"
    ready = view.draft("Q?", None, an_answer().sentences, an_answer().citations)
    assert Reader(ready).text == (
        "Q?“The ministry said the harvest reached 4.2 million tonnes.” — Harbour Gazette, 3 May 2021 [1]"
        "Checking the next sentence…"
    )


def test_an_article_is_opened_with_the_quote_marked_and_who_when_and_how_it_is_dated():
    assert view.article(an_article(), 58, 87, number=2, focus=True) == (
        '<article class="fn-article" aria-label="Cited article" data-key="a1/v1/58-87" data-focus="yes">'
        '<p class="fn-kicker">Source 2<button type="button" class="fn-back">Back to the answer</button></p>'
        '<header><h2 dir="auto" lang="en">Harvest falls</h2>'
        '<p class="fn-byline">Harbour Gazette · Ada Lind · 3 May 2021 (dated by dateline)</p>'
        '<p class="fn-link"><a href="https://gazette.example/harvest" target="_blank" rel="noopener noreferrer">'
        "Read at its address</a> <span>(gazette.example)</span></p></header>"
        '<div class="fn-text" dir="auto" lang="en">The ministry said the harvest reached 4.2 million tonnes. '
        '<mark id="fn-quote" tabindex="-1" aria-label="Quote 2">It was the lowest since 2009.</mark></div></article>'
    )


def test_a_text_about_another_article_says_so():
    about = About("Record harvest", "Xinhua", None, "2021-03-20", "https://xinhua.example/1")
    text = Reader(view.article(an_article(published=None, about=about), 0, 3)).text
    assert "Harbour Gazette · Ada Lind · undated" in text
    assert "brief, after Xinhua, 20 March 2021: “Record harvest”Read the original (xinhua.example)" in text


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_a_place_outside_the_text_marks_nothing_and_loses_nothing(start: int, end: int):
    reader = Reader(view.article(an_article(), start, end))
    assert reader.marked == ""
    assert reader.text.endswith(HARVEST)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\0")), st.data())
def test_the_marked_text_is_the_quote_and_the_shown_text_is_the_article(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    reader = Reader(view.article(an_article(text=text), start, end))
    assert reader.marked == text[start:end]
    assert reader.text.endswith(text)


def test_markup_in_any_field_is_shown_as_text():
    article = an_article(title=MARKUP, text=MARKUP, publisher=MARKUP, author=MARKUP, dated_by=MARKUP, language='"><b>')
    citation = a_citation(quote=MARKUP, title=MARKUP, publisher=MARKUP, article_id='"><b>', locator=MARKUP)
    answer = an_answer(
        question=MARKUP,
        standalone=MARKUP + "2",
        short=MARKUP,
        short_from=(1,),
        sentences=(Sentence(MARKUP, (1,), "quoted", 1), Sentence(MARKUP, (1,), "partly", 1, (MARKUP,))),
        citations=(citation,),
        caveats=(MARKUP,),
        disagreements=(Disagreement(((MARKUP, 1),)),),
        nearest=citation,
        model=MARKUP,
    )
    pages = [
        view.conversation([view.answer(answer), view.answer(replace(answer, kind="unanswerable"))]),
        view.article(article, 0, len(MARKUP)),
        view.problem(MARKUP, MARKUP, MARKUP),
        view.article_problem(MARKUP, MARKUP),
    ]
    ours = set("a article blockquote button div h2 header li mark ol p section span strong ul".split())
    for page in pages:
        reader = Reader(page)
        assert {tag for tag, _ in reader.elements} <= ours
        assert not [name for _, names in reader.elements for name in names if name.startswith("on")]
        assert MARKUP in reader.text
    assert Reader(pages[1]).marked == MARKUP


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host/x",
        "http://",
        "http://[",
        " ",
        None,
        "x",
    ],
)
def test_only_a_plain_web_address_becomes_a_link(url: str | None):
    assert "<a " not in view.article(an_article(url=url, about=About(url=url)), 0, 3)


def test_a_link_shows_the_host_it_really_leads_to():
    shown = view.article(an_article(url='https://bank.example@evil.example/"x'), 0, 3)
    assert "(evil.example)" in shown
    assert 'href="https://bank.example@evil.example/&quot;x"' in shown


def test_a_problem_is_one_sentence_and_a_hint_and_keeps_the_question():
    assert view.problem('Is "it"?', "Nothing has been indexed yet.", "Run: qa index FOLDER") == (
        '<section class="fn-turn"><h2 class="fn-question" dir="auto">Is &quot;it&quot;?</h2><div class="fn-answer">'
        '<div class="fn-problem" role="alert" data-question="Is &quot;it&quot;?"><p>Nothing has been indexed yet.</p>'
        '<p class="fn-hint">Run: qa index FOLDER</p></div></div></section>'
    )


def test_every_button_can_be_reached_and_has_a_name():
    page = view.conversation([view.answer(an_answer())]) + view.article(an_article(), 0, 3)
    buttons = re.findall(r"<button (.*?)>(.*?)</button>", page)
    assert buttons
    assert all('type="button"' in attributes and (name or "aria-label" in attributes) for attributes, name in buttons)
