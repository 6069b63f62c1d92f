from __future__ import annotations

from parts import citation

from qa.schema import Sentence
from qa.verdicts import in_words, is_supported


def test_it_is_told_in_plain_words():
    quote = citation(1, "The ferry sank.", publisher="Courier", published="2019-05")
    sentences = [
        Sentence("The ferry\nsank [4].", (1,), "supported", 1.0, (), (), (quote,)),
        Sentence("The ferry rose.", (1,), "unsupported", 0.0, ("it is not so",), (), (quote,)),
        Sentence("Who came?", (), "no_claim", 1.0, ("a question",)),
    ]
    assert in_words(sentences) == [
        "The ferry sank [4].",
        "    supported [1]",
        "    [1] “The ferry sank.” — Courier, May 2019",
        "The ferry rose.",
        "    not supported: it is not so; nearest [1]",
        "Who came?",
        "    no claim: a question",
        "",
        "2 claims: 1 supported, 1 not supported.",
    ]
    assert in_words(sentences[2:])[-1] == "0 claims."
    assert [is_supported(sentence) for sentence in sentences] == [True, False, True]


def test_words_that_no_quote_holds_stand_between_tildes():
    sentence = Sentence("The grey ferry sank\nat noon.", (), "partly", 0.5, ("half of it",), ((4, 8), (20, 27)))
    assert in_words([sentence]) == [
        "The ~grey~ ferry sank ~at noon~.",
        "    only partly supported: half of it",
        "",
        "1 claim: 1 only partly supported.",
    ]
