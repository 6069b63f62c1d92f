"""The wheel holds everything a user needs, and works from a folder that has no checkout near it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


def run(*command: str | Path, environment: dict[str, str] | None = None, folder: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=folder, env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel alone is installed in; its dependencies are the environment's."""
    folder = tmp_path_factory.mktemp("installed")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def relative(files: Sequence[Path], root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_and_what_travels_with_it_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = relative([path for path in (ROOT / "qa").rglob("*") if path.is_file()], ROOT)
    package -= relative(list((ROOT / "qa" / "training").glob("*.jsonl")), ROOT)  # for training, in a checkout
    shipped = {
        f"qa/_shipped/{name}"
        for folder in ("prompts", "seeds", "eval/seeds")
        for name in relative([path for path in ROOT.joinpath(*folder.split("/")).iterdir() if path.is_file()], ROOT)
    }
    assert held == package | shipped
    endings = {Path(name).suffix for name in held}
    assert {".py", ".css", ".js", ".sql", ".json", ".md", ".jsonl", ".safetensors", ".typed"} <= endings


def test_the_wheel_names_its_licence_and_version(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    text = archive.read(metadata).decode("utf-8")
    assert f"Name: footnote-qa\nVersion: {qa.__version__}\n" in text
    assert "License-Expression: Apache-2.0\n" in text
    assert any(name.endswith("/LICENSE") for name in archive.namelist())


def test_the_wheel_is_small(wheel: Path) -> None:
    """One megabyte beside the weights of the reader and the judge, which cannot be made smaller by packing; and those
    fifty at most.
    """
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if name.endswith(".safetensors")]
        weights = sum(packed.getinfo(name).compress_size for name in names)
    assert names == ["qa/models/judge.safetensors", "qa/models/reader.safetensors"]
    assert weights < 50_000_000 and wheel.stat().st_size - weights < 1_000_000


def test_installed_it_finds_its_folders_from_anywhere(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, qa; from qa import shipped\n"
        "print(json.dumps([qa.__file__, shipped.in_checkout(),"
        " *(str(shipped.folder(name)) for name in ('prompts', 'seeds', 'eval/seeds'))]))"
    )
    said = json.loads(run("-c", code, environment={"PYTHONPATH": str(installed)}, folder=tmp_path))
    home = (installed / "qa").resolve()
    folders = [str(home.joinpath("_shipped", *name.split("/"))) for name in ("prompts", "seeds", "eval/seeds")]
    assert [Path(said[0]).resolve(), *said[1:]] == [home / "__init__.py", False, *folders]


def test_installed_it_gives_the_answers_that_the_readme_shows(installed: Path, tmp_path: Path) -> None:
    """In float32, so that they are the same on every processor."""
    home = tmp_path / "home"
    environment = {"PYTHONPATH": str(installed), "QA_HOME": str(home), "QA_PRECISION": "float32"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r'^\$ qa ask "(.+)"\n((?:(?!\$|```).+\n)+)', readme, re.MULTILINE)
    assert len(shown) == 2
    said = [
        (question, run("-m", "qa.cli", "ask", question, environment=environment, folder=tmp_path))
        for question, _ in shown
    ]
    assert said == shown
    assert (home / "starter" / "articles.db").is_file()
    assert list(tmp_path.iterdir()) == [home]
