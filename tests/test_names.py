import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.ground import ground_of
from qa.answering.names import lacking


def missing(sentence: str, *evidence: str) -> list[tuple[str, list[str]]]:
    return lacking(sentence, ground_of(evidence, ()))


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("US officials left Talvik.", "American officials left Talvik."),
        ("The U.S. and the United States' allies left.", "The Americans and their allies left."),
        ("Officials of the United Kingdom left.", "British officials left."),
        ("He left on Mar. 5.", "He left on 5 March."),
        ("He left in Sept.", "He left on 2021-09-05."),
        ("Sen. Ray met Prof. Low at Mt. Elbrus.", "Senator Ray met Professor Low at Mount Elbrus."),
        ("Senator Ray met Professor Low at Mount Elbrus.", "Sen. Ray met Prof. Low at Mt. Elbrus."),
        ("The CEO said AI lifts GDP.", "Artificial intelligence lifts gross domestic product, says a chief executive."),
        ("BMWs stood outside the houses of MPs.", "A BMW stood outside the house of an MP."),
        ("The DVDs were sold.", "The DVDs were sold."),
        ("The Second Battalion left.", "The 2nd Battalion left."),
        ("It was 15 degrees Celsius.", "It was 15°C."),
    ],
)  # fmt: skip
def test_another_form_of_a_name_of_the_evidence_is_no_new_name(sentence: str, evidence: str) -> None:
    assert missing(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence", "expected"),
    [
        ("American officials left.", "British officials left.", [("American", ["american"])]),
        ("US officials left.", "British officials left.", [("US", ["united", "states"])]),
        ("Gov. Ray left.", "Senator Ray left.", [("Gov", ["gov"])]),
        ("BMWs stood there.", "A Fiat stood there.", [("BMWs", ["bmws"])]),
        ("He left in Apr.", "He left on 5 March.", [("Apr", ["apr"])]),
        ("He works for the UNHCR.", "He works for the mayor.", [("UNHCR", ["unhcr"])]),
    ],
)
def test_another_name_is_a_new_one(sentence: str, evidence: str, expected: list[tuple[str, list[str]]]) -> None:
    assert missing(sentence, evidence) == expected


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_a_text_lacks_no_name_of_its_own(sentence: str, others: list[str]) -> None:
    assert missing(sentence, sentence, *others) == []
