import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.grounding import Judgement, check

HARVEST = "The ministry said the harvest reached 4.2 million tonnes on 20 March, its lowest since 2009."
HEADER = "Harvest falls again | Harbour Gazette | 3 May 2021"


def verdict(sentence: str, *evidence: str, headers: tuple[str, ...] = (), question: str = "") -> str:
    return check(sentence, evidence, question, headers).verdict


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(HARVEST, id="the sentence itself"),
        pytest.param("On March 20 the harvest reached 4,200,000 tonnes, the ministry said.", id="other forms"),
        pytest.param("According to the ministry, the harvest was the lowest since 2009.", id="a part of it"),
        pytest.param(
            "The Harbour Gazette of 3 May 2021 says the harvest reached 4.2 million tonnes.", id="from the header"
        ),
        pytest.param("The ministry said the harvest was “its lowest since 2009.”", id="a quotation"),
        pytest.param("The ministry's harvest reached 4.2 million tonnes in March, it said.", id="the month alone"),
    ],
)
def test_what_the_evidence_says_is_supported(sentence: str) -> None:
    judgement = check(sentence, [HARVEST], headers=[HEADER])
    assert (judgement.verdict, judgement.reasons) == ("supported", ())


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (
            "The ministry said the harvest reached 12 million tonnes.",
            "the number 12 million is not in the cited evidence",
        ),
        (
            "The ministry said the harvest fell by 4.2 percent.",
            "the percentage 4.2 percent is not in the cited evidence",
        ),
        ("The ministry said the harvest reached $4.2 million.", "the amount $4.2 million is not in the cited evidence"),
        ("The ministry said the harvest peaked on 21 March.", "the date 21 march is not in the cited evidence"),
        ("The ministry of Norland said the harvest fell.", "the name Norland is not in the cited evidence"),
        ("Smith said the harvest reached 4.2 million tonnes.", "the name Smith is not in the cited evidence"),
        (
            'The ministry said "the lowest harvest".',
            "the quotation “the lowest harvest” is not in the cited evidence word for word",
        ),
        ("The ministry (农业部) said the harvest fell.", "农业部 is not in the cited evidence"),
        ("The ministry said the G20 harvest was low.", "g20 is not in the cited evidence"),
        ("See https://evil.example/x for the harvest tonnes.", "the link in it is not in the cited evidence"),
        ("The harvest tonnes [are here](evil).", "the link in it is not in the cited evidence"),
        ("The <b>harvest</b> reached tonnes.", "the markup in it is not in the cited evidence"),
        ("Footballers love sunny beaches and music.", "too few of its words are in the cited evidence"),
    ],
)
def test_what_the_evidence_lacks_is_struck(sentence: str, reason: str) -> None:
    judgement = check(sentence, [HARVEST])
    assert judgement.verdict == "unsupported"
    assert judgement.score == 0.0
    assert reason in judgement.reasons


def test_a_name_of_the_question_is_not_evidence() -> None:
    judgement = check("The ministry of Norland said the harvest fell.", [HARVEST], "What did Norland harvest?")
    assert judgement.reasons == ("the name Norland is not in the cited evidence, only in the question",)


@pytest.mark.parametrize(
    ("sentence", "evidence", "reason"),
    [
        (
            "The ministry did not say the harvest reached 4.2 million tonnes.",
            HARVEST,
            "it denies something that the cited evidence does not deny",
        ),
        (
            "The bridge was closed to traffic on Monday.",
            "The bridge was not closed to traffic on Monday.",
            "the cited evidence has a negation that it leaves out",
        ),
        (
            "The harvest reached 4.2 million tonnes, its lowest since 2009.",
            HARVEST,
            "says it as fact; the source attributes it to the ministry",
        ),
        (
            "Vaccination lowers the risk of infection.",
            "According to Dr. Lee, vaccination lowers the risk of infection.",
            "says it as fact; the source attributes it to Dr. Lee",
        ),
        (
            "The bank will close three branches.",
            "The bank might close three branches.",
            "it leaves out the evidence's “might”",
        ),
        (
            "In Ottawa, Michael Wanzhou landed.",
            "Michael Kovrig landed in Ottawa on Saturday, hours after the plane with Meng Wanzhou left.",
            "the cited evidence does not join Michael and Wanzhou",
        ),
    ],
)
def test_a_changed_negation_speaker_hedge_or_pairing_is_only_partly_supported(
    sentence: str, evidence: str, reason: str
) -> None:
    judgement = check(sentence, [evidence])
    assert judgement.verdict == "partly"
    assert reason in judgement.reasons
    assert judgement.score <= 0.7


