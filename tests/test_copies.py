import hashlib
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles.copies import FEWEST, Copies, is_copy, signature

# One wire story about a place that does not exist, a sentence to each line.
STORY = """The ferry company that links Oster Island with the mainland will end its winter service next month.
Managers told the island council on Monday that fuel and repairs now cost more than tickets bring in.
About nine hundred people live on Oster all year, and the nearest hospital is forty minutes away by sea.
"We were given three weeks to rearrange our lives," said Maren Holt, who runs the only bakery.
The company, Northline, carried sixty thousand passengers last winter, a fifth fewer than five years ago.
Its two ships were built in 1989 and need new engines before the harbour inspectors will renew their papers.
A spokesman said the firm had asked the coastal ministry for help four times since the spring.
The ministry answered that it was studying a public tender for the route.
Council leader Jonas Eide called that reply an insult to everyone who pays taxes on the island.
He wants the county to charter a smaller boat until the tender is settled.
Two operators from the south have shown interest, according to people who have seen their letters.
Neither would sail on Sundays, when most pupils return to their boarding schools.
Fishermen have offered to carry medicine and mail, as their grandparents did during the war.
Insurers, however, refuse to cover passengers on working boats.
The school on the island teaches thirty-one children and depends on three teachers who commute.
Parents plan to block the pier on the last day of service.
Similar cuts hit the Vell archipelago four years ago, and a third of its families moved away.
Researchers at the coastal college found that house prices there fell by half within two winters.
Northline says its summer timetable will not change.
The council meets again on Thursday to vote on the charter."""
SENTENCES = STORY.split("\n")

# Another paper's report of the same day: the same people, figures and a quote, told afresh.
OTHER_REPORT = """Islanders on Oster face a winter cut off from the mainland after Northline said it would stop sailing.
In a packed hall on Monday evening, residents heard that the last crossing is four weeks off.
"We were given three weeks to rearrange our lives," said Maren Holt, who runs the only bakery.
She buys flour twice a week from a mill in Karsund and has nowhere to store more.
For the shipping line the sums are simple: engines from 1989, dearer diesel and empty seats.
Jonas Eide, who leads the council, promised to look for another vessel before the end of November.
His deputy doubts that one can be found, since every yard on this coast is booked.
Doctors in Karsund worry most about births, of which the island had eleven last year.
A helicopter can be called, but fog keeps it on the ground one day in six.
Some of the young have begun a petition, and it gathered two thousand names overnight.
Older people remember 1963, when ice closed the strait until Easter and bread was dropped from the air.
The ministry gave no interview but pointed to a tender that it means to prepare.
At the pier, the mood is calm for now, and the kiosk has sold out of postcards."""

MANDARIN = (
    "奥斯特岛的冬季渡轮将于下月停航,这座小岛上有九百名居民。轮船公司周一告诉岛上议会,燃料和维修费用已经超过票款收入。"
    "两艘船建于一九八九年,需要更换发动机。议会主席要求县政府租用一艘较小的船,直到招标结束为止。"
    "岛上的学校有三十一名学生,三位老师每天从大陆乘船上班。家长们打算在停航那天封锁码头。"
)


def story(*sentences: str) -> str:
    return "\n\n".join(sentences)


def numbered(first: int, last: int) -> str:
    """A text of different words: n words make n - 2 runs of three."""
    return " ".join(f"w{number}" for number in range(first, last))


def edited(sentences: list[str]) -> list[str]:
    """One sentence in ten with words replaced and deleted."""
    changed = list(sentences)
    for place in range(4, len(sentences), 10):
        words = sentences[place].split()
        changed[place] = " ".join(["Reportedly", *words[2:5], "roughly", *words[7:]])
    return changed


FIRST_PART = SENTENCES[:12]
NEW_LEAD = "Winter on a small island is about to become longer than anyone there can remember."
COPIES = {
    "the same": story(*SENTENCES),
    "retitled": story("Island loses its boat", *SENTENCES),
    "first 60 %": story(*FIRST_PART),
    "middle 60 %": story(*SENTENCES[4:16]),
    "another lead": story(NEW_LEAD, *SENTENCES[1:]),
    "one sentence in ten edited": story(*edited(SENTENCES)),
    "all at once": story(NEW_LEAD, *edited(FIRST_PART)[1:]),
    "other letters and marks": story(*SENTENCES).upper().replace('"', "»").replace(",", " –"),
    "soft hyphens": STORY.replace("council", "coun\u00adcil"),
}
OTHERS = {
    "another report with the same quote": OTHER_REPORT,
    "a follow-up with old background": story(*OTHER_REPORT.split("\n")[3:], *SENTENCES[16:19]),
    "a digest that holds it whole": story(*SENTENCES[:3], *(numbered(100 * n, 100 * n + 60) for n in range(6))),
    "a brief": story(*SENTENCES[:4]),
    "other words": numbered(0, 300),
    "nothing": "",
}


@pytest.mark.parametrize("kind", COPIES)
def test_an_edited_story_is_found_and_confirmed(kind):
    copies = Copies()
    for number in range(50):
        copies.add(f"other {number}", signature(numbered(1000 * number, 1000 * number + 400)))
    copies.add("story", signature(STORY))
    assert copies.near(signature(COPIES[kind])) == ["story"]
    assert is_copy(COPIES[kind], STORY)
    assert is_copy(STORY, COPIES[kind])


