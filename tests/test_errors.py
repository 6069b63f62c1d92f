from __future__ import annotations

import inspect
import re

from qa import errors
from qa.errors import QAError


def _classes() -> dict[str, str]:
    """Every error of the module with its parent's name."""
    found = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, QAError)]
    return {one.__name__: one.__base__.__name__ for one in found if one is not QAError}


def _drawn() -> dict[str, str]:
    """The same as the tree in the module's docstring draws it."""
    parents, drawn = {0: "QAError"}, {}
    for line in errors.__doc__.splitlines():
        match = re.match(r"([│ ]*)[├└]── (\w+)", line)
        if match:
            depth = len(match.group(1)) // 4 + 1
            drawn[match.group(2)] = parents[depth - 1]
            parents[depth] = match.group(2)
    return drawn


def test_the_tree_is_drawn_as_it_is():
    assert _drawn() == _classes()
    assert list(_drawn()) == list(_classes()), "in the order of the file"


def test_every_error_says_what_and_what_next():
    error = errors.IndexLocked("Another process is writing.", "Wait a moment.")
    assert (str(error), error.hint) == ("Another process is writing.", "Wait a moment.")
    assert all(getattr(errors, name).__doc__ for name in _classes())
