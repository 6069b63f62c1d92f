import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.doubts import doubts, firm
from qa.answering.ground import ground_of

HARVEST = "The ministry said the harvest reached 4.2 million tonnes on 20 March, its lowest since 2009."


def doubted(sentence: str, *evidence: str) -> tuple[str, ...]:
    return doubts(sentence, ground_of(evidence, ()))


@pytest.mark.parametrize(
    ("sentence", "evidence", "reason"),
    [
        pytest.param(
            "The ministry did not say the harvest reached 4.2 million tonnes.",
            HARVEST,
            "it denies something that the cited evidence does not deny",
            id="negation added",
        ),
        pytest.param(
            "The bridge was closed to traffic on Monday.",
            "The bridge was not closed to traffic on Monday.",
            "the cited evidence has a negation that it leaves out",
            id="negation lost",
        ),
        pytest.param(
            "The harvest reached 4.2 million tonnes, its lowest since 2009.",
            HARVEST,
            "says it as fact; the source attributes it to the ministry",
            id="speaker lost",
        ),
        pytest.param(
            "Vaccination lowers the risk of infection.",
            "According to Dr. Lee, vaccination lowers the risk of infection.",
            "says it as fact; the source attributes it to Dr. Lee",
            id="speaker lost behind a comma",
        ),
        pytest.param(
            "Pilots said the tower lacked staff that night.",
            "Oru Talvik said the tower lacked staff that night. The pilots went home.",
            "",
            id="a speaker that is no name is left alone",
        ),
        pytest.param(
            "Mira Estby said the tower lacked staff that night.",
            "Oru Talvik said the tower lacked staff that night. Mira Estby went home.",
            "Mira Estby does not say it in the cited evidence; Oru Talvik does",
            id="another speaker",
        ),
        pytest.param(
            "The bank will close three branches.",
            "The bank might close three branches.",
            "it leaves out the evidence's “might”",
            id="hedge lost",
        ),
        pytest.param(
            "The council closed the old quarry.",
            "The council plans to close the old quarry.",
            "it leaves out the evidence's “plans”",
            id="a plan told as done",
        ),
        pytest.param(
            "In Ottawa, Michael Wanzhou landed.",
            "Michael Kovrig landed in Ottawa on Saturday, hours after the plane with Meng Wanzhou left.",
            "the cited evidence does not join Michael and Wanzhou",
            id="names joined",
        ),
    ],
)
def test_a_changed_negation_speaker_hedge_or_pairing_is_doubted(sentence: str, evidence: str, reason: str) -> None:
    assert doubted(sentence, evidence) == ((reason,) if reason else ())


@pytest.mark.parametrize(
    ("evidence", "changed", "reason", "paraphrase"),
    [
        pytest.param(
            "The ferry sailed from Norholm to Estby on Monday.",
            "On Monday the ferry sailed from Estby to Norholm.",
            "it says from estby to norholm; the cited evidence says from norholm to estby",
            "On Monday the ferry went from Norholm to Estby.",
            id="places turned round",
        ),
        pytest.param(
            "The crash hurt 11 children. Another 30 adults were on the bus.",
            "The crash hurt 30 children.",
            "it says “30 children”; the cited evidence says “11 children”",
            "Eleven children were hurt in the crash.",
            id="another number of the same thing",
        ),
        pytest.param(
            "The council took over some schools in the valley.",
            "The council took over all schools in the valley.",
            "it says “all”; the cited evidence does not",
            "Some schools in the valley were taken over by the council.",
            id="all for some",
        ),
        pytest.param(
            "The mill employs women from the valley.",
            "The mill employs only women from the valley.",
            "it says “only”; the cited evidence does not",
            "Women from the valley work at the mill.",
            id="only put in",
        ),
        pytest.param(
            "The mayor opened the new bridge after the flood in spring.",
            "The mayor opened the new bridge before the flood in spring.",
            "it says “before”; the cited evidence says “after”",
            "After the flood in spring the mayor opened the bridge.",
            id="order of time",
        ),
        pytest.param(
            "The harbour board raised the fees for small boats.",
            "The harbour board lowered the fees for small boats.",
            "it says “lowered”; the cited evidence says “raised”",
            "Fees for small boats were raised by the harbour board.",
            id="opposite",
        ),
        pytest.param(
            "The court fined Mr Talvik for the spill.",
            "The court did not fine Mr Talvik for the spill.",
            "it denies something that the cited evidence does not deny",
            "For the spill Talvik was fined by the court.",
            id="negation added",
        ),
    ],
)
def test_a_changed_sentence_is_found_out_and_its_paraphrase_passes(
    evidence: str, changed: str, reason: str, paraphrase: str
) -> None:
    assert reason in doubted(changed, evidence)
    assert doubted(paraphrase, evidence) == ()


