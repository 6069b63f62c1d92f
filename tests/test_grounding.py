import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.grounding import Judgement, Ruling, check, ruled, stems

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


@pytest.mark.parametrize(
    ("sentence", "ruling"),
    [
        pytest.param(HARVEST, Ruling(True, 1.0, (), ()), id="the evidence's own sentence"),
        pytest.param("The ministry said the harvest fell.", Ruling(False, 2 / 3, (), ()), id="in other words"),
        pytest.param(
            "The ministry did not say the harvest reached 5 million tonnes.",
            Ruling(
                False,
                4 / 5,
                ("the number 5 million is not in the cited evidence",),
                ("it denies something that the cited evidence does not deny",),
            ),
            id="struck and doubted",
        ),
        pytest.param("Footballers love sunny beaches.", Ruling(False, 0.0, (), ()), id="not a word of it"),
        pytest.param(
            "It is so.", Ruling(False, 0.0, ("it holds no words that could be checked",), ()), id="nothing to check"
        ),
    ],
)
def test_a_ruling_says_what_is_missing_what_is_doubtful_and_how_much_is_shared(sentence: str, ruling: Ruling) -> None:
    assert ruled(sentence, [HARVEST]) == ruling


def test_the_verdict_by_rules_alone_strikes_what_shares_hardly_a_word() -> None:
    assert check("Footballers love sunny beaches.", [HARVEST]).reasons == (
        "too few of its words are in the cited evidence",
    )
    assert ruled(HARVEST, [" "]) == Ruling(False, 0.0, ("it cites no evidence",), ())
    assert check(HARVEST, [" "]) == Judgement("unsupported", 0.0, ("it cites no evidence",))


def test_a_doubt_makes_it_partly_supported_and_a_strike_outweighs_it() -> None:
    denied = "The ministry did not say the harvest reached 4.2 million tonnes."
    doubt = "it denies something that the cited evidence does not deny"
    assert check(denied, [HARVEST]) == Judgement("partly", 0.7, (doubt,))
    assert check(denied.replace("4.2", "5"), [HARVEST]) == Judgement(
        "unsupported", 0.0, ("the number 5 million is not in the cited evidence",)
    )


@pytest.mark.parametrize(
    ("evidence", "paraphrase", "foreign"),
    [
        pytest.param(
            "The American Kite Society chose a Chinese design.",
            "The AKS chose a design from China.",
            "The AKS chose a Dutch design.",
            id="initials and countries",
        ),
        pytest.param(
            "The Democrats in Norholm kept the council.",
            "The Democratic group kept the council of Norholm.",
            "The Liberal group kept the council of Norholm.",
            id="another form of the word",
        ),
    ],
)
def test_a_name_may_take_another_form_but_no_other_name(evidence: str, paraphrase: str, foreign: str) -> None:
    assert verdict(paraphrase, evidence) == "supported"
    assert verdict(foreign, evidence) == "unsupported"


def test_content_words_are_stemmed_lightly_and_chinese_ones_paired() -> None:
    assert stems("the ministry's harvests were harvested; harvesting harvest") == {"ministry", "harvest"}
    assert stems("粮食产量 was low") == {"粮食", "食产", "产量", "low"}
    assert stems("it is so") == set()


def test_a_name_of_the_question_is_not_evidence() -> None:
    judgement = check("The ministry of Norland said the harvest fell.", [HARVEST], "What did Norland harvest?")
    assert judgement.reasons == ("the name Norland is not in the cited evidence, only in the question",)


def test_a_first_name_that_the_evidence_does_not_give_is_a_new_name() -> None:
    assert verdict("Mark Talvik opened the bridge.", "Talvik opened the bridge.") == "unsupported"
    assert verdict("Tesselby Council opened the bridge.", "The Council opened the bridge.") == "unsupported"


def test_other_forms_of_a_name_are_the_same_name_but_a_longer_one_is_not() -> None:
    assert (
        verdict("Democratic voters opened the bridge.", "The voters of the Democrats opened the bridge.") == "supported"
    )
    assert verdict("Harrison opened the bridge.", "Harris opened the bridge.") == "unsupported"