def test_a_denial_in_other_words_is_no_mismatch() -> None:
    assert verdict("The company did not lower the price.", "The company refused to lower the price.") == "supported"
    assert verdict("The no. 1 song sold well.", "The song sold well and was the no. 1 that week.") == "supported"


def test_small_table_of_names_and_accents() -> None:
    evidence = "The US and the U.K. sent José Núñez's team to the UN."
    sentence = "The United States and the United Kingdom sent Jose Nunez to the United Nations."
    assert verdict(sentence, evidence) == "supported"


def test_what_looks_like_a_name_or_amount_and_is_none() -> None:
    evidence = "Arsenal took 10 trophies across the U.S. and it is a record."
    assert verdict("Arsenal won 10 trophies in the U.S. and it is a record.", evidence) == "supported"
    assert verdict("It's a record that Arsenal took 10 trophies across the United States.", evidence) == "supported"


def test_quotations_ignore_only_marks_and_white_space() -> None:
    evidence = 'He called it "a violation of a\n person\'s human rights" on Friday.'
    assert verdict("He called it “a violation of a person’s human rights” on Friday.", evidence) == "supported"
    assert verdict("He called it “a violation of human rights” on Friday.", evidence) == "unsupported"
    assert verdict("He called it “a violation … human rights” on Friday.", evidence) == "supported"
    assert verdict("He called it “a violation of rights.", evidence) == "unsupported"


def test_headers_carry_no_quotation() -> None:
    assert verdict('The "Harbour Gazette" said the harvest fell.', HARVEST, headers=(HEADER,)) == "unsupported"


def test_chinese_is_judged_by_shared_characters_numbers_and_quotations() -> None:
    evidence = "农业部表示，2021年粮食产量达到420万吨，为2009年以来最低。"
    assert verdict("农业部表示，粮食产量达到420万吨。", evidence) == "supported"
    assert verdict("农业部表示，粮食产量达到430万吨。", evidence) == "unsupported"
    assert verdict("农业部表示“产量最低”，粮食产量达到420万吨。", evidence) == "unsupported"


def test_nothing_to_check_and_nothing_to_check_against() -> None:
    assert check("Yes.", [HARVEST]).verdict == "unsupported"
    assert check("It is so.", [HARVEST]) == Judgement("unsupported", 0.0, ("it holds no words that could be checked",))
    assert check(HARVEST, []) == Judgement("unsupported", 0.0, ("it cites no evidence",))


SENTENCES = st.sampled_from(
    [
        HARVEST,
        "Canada first detained Meng in 2018, because U.S. officials had requested it.",
        "No. 1 was “Meng Wanzhou About to Return” (#孟晚舟即将回到祖国#), with 1.5 billion views by Saturday (CST).",
        "Prices may rise by $5-10 million, or 3 to 4 per cent, by the 1990s standard, Mr. Lee said.",
        "见到“孟晚舟”的人不多，只有12人。",
        "She didn't go to https://example.org/a on 20-22 March 2021 at 10:30.",
        "O'Neill, of AT&T Inc., left <Room 5>.",
    ]
)


@given(SENTENCES, st.lists(SENTENCES, max_size=3))
def test_a_sentence_copied_from_its_evidence_is_always_supported(sentence: str, others: list[str]) -> None:
    assert check(sentence, [*others, sentence]) == Judgement("supported", 1.0)


@given(SENTENCES, st.integers(10_000, 10**9), st.integers(0, 30), st.sampled_from(["{}", "{}%", "${}", "{:,}"]))
def test_a_foreign_number_put_in_anywhere_is_always_struck(sentence: str, number: int, place: int, form: str) -> None:
    words = sentence.split(" ")
    words.insert(place % (len(words) + 1), form.format(number))
    assert check(" ".join(words), [sentence]).verdict == "unsupported"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(sentence: str, evidence: str) -> None:
    judgement = check(sentence, [evidence])
    assert 0 <= judgement.score <= 1
    assert judgement == check(sentence, [evidence])
    assert bool(judgement.reasons) == (judgement.verdict != "supported")