def test_a_part_told_as_the_whole_is_doubted_from_both_sides() -> None:
    assert doubted("The storm damaged all roofs in Estby.", "The storm damaged most roofs in Estby.") == (
        "it says “all”; the cited evidence does not",
        "it leaves out the evidence's “most”",
    )


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param(
            "The company did not lower the price.", "The company refused to lower the price.", id="refused for not"
        ),
        pytest.param(
            "The crew was not hurt in the storm.", "The crew came through the storm unhurt.", id="unhurt for not hurt"
        ),
        pytest.param("The no. 1 song sold well.", "The song sold well and was the no. 1 that week.", id="no. 1"),
        pytest.param(
            "No fewer than 40 boats sailed to Estby.", "At least 40 boats sailed to Estby.", id="no fewer than"
        ),
        pytest.param(
            "The bank is expected to close three branches.", "The bank might close three branches.", id="another hedge"
        ),
        pytest.param(
            "Some expect the bank to close three branches, and the mayor told them so.",
            "The mayor said the bank might close three branches.",
            id="another word of saying",
        ),
        pytest.param(
            "Mark Talvik opened the bridge with Ada Oru.",
            "Talvik opened the bridge. Ada Oru came too.",
            id="a first name that the evidence does not give",
        ),
    ],
)
def test_the_same_in_other_words_is_not_doubted(sentence: str, evidence: str) -> None:
    assert doubted(sentence, evidence) == ()


def test_what_one_source_says_itself_needs_no_speaker() -> None:
    told = "The ministry said the harvest reached 4.2 million tonnes."
    claim = "The harvest reached 4.2 million tonnes."
    assert doubted(claim, told) == ("says it as fact; the source attributes it to the ministry",)
    assert doubted(claim, told, "The harvest reached 4.2 million tonnes this year.") == ()


def test_a_plain_negation_is_found_in_chinese_too_and_other_languages_pass_unharmed() -> None:
    assert doubted("农业部没有表示产量最低。", "农业部表示产量最低。") == (
        "it denies something that the cited evidence does not deny",
    )
    assert doubted("Die Fähre fährt am Montag nach Estby.", "Am Montag fährt die Fähre nach Estby.") == ()


SENTENCES = st.sampled_from(
    [
        HARVEST,
        "Canada first detained Meng in 2018, because U.S. officials had not requested it.",
        "According to the mayor, all 12 boats might sail from Norholm to Estby before the storm.",
        "见到“孟晚舟”的人不多，只有12人。",
        "She didn't go; only some said “no” to O'Neill, of AT&T Inc.",
    ]
)


@given(SENTENCES, st.lists(SENTENCES, max_size=3))
def test_what_the_evidence_says_itself_in_one_text_is_never_doubted(sentence: str, others: list[str]) -> None:
    assert doubted(sentence, sentence) == ()
    assert doubted(sentence, *others, sentence) == doubted(sentence, *others, sentence)


@given(SENTENCES | st.text(max_size=80), st.lists(SENTENCES | st.text(max_size=80), max_size=3))
def test_any_sentence_can_be_held_against_any_evidence(sentence: str, evidence: list[str]) -> None:
    reasons = doubted(sentence, *evidence)
    assert len(set(reasons)) == len(reasons)
    assert all(reasons)
    assert reasons == doubted(sentence, *evidence)


def test_only_what_denies_the_same_answers_for_a_denial() -> None:
    denial = ("it denies something that the cited evidence does not deny",)
    cracks = "Inspectors found no cracks in the pillars."
    assert doubted(cracks, "Inspectors found cracks in the pillars, but only in spring.") == denial
    assert doubted(cracks, "Inspectors ruled out cracks in the pillars.") == ()
    assert doubted("The sale was not legal.", "The sale was illegal.") == ()
    assert doubted("The sale was not legal.", "The sale was informal.") == denial


def test_the_month_of_may_is_no_guess() -> None:
    died = "Ebles died on 11 May 1033 and was archbishop of Reims until his death."
    assert doubted("Until his death Ebles was archbishop of Reims.", died) == ()
    assert doubted("Ebles was archbishop of Reims.", "In 1021 Ebles may have been archbishop of Reims.") == (
        "it leaves out the evidence's “may”",
    )


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        ("The port has lost its licence.", "The port has lost its licence, said Mary Horn.",
         ("says it as fact; the source attributes it to Mary Horn",)),
        ("The port has lost its licence.",
         "Mary Horn, chief executive of the Talvik Bank, said on Tuesday that the port has lost its licence.",
         ("says it as fact; the source attributes it to Mary Horn",)),
        ("The mine will probably close in June if the price stays high.",
         "The mine will probably reopen in June if the price stays high.",
         ("it says “close”; the cited evidence says “reopen”",)),
        ("The council paid the guards in June.", "The council did not pay the guards in June.",
         ("the cited evidence has a negation that it leaves out",)),
        ("It rained before the vote in Talvik.", "It rained after the vote in Talvik.", ()),
        ("The port, they hold, has lost its licence.", "The port, said today to be safe, has lost its licence.", ()),
    ],
    ids=["a speaker behind", "a speaker with an office", "an opposite", "a negation", "an order", "today says nothing"],
)  # fmt: skip
def test_some_doubts_are_seldom_wrong(sentence: str, evidence: str, reasons: tuple[str, ...]) -> None:
    assert firm(sentence, ground_of((evidence,), ())) == reasons
