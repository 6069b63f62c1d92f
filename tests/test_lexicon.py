import pytest

from qa.answering import lexicon
from qa.answering.facts import canonical

LISTS = {name: words for name, words in vars(lexicon).items() if isinstance(words, frozenset)}
PAIRS = {name: getattr(lexicon, name) for name in ("CONTRARY", "ORDER", "OPPOSITES")}


@pytest.mark.parametrize("name", LISTS)
def test_every_word_of_a_list_is_one_word_in_canonical_form(name: str) -> None:
    assert [word for word in LISTS[name] if canonical(word) != word or " " in word] == []


@pytest.mark.parametrize("name", PAIRS)
def test_opposites_are_pairs_of_two_words_and_stand_there_once(name: str) -> None:
    pairs = [tuple(pair.split("/")) for pair in PAIRS[name]]
    assert [
        pair for pair in pairs if len(pair) != 2 or pair[0] == pair[1] or canonical(" ".join(pair)) != " ".join(pair)
    ] == []
    assert sorted(pairs) == sorted(set(pairs))


def test_a_form_of_a_name_belongs_to_one_country() -> None:
    forms = [form for country in lexicon.COUNTRIES for form in country]
    assert sorted(forms) == sorted(set(forms))
    assert [form for form in forms if canonical(form) != form] == []
    assert [country for country in lexicon.COUNTRIES if len(country) < 2] == []
