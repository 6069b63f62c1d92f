"""One article whole, several apart, nothing beside them: pages composed for each way in which articles are set."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import webpages
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import About

PARAGRAPHS = (
    "The harbour board will rebuild the old quay before winter, and it will pay for the work out of its own funds.",
    "Nobody had expected the price of oak to rise so fast, least of all the ferrymen who had asked for more piles.",
    "A survey in March found rot in one pile of every four, and under the third arch a wreck that no chart shows.",
    "The council votes on the loan next week; of its nineteen members eleven have said that they will agree to it.",
    "Fish landed at the quay fell by a third in the two years during which the crane stood still for want of a part.",
    "What happens to the kiosk is not settled, as the lease names a building that was taken down in the last century.",
    "Two divers have been at work since Monday, and they say that the mud is softer than the drawings had promised.",
    "In the spring the school will paint the railings, each class a stretch, in colours that the board approves.",
    "The oldest bollard stays where it is, because four ropes are tied to it and nobody can say whose the fourth is.",
)
TITLES = ("Quay to be rebuilt", "Council counts its votes", "Divers and painters")
BYLINE = "<p class='byline'>By {}</p>"
AUTHORS = ("Ada Quill", "Bo Lind", "Cy Farrow")
DAYS = ("1 May 2021", "2 May 2021", "3 May 2021")


def body(number: int) -> str:
    """The three paragraphs of one of three articles."""
    return "\n\n".join(PARAGRAPHS[number * 3 : number * 3 + 3])


def marked(number: int, tag: str = "p") -> str:
    return "".join(f"<{tag}>{words}</{tag}>" for words in body(number).split("\n\n"))


def page(inside: str, head: str = "<title>Harbour Gazette</title>") -> str:
    return f"<!DOCTYPE html><html lang='en-GB'><head>{head}</head><body>{inside}</body></html>"


def items(html: str) -> tuple[Item, ...]:
    return webpages.items_in("page.html", html)


def told(html: str) -> list[tuple[str, str, str | None, str | None]]:
    return [(item.title, item.text, item.author, item.published) for item in items(html)]


ALL_THREE = [(TITLES[n], body(n), AUTHORS[n], f"2021-05-0{n + 1}") for n in range(3)]
STAMPED = {
    "articles": "<article><header><h2>{title}</h2><p class='byline'>{author}</p><p>{day}</p></header>"
    "<div>{text}</div></article>",
    "posts": "<div class='post' id='p{n}'><h2 class='title'>{title}</h2>"
    "<div class='meta'>{day} · posted by {author}</div>{text}</div>",
    "microdata": "<div itemscope itemtype='https://schema.org/NewsArticle'><h3 itemprop='headline'>{title}</h3>"
    "<span itemprop='author'>{author}</span> <time datetime='2021-05-0{m}'>Saturday</time>{text}</div>",
    "sections": "<section><h2>{title}</h2><p>By {author}, {day}</p>{text}</section>",
    "headings": "<h2>{title}</h2><p><i>Posted by {author} on {day}</i></p>{text}",
    "headings between rules": "<hr><h2>{title}</h2><p>By {author} | {day}</p>{text}",
    "dates above": "<p>{day}</p><h2>{title}</h2><p>By {author}</p>{text}",
    "table rows": "<tr><td style='font-size:22px'><b>{title}</b></td></tr><tr><td>By {author}, {day}</td></tr>"
    "<tr><td>{text}</td></tr>",
    "lines of a class": "<p class='hl'>{title}</p><p class='sig'>By {author}, {day}</p>{text}",
    "lines of a class in boxes": "<div class='unit'><div class='t1'>{title}</div><div class='t2'>{author} | {day}</div>"
    "{text}</div>",
    "large letters in one cell": "<font size='+2'>{title}</font><br>By {author}<br>{day}<br><br>{flat}<br><br>",
    "bold letters above a rule": "<p><b>{title}</b><br><i>By {author}, {day}</i><br><br>{flat}<hr>",
    "details": "<details open><summary>{title}</summary><p>By {author} on {day}</p>{text}</details>",
    "items of a list": "<li><h4>{title}</h4><small>{author}, {day} Share</small>{text}</li>",
    "roles": "<div><div role='heading'>{title}</div><div>By {author}</div><div>{day}</div>{text}</div>",
    "signed below": "<h2>{title}</h2>{text}<p>– {author}</p><p>{day}</p>",
    "levels that differ": "<div class='storyBlock'><h{m}>{title}</h{m}><div>{author} / {day}</div>{text}</div>",
    "levels and containers that differ": "<div class='at{title[0]}'><h{m}>{title}</h{m}><p>By {author}, {day}</p>{text}"
    "</div>",
    "first headings": "<div class='story'><h1>{title}</h1><ul class='times'><li>{day}</li></ul>"
    "<div class='by'><span>By</span> <a href='#'>{author}</a></div>{text}</div>",
}


@pytest.mark.parametrize("manner", STAMPED)
def test_articles_that_stand_on_one_page_are_told_apart(manner):
    inside = "".join(
        STAMPED[manner].format(
            n=n,
            m=n + 1,
            title=TITLES[n],
            author=AUTHORS[n],
            day=DAYS[n],
            text=marked(n),
            flat=body(n).replace("\n\n", "<br><br>"),
        )
        for n in range(3)
    )
    inside = f"<table>{inside}</table>" if manner == "table rows" else inside
    assert told(page(inside)) == ALL_THREE


def test_a_list_of_terms_with_sources_is_a_digest():
    inside = "".join(
        f"<dt>{TITLES[n]}</dt>{marked(n, 'dd')}"
        f"<dd>Source: <a href='https://weekly.example/{n}'>Weekly, {DAYS[n]}</a></dd>"
        for n in range(3)
    )
    found = items(page(f"<h1>The Digest</h1><dl>{inside}</dl>", "<title>The Digest: week 17</title>"))
    assert [(item.title, item.text, item.published, item.dated_by) for item in found] == [
        (TITLES[n], body(n), f"2021-05-0{n + 1}", "source line") for n in range(3)
    ]
    assert [item.about for item in found] == [
        About(publisher="Weekly", published=f"2021-05-0{n + 1}", url=f"https://weekly.example/{n}") for n in range(3)
    ]
    assert {item.publisher for item in found} == {"The Digest"}


def test_articles_without_a_date_have_that_of_their_issue():
    inside = "<h1>Issue 12</h1><p>May 2021</p>" + "".join(
        f"<article><h2>{TITLES[n]}</h2>{marked(n)}</article>" for n in range(3)
    )
    assert told(page(inside)) == [(TITLES[n], body(n), None, "2021-05") for n in range(3)]


def test_pieces_without_a_signature_are_told_apart_where_nothing_heads_them():
    inside = "".join(f"<div class='block'><h2>{TITLES[n]}</h2>{marked(n)}</div>" for n in range(3))
    assert [(item.title, item.text) for item in items(page(inside))] == [(TITLES[n], body(n)) for n in range(3)]


def test_cuttings_pasted_into_posts_have_their_own_headlines_and_sources():
    post = (
        "<div class='post'><h3>Re: Cuttings</h3><p class='author'>Post by <b>spade</b> » 9 May 2021</p>"
        "<div><strong>{title}</strong><br>by {author}<br><br>{flat}<br><br><em>(Weekly, {day}, page 5)</em></div></div>"
    )
    inside = "".join(
        post.format(title=TITLES[n], author=AUTHORS[n], day=DAYS[n], flat=body(n).replace("\n\n", "<br><br>"))
        for n in range(3)
    )
    assert told(page(inside)) == ALL_THREE
    assert {item.publisher for item in items(page(inside))} == {"Weekly"}


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("Latest news - University of Averil", "<h1>Latest news</h1>{}<p>© The University of Averil</p>"),
        ("Quays | Spring 2021 | Commonplace", "<div>COMMONPLACE</div>{}"),
        (
            "Quay Gazette ONLINE - Front Page",
            "<b>Quay Gazette</b><br><a>Front Page</a>{}<p>Copyright 2021 Quay Gazette</p>",
        ),
    ],
)
def test_the_site_is_the_part_of_the_title_that_the_page_shows_as_its_name(title, inside):
    posts = "".join(f"<article><h2>{TITLES[n]}</h2>{marked(n)}</article>" for n in range(3))
    found = items(page(inside.format(posts), f"<title>{title}</title>"))
    named = {"Latest news": "University of Averil", "Quays": "Commonplace", "Quay Gazette ONLINE": "Quay Gazette"}
    assert {item.publisher for item in found} == {named[re.split(r" [-|] ", title)[0]]}


def test_what_stands_beside_several_articles_is_in_none():
    post = (
        "<div class='post'><h2><a href='/{n}'>{title}</a></h2><div class='meta'>{day} by {author}</div>{text}"
        "<div class='bio'><p>{author} has written about quays for longer than most of them have stood.</p></div>"
        "<p><a href='#c'>Discuss this (63 replies)</a></p><div class='postfooter'>Categories: Civil</div>"
        "<div class='comments'><article><b>spade</b><p>{comment}</p></article></div></div>"
        "<div class='ad'><p>Buy oak.</p></div>"
    )
    inside = "<nav><a href='/'>Home</a></nav>" + "".join(
        post.format(n=n, title=TITLES[n], author=AUTHORS[n], day=DAYS[n], text=marked(n), comment="I saw it all. " * 20)
        for n in range(3)
    )
    inside += f"<div id='sidebar' class='sidebar'><h2>About</h2><p>{'Who we are. ' * 30}</p></div>"
    inside += "<footer>© 2021 Gazette</footer>"
    found = webpages.items_in("page.html", page(inside), "https://gazette.example/blog")
    assert [(item.title, item.text, item.author, item.published) for item in found] == ALL_THREE
    assert [item.notes for item in found] == [
        (f"{author} has written about quays for longer than most of them have stood.",) for author in AUTHORS
    ]
    assert [item.url for item in found] == [f"https://gazette.example/{n}" for n in range(3)]


def test_headlines_that_lead_to_other_sites_give_no_address():
    inside = "".join(
        f"<article><h2><a href='https://site{n}.example/a'>{TITLES[n]}</a></h2><p>{DAYS[n]}</p>{marked(n)}</article>"
        for n in range(3)
    )
    assert [item.url for item in webpages.items_in("p.html", page(inside), "https://gazette.example/")] == [None] * 3


HEAD = "<h1>Quay to be rebuilt</h1><p class='byline'>By Ada Quill, 3 May 2021</p>"
ONE = {
    "subheadings": HEAD + marked(0) + f"<h2>Votes</h2>{marked(1)}<h2>Divers</h2>{marked(2)}",
    "sections in containers": HEAD
    + marked(0)
    + f"<section class='post'><h2>Votes</h2>{marked(1)}</section>"
    + f"<section class='post'><h2>Divers</h2>{marked(2)}</section>",
    "dated sections": HEAD
    + marked(0)
    + f"<h2>Votes</h2><p>1 May 2021</p>{marked(1)}<h2>Divers</h2><p>2 May 2021</p>{marked(2)}",
    "chapters below a heading": "<h1>Quay to be rebuilt</h1>"
    + "".join(f"<section class='chapter'><h2>Chapter {n}</h2>{marked(n)}</section>" for n in range(3)),
    "entries of a live report": "<h1>Quay to be rebuilt</h1>"
    + "".join(f"<div class='live-post'><h3>At {n}</h3><p>By Ada Quill</p>{marked(n)}</div>" for n in range(3)),
}


@pytest.mark.parametrize("manner", ONE)
def test_the_parts_of_one_article_stay_together(manner):
    (item,) = items(page(f"<main><article>{ONE[manner]}</article></main>"))
    assert item.title == "Quay to be rebuilt"
    kept = item.text.split("\n\n")
    assert [words for words in PARAGRAPHS if words not in kept] == []


def test_comments_and_teasers_that_are_articles_too_are_left_out():
    teaser = (
        "<article class='teaser'><h3><a href='/{n}'>Other news</a></h3><p>By Bo Lind</p><p>It was a day…</p></article>"
    )
    comment = (
        "<article class='comment-body'><b>spade</b><time datetime='2021-05-04'>4 May</time><p>{words}</p></article>"
    )
    inside = (
        "".join(teaser.format(n=n) for n in range(3))
        + f"<article><h1>Quay to be rebuilt</h1><p class='byline'>By Ada Quill</p>{marked(0)}{marked(1)}</article>"
        + f"<div id='comments'>{comment.format(words='I saw it all from the window. ' * 8) * 3}</div>"
    )
    assert told(page(inside)) == [("Quay to be rebuilt", f"{body(0)}\n\n{body(1)}", "Ada Quill", None)]


def test_teasers_alone_are_no_article():
    teaser = "<article><h2><a href='/{n}'>{title}</a></h2><p>{day}</p><p>{words}</p></article>"
    inside = "".join(teaser.format(n=n, title=TITLES[n], day=DAYS[n], words=PARAGRAPHS[n]) for n in range(3))
    assert items(page(f"<h1>News</h1>{inside}")) == ()


@pytest.mark.parametrize("html", ["", " ", "<!--", "<html></html>", page(""), page("<script>x = '<p>no</p>'</script>")])
def test_a_page_without_an_article_is_empty(html):
    assert items(html) == ()


def test_what_a_page_states_of_its_one_article_stands_beside_it():
    head = (
        "<title>Quay to be rebuilt | Harbour Gazette</title><meta property='og:site_name' content='Harbour Gazette'>"
        "<meta property='article:published_time' content='2021-05-03T09:00:00Z'>"
        "<meta property='article:modified_time' content='2021-05-05T09:00:00Z'>"
        "<meta property='og:title' content='Quay to be rebuilt'><link rel='canonical' href='https://gazette.example/quay'>"
    )
    about = "<p>Ada Quill has written about quays for longer than most of them have stood.</p>"
    inside = (
        f"<article><h1>Quay to be rebuilt</h1><p class='deck'>{PARAGRAPHS[8]}</p>"
        "<p>By <a rel='author' href='/a'>Ada Quill</a></p>"
        f"{marked(0)}{marked(1)}<ul><li>{PARAGRAPHS[6]}</li><li>{PARAGRAPHS[7]}</li></ul>"
        f"<div class='author-bio'>{about}</div></article>"
    )
    text = "\n\n".join((PARAGRAPHS[8], body(0), body(1), PARAGRAPHS[6], PARAGRAPHS[7]))
    assert webpages.read("page.html", page(inside, head).encode()) == Contents(
        (
            Item(
                title="Quay to be rebuilt",
                text=text,
                publisher="Harbour Gazette",
                author="Ada Quill",
                published="2021-05-03",
                dated_by="page metadata",
                url="https://gazette.example/quay",
                updated="2021-05-05",
                notes=("Ada Quill has written about quays for longer than most of them have stood.",),
                language="en",
            ),
        )
    )


def test_a_saved_page_that_names_no_address_has_that_of_the_browsers_remark():
    html = page(f"<article><h1>Quay to be rebuilt</h1>{marked(0)}</article>")
    remark = "<!-- saved from url=(0027)https://gazette.example/2021/05/03/quay -->"
    (item,) = webpages.read("page.html", html.replace("<html", f"{remark}<html", 1).encode()).items
    assert (item.url, item.published, item.dated_by) == (
        "https://gazette.example/2021/05/03/quay",
        "2021-05-03",
        "address",
    )
    (given_one,) = webpages.items_in("page.html", html, "https://gazette.example/quay")
    assert (given_one.url, given_one.published) == ("https://gazette.example/quay", None)


def test_rows_of_a_table_and_lines_of_a_verse_stay_lines():
    inside = (
        f"<article><h1>Quay to be rebuilt</h1><p>By Ada Quill</p>{marked(0)}"
        "<blockquote><p>Come to the quay,<br>come in the spray,<br>and tie at the bollard.</p></blockquote>"
        f"<table><tr><th>Year</th><th>Piles</th></tr><tr><td>2020</td><td>41</td></tr></table>{marked(1)}</article>"
    )
    second = f"<article><h1>Divers and painters</h1><p>By Bo Lind</p>{marked(2)}</article>"
    found = items(page(inside + second))
    verse = "Come to the quay,\ncome in the spray,\nand tie at the bollard."
    assert [item.text for item in found] == ["\n\n".join((body(0), verse, "Year Piles", "2020 41", body(1))), body(2)]


HOSTILE = {
    "deep": "<div>" * 100_000 + marked(0),
    "deep words": "<div>word " * 100_000,
    "deep letters": "<b>word " * 50_000,
    "deep tables": "<table><tr><td>" * 20_000 + marked(0),
    "entities": '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><p>&c;&c;</p>'
    + marked(0),
    "null bytes": marked(0).replace("e", "e\0"),
    "lone surrogates": marked(0).replace("quay", "\ud800"),
    "half a tag": marked(0) + "<p class='",
    "data": "<script type='application/ld+json'>" + "[" * 50_000 + "</script>" + marked(0),
}


@pytest.mark.parametrize("manner", HOSTILE)
def test_hostile_markup_gives_a_result(manner):
    assert len(items(page(HOSTILE[manner]))) <= 1


@pytest.mark.parametrize(
    "inside", ["<div>a</div>" * 1_000_000, "<br>" * 200_000, "x" * 20_000_000, "<p " + "a=1 " * 100_000 + ">"]
)
def test_pages_far_too_large_are_refused(inside):
    with pytest.raises(Unreadable, match=r"^page\.html is too large for a web page\.$"):
        items(page(inside))


def test_pictures_within_a_page_do_not_make_it_too_large():
    picture = f"<img src='data:image/png;base64,{'A' * 12_000_000}'>"
    (item,) = items(page(f"<article><h1>Quay to be rebuilt</h1>{picture}{marked(0)}</article>"))
    assert item.text == body(0)


def test_a_page_with_many_headings_is_read_whole():
    found = items(page(f"<h2>Pile</h2>{marked(0)}" * 6_000))
    assert [item.text.count(PARAGRAPHS[0]) for item in found] == [6_000]


WORDS = st.sampled_from(
    [
        *PARAGRAPHS,
        *TITLES,
        "By Ada Quill",
        "3 May 2021",
        "Source: Weekly, 3 May 2021",
        "More…",
        "1 comment",
        "春天",
        "\xa0",
    ]
)
TAGS = st.sampled_from(
    "div p h1 h2 h3 article section dl dt dd table tr td th ul li aside footer blockquote pre".split()
)
INLINE = st.tuples(st.sampled_from("a b span i em".split()), WORDS).map(lambda one: "<{0}>{1}</{0}>".format(*one))
CLASSES = st.sampled_from(["", "post", "comment", "byline", "bio", "related", "meta", "deck", "live-post"])
TREES = st.recursive(
    WORDS | INLINE,
    lambda inner: st.tuples(TAGS, CLASSES, st.lists(inner, max_size=6)).map(
        lambda tree: f"<{tree[0]} class='{tree[1]}'>{''.join(tree[2])}</{tree[0]}>"
    ),
    max_leaves=40,
)


def words_of(text: str) -> list[str]:
    # Words that stand bare between blocks may be run together where a block between them is left out.
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d|[^\W\d_a-zA-Z]+", text)


@settings(max_examples=120, deadline=None)
@given(st.lists(TREES, max_size=8))
def test_every_paragraph_of_a_random_page_stands_on_it(trees):
    from lxml import html as markup

    html = page("".join(trees))
    shown = "".join(words_of(str(markup.document_fromstring(html).xpath("string()"))))
    for item in items(html):
        assert item.text.strip()
        for paragraph in item.text.split("\n\n"):
            assert [word for word in words_of(paragraph) if word not in shown] == []


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_page_cut_and_joined_anywhere_is_read_or_refused(data):
    inside = "".join(
        STAMPED[manner].format(
            n=n, m=n + 1, title=TITLES[n], author=AUTHORS[n], day=DAYS[n], text=marked(n), flat=marked(n)
        )
        for n, manner in enumerate(data.draw(st.permutations(list(STAMPED)))[:3])
    )
    whole = page(inside)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), min_size=2, max_size=6)))
    parts = data.draw(st.permutations([whole[start:end] for start, end in pairwise([0, *cuts, len(whole)])]))
    try:
        found = webpages.read("page.html", "".join(parts).encode()).items
    except Unreadable:
        return
    assert all(item.text.strip() and item.title.strip() for item in found)
