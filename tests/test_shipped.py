from __future__ import annotations

import pytest

from qa import shipped


@pytest.mark.parametrize(("name", "file"), [("prompts", "answer.md"), ("seeds", "*.md"), ("eval/seeds", "*.jsonl")])
def test_a_checkout_has_what_the_package_needs(name, file):
    assert list(shipped.folder(name).glob(file))
    assert shipped.in_checkout()


def test_a_wheel_brings_its_own_folders(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "qa"
    inside = package / "_shipped" / "prompts"
    inside.mkdir(parents=True)
    beside = package.parent / "prompts"  # another package's folder of that name, beside ours
    beside.mkdir()
    monkeypatch.setattr(shipped, "PACKAGE", package)
    monkeypatch.setattr(shipped, "_IN_WHEEL", package / "_shipped")
    assert not shipped.in_checkout()
    assert shipped.folder("prompts") == inside
    with pytest.raises(FileNotFoundError, match="seeds is missing from this installation of footnote-qa"):
        shipped.folder("seeds")