@pytest.mark.parametrize("kind", OTHERS)
def test_what_shares_names_quotes_or_sentences_is_no_copy(kind):
    assert not is_copy(OTHERS[kind], STORY)
    assert not is_copy(STORY, OTHERS[kind])


def test_three_quarters_of_the_shorter_must_stand_in_the_longer():
    # 42 words make 40 runs of three; 32 leading words in common make 30 of them the same, 31 words only 29.
    one = numbered(0, 42)
    assert is_copy(one, numbered(0, 32) + " " + numbered(100, 110))
    assert not is_copy(one, numbered(0, 31) + " " + numbered(100, 111))


def test_a_brief_within_a_digest_is_no_copy():
    # 32 words make 30 runs; 30 in a text of 80 runs are 0.375 of both together, in one of 81 less.
    brief = numbered(0, 32)
    assert is_copy(brief, numbered(0, 82))
    assert not is_copy(brief, numbered(0, 83))


def test_short_texts_are_copies_only_where_they_are_equal():
    short = numbered(0, FEWEST + 1)
    assert is_copy(short, short.replace(" ", "\n\n"))
    assert signature(short) == signature(short.replace(" ", "\n\n"))
    assert not is_copy(short, short.upper())
    assert not is_copy(short, numbered(0, FEWEST + 2))
    assert not is_copy("", ".")


def test_languages_without_spaces_are_compared_by_characters():
    cut = MANDARIN[: len(MANDARIN) * 6 // 10]
    other = "天气预报说周末海上有大风," + "".join(reversed(MANDARIN))
    copies = Copies()
    copies.add("a", signature(MANDARIN))
    copies.add("b", signature(other))
    assert copies.near(signature(cut)) == ["a"]
    assert is_copy(MANDARIN, cut)
    assert not is_copy(MANDARIN, other)


def test_articles_are_found_whether_they_were_just_added_or_long_sorted_in(monkeypatch):
    monkeypatch.setattr("qa.articles.copies._SETTLED", 4)
    copies, texts = Copies(), [numbered(1000 * number, 1000 * number + 100) for number in range(11)]
    assert copies.near(signature(STORY)) == []
    for number, text in enumerate(texts):
        copies.add(f"{number:02}", signature(text))
        copies.add(f"{number:02} again", signature(text))
        for known in range(number + 1):
            assert copies.near(signature(texts[known])) == [f"{known:02}", f"{known:02} again"]


def test_of_many_only_the_nearest_are_named():
    copies, template = Copies(), numbered(0, 300)
    for number in range(80):
        copies.add(f"{number:02}", signature(f"{template} {numbered(1000 + 20 * number, 1020 + 20 * number)}"))
    copies.add("same", signature(template))
    near = copies.near(signature(template))
    assert len(near) == 50
    assert "same" in near


def test_bytes_that_are_no_signature_are_refused_and_change_nothing():
    copies = Copies()
    copies.add("a", signature(STORY))
    with pytest.raises(ValueError, match="256 bytes, not 255"):
        copies.add("a", signature(STORY)[:-1])
    with pytest.raises(ValueError, match="256 bytes, not 0"):
        copies.near(b"")
    assert copies.near(signature(STORY)) == ["a"]


def test_a_signature_stays_what_it_was():
    # Stored signatures are compared with later ones. Where this fails, an index must drop the ones it has.
    signed = signature(STORY)
    assert len(signed) == 256
    assert hashlib.sha256(signed).hexdigest() == "5904034288ad6836331fb56115543ede207eae73c11aa7a85329b4866e2f06c5"


def test_every_process_signs_alike():
    code = "import sys; from qa.articles.copies import signature; sys.stdout.buffer.write(signature(sys.argv[1]))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", code, STORY], capture_output=True, check=True, env=environment)
        assert run.stdout == signature(STORY)


def test_the_parts_of_a_huge_text_are_signed_together(monkeypatch):
    text = " ".join(f"w{number}" for number in range(10_000))
    in_parts = signature(text)
    monkeypatch.setattr("qa.articles.copies._BATCH", 100_000)
    assert in_parts == signature(text)


texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(["ship", "sea", "île", "東京", "港", "don't", "3.5", "\u00ad", "\n\n"]), max_size=200).map(
        " ".join
    ),
)


@settings(deadline=None)  # the first example loads scipy
@given(texts)
def test_any_text_is_a_copy_of_itself_and_finds_itself(text):
    copies = Copies()
    copies.add("a", signature(text))
    assert is_copy(text, text)
    assert copies.near(signature(text)) == ["a"]


@settings(deadline=None)  # the first example loads scipy
@given(texts, texts)
def test_being_a_copy_goes_both_ways(one, other):
    assert is_copy(one, other) == is_copy(other, one)


@settings(deadline=None)  # the first example loads scipy
@given(st.integers(), st.integers(40, 400), st.integers(40, 400))
def test_texts_with_no_words_in_common_are_no_copies(seed, mine, theirs):
    chance = random.Random(seed)
    one = " ".join(f"a{chance.randrange(10**6)}" for _ in range(mine))
    other = " ".join(f"b{chance.randrange(10**6)}" for _ in range(theirs))
    assert not is_copy(one, other)
    copies = Copies()
    copies.add("a", signature(one))
    assert copies.near(signature(other)) == []
