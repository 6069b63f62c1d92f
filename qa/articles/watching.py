"""Follows the folders and files of sources, so that an index can keep step with them. The one door to watchfiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from qa.articles import sources
from qa.articles.folders import IGNORE_FILES, is_of_index
from qa.errors import SourceError

_PAUSE = 500  # milliseconds between two looks
_GATHERED = 1_600  # milliseconds within which changes are taken together


def changed(names: Sequence[str], stop: Event) -> Iterator[list[str]]:
    """The sources in which something has changed since the last time: first all, then at least once a second those
    that have, often none. Ends soon after `stop` is set.

    Nothing is missed between two times, and a root that vanishes or comes back counts as changed. The web is not
    followed. Raises `SourceError` where the system cannot follow so many folders.
    """
    import watchfiles  # starts a native watcher; needed for --watch only

    roots = {name: sources.root(name) for name in names if not sources.is_address(name)}
    touched = list(roots)
    while not stop.is_set():
        here = {name: root for name, root in roots.items() if root.exists()}
        if not here:
            yield touched
            stop.wait(_PAUSE / 1000)
        else:
            try:
                for changes in watchfiles.watch(
                    *{root if root.is_dir() else root.parent for root in here.values()},
                    watch_filter=None,
                    stop_event=stop,
                    rust_timeout=_PAUSE,
                    debounce=_GATHERED,
                    yield_on_timeout=True,  # so that the first look comes after the watcher has begun
                    ignore_permission_denied=True,
                ):
                    paths = [Path(path) for _, path in changes]
                    touched += [
                        name for name, root in here.items() if any(map(root.__eq__, paths)) or _below(root, paths)
                    ]
                    yield list(dict.fromkeys(touched))
                    touched = []
                    if any(root.exists() != (name in here) for name, root in roots.items()):
                        break
            except OSError as error:
                raise SourceError(
                    f"The folders cannot be followed: {error.strerror or error}.",
                    "Follow fewer folders, or run qa index from time to time instead.",
                ) from error
        touched = [name for name, root in roots.items() if root.exists() != (name in here)]


def _below(root: Path, paths: Sequence[Path]) -> bool:
    """Whether something that may be meant lies below the root; hidden files change all the time."""
    inside = [path.relative_to(root) for path in paths if path.is_relative_to(root) and not is_of_index(path, root)]
    return any(
        path.name in IGNORE_FILES or not any(part.startswith(".") for part in path.parts)
        for path in inside
        if path.parts
    )
