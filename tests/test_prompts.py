from pathlib import Path

import pytest

from qa import prompts
from qa.errors import SettingsError


@pytest.mark.parametrize("name", sorted(prompts.VARIABLES))
def test_the_shipped_prompts_load_and_fill_completely(name: str) -> None:
    values = {variable: f"<<{variable} here>>" for variable in prompts.VARIABLES[name]}
    system, user = prompts.load(name).fill(**values)
    for value in values.values():
        assert (system + user).count(value) == 1
    assert "{" not in system + user


def test_the_refusal_phrase_reaches_the_model_word_for_word() -> None:
    system, _ = prompts.load("answer").fill(refusal=prompts.REFUSAL, evidence="", question="")
    assert prompts.REFUSAL in system.splitlines()


def test_braces_in_a_value_are_not_filled_again() -> None:
    _, user = prompts.load("answer").fill(refusal="", evidence="{question} {x}", question="Why?")
    assert user == "<evidence>\n{question} {x}\n</evidence>\n\nQuestion: Why?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "variables: conversation question\n--- system\n{conversation}\n--- user\n{topic}",
            "The prompt condense.md has its text without {question} and with the unknown {topic}.",
            id="another variable in the text",
        ),
        pytest.param(
            "variables: conversation\n--- system\n{conversation}\n--- user\n{question}",
            "The prompt condense.md has its first line without {question}.",
            id="a variable not declared",
        ),
        pytest.param(
            "Just rewrite it.",
            "The prompt condense.md must hold the line 'variables: ...' and then '--- system' and '--- user'.",
            id="no parts",
        ),
    ],
)
def test_a_prompt_with_other_variables_is_refused_at_load(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "condense.md").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        prompts.load("condense", tmp_path)
    assert str(caught.value) == message
    assert caught.value.hint == "Restore prompts/condense.md; its variables are: conversation question."


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"The prompt answer\.md could not be read\."):
        prompts.load("answer", tmp_path)


def test_filling_with_other_values_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"without \{question\} and with the unknown \{extra\}"):
        prompts.load("condense").fill(conversation="", extra="")
