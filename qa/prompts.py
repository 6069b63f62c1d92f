"""Loads and checks the prompt texts in `prompts/`; they hold words and variables, never code.

A prompt file is a line `variables: NAME ...`, then the part `--- system` (the rules) and the part `--- user` (what
changes from question to question). A variable stands in the text as `{name}`. A file whose variables are not exactly
the ones this code fills in is refused when it is loaded, so an edit can never reach a chat model half filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from qa import shipped
from qa.errors import SettingsError

REFUSAL = "The articles do not answer this question."
"""What a chat model replies when the evidence does not answer: the one phrase that prompt, code and tests share."""

VARIABLES: dict[str, frozenset[str]] = {
    "answer": frozenset({"refusal", "evidence", "question"}),
    "condense": frozenset({"conversation", "question"}),
}

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_FILE = re.compile(r"\Avariables:(?P<names>[^\n]*)\n--- system\n(?P<system>.*?)\n--- user\n(?P<user>.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A checked prompt: the rules for a chat model, and the message that carries the data."""

    name: str
    system: str
    user: str

    def fill(self, **values: str) -> tuple[str, str]:
        """The (system, user) texts with every variable replaced, in one pass: braces in a value stay as they are.

        Raises `SettingsError` when the values are not exactly the variables of this prompt.
        """
        _compare(self.name, "the values given", set(values), VARIABLES[self.name])

        def value(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return _VARIABLE.sub(value, self.system), _VARIABLE.sub(value, self.user)


def load(name: str, folder: Path | None = None) -> Prompt:
    """The prompt of that name from `folder` (default: the prompts that travel with Footnote).

    Raises `SettingsError` when the file is missing or does not hold exactly the expected variables.
    """
    path = (folder or shipped.folder("prompts")) / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The prompt {path.name} could not be read.", _cure(name)) from error
    match = _FILE.match(text)
    if match is None:
        raise SettingsError(
            f"The prompt {path.name} must hold the line 'variables: ...' and then '--- system' and '--- user'.",
            _cure(name),
        )
    expected = VARIABLES[name]
    _compare(name, "its first line", set(match["names"].split()), expected)
    _compare(name, "its text", set(_VARIABLE.findall(match["system"] + match["user"])), expected)
    return Prompt(name, match["system"].strip(), match["user"].strip())


def _compare(name: str, where: str, found: set[str], expected: frozenset[str]) -> None:
    missing, unknown = sorted(expected - found), sorted(found - expected)
    if not missing and not unknown:
        return
    faults = [f"without {{{variable}}}" for variable in missing]
    faults += [f"with the unknown {{{variable}}}" for variable in unknown]
    raise SettingsError(f"The prompt {name}.md has {where} {' and '.join(faults)}.", _cure(name))


def _cure(name: str) -> str:
    variables = " ".join(sorted(VARIABLES[name]))
    return f"Restore prompts/{name}.md; its variables are: {variables}."