def test_a_common_word_that_begins_a_sentence_is_no_name_unless_a_name_follows() -> None:
    assert verdict("Avoid the bridge.", "The bridge is to be avoided.") == "supported"
    assert verdict("Wooden bridges opened.", "The bridges opened, and they were painted.") == "supported"
    assert check("Wooden Talvik opened.", ["Talvik opened."]).reasons == (
        "the name Wooden is not in the cited evidence",
    )


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
    assert verdict("粮食产量420万吨，最低。", evidence) == "supported"
    assert verdict("农业部表示，粮食产量达到430万吨。", evidence) == "unsupported"
    assert verdict("农业部表示“产量最低”，粮食产量达到420万吨。", evidence) == "unsupported"


def test_words_that_begin_with_an_accented_small_letter_are_no_names() -> None:
    assert verdict("Hier une école de Norholm a fermé.", "L’école a fermé hier à Norholm.") == "supported"
    assert verdict("Hier un élève de Norholm a fermé l’école.", "L’école a fermé hier à Norholm.") == "supported"
    assert verdict("L’école a fermé hier à Estby.", "L’école a fermé hier à Norholm.") == "unsupported"


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


@given(SENTENCES | st.text(max_size=80), SENTENCES | st.text(max_size=80), SENTENCES | st.text(max_size=40))
def test_the_verdict_is_made_of_the_ruling_and_nothing_else(sentence: str, evidence: str, question: str) -> None:
    ruling = ruled(sentence, [evidence], question)
    judgement = check(sentence, [evidence], question)
    assert 0 <= ruling.share <= 1
    assert not ruling.verbatim or ruling == Ruling(True, 1.0, (), ())
    assert set(ruling.strikes) <= set(judgement.reasons)
    if judgement.verdict == "partly":
        assert (ruling.strikes, judgement.reasons) == ((), ruling.doubts)
    if judgement.verdict == "supported":
        assert (ruling.strikes, ruling.doubts) == ((), ())


def test_a_small_count_that_nobody_wrote_down_is_doubted_and_a_wrong_one_is_struck() -> None:
    mill = "Ada Holm, Ben Lund and Cai Moe run the mill. The mill has nine boats."
    lacking = "the number {} is not in the cited evidence"
    assert check("Three people run the mill.", [mill]) == Judgement("partly", 0.5, (lacking.format("three"),))
    wrong = ruled("The mill has eight boats.", [mill])
    assert (wrong.strikes, wrong.doubts) == (
        (lacking.format("eight"),),
        ("it says “eight boats”; the cited evidence says “nine boats”",),
    )
    assert ruled("The mill weighs 4.2 tonnes.", [mill]).strikes == (lacking.format("4.2"),)  # nobody counts to that
    assert ruled("Thirty people run the mill.", [mill]).strikes == (lacking.format("thirty"),)
    assert ruled("The mill fell by 3 percent.", [mill]).strikes == (
        "the percentage 3 percent is not in the cited evidence",
    )


def test_a_world_war_has_two_names() -> None:
    mill = "The mill of Norholm burnt down in the Second World War."
    assert ruled("Norholm's mill burnt down during World War II.", [mill]).strikes == ()
    assert ruled("Norholm's mill burnt down during World War I.", [mill]).strikes == (
        "the name First is not in the cited evidence",
    )


@pytest.mark.parametrize(
    ("sentence", "evidence", "strikes"),
    [
        ("Over-65s and under-18s left by F-16 and A380.", "Those over 65 and under 18 left by F-16s or A380s.", ()),
        ("COVID-19 came before 05.09.2011.", "COVID 19 came before 5 September 2011.", ()),
        ("They sold F-18s.", "They sold F-16s.",
         ("the number 18 is not in the cited evidence", "f-18s is not in the cited evidence")),
        ("The walk took 10 days.", "The walk took 10 hours.", ("10 has another unit in the cited evidence",)),
        ("The vote is at 5 p.m. in Talvik.", "The vote is at 5 a.m. in Talvik.",
         ("5 has another half of the day in the cited evidence",)),
        ("He said \"we came - and won\".", "He said “we came – and won”.", ()),
        ("\"[W]e won\", he said.", "“We won”, he said.", ()),
    ],
)  # fmt: skip
def test_codes_units_and_quotations_are_compared_as_they_are_meant(sentence, evidence, strikes) -> None:
    assert ruled(sentence, [evidence]).strikes == strikes


def test_on_which_side_of_a_number_the_value_lies_is_a_firm_doubt() -> None:
    ruling = ruled("More than 300 people fled.", ["About 300 people fled."])
    assert (ruling.strikes, ruling.firm) == ((), ("300 has another limit in the cited evidence",))
