"""What people read keeps its word: links lead somewhere, commands exist, the changelog knows the version."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from test_house import PACKAGE, ROOT, tree


def pages() -> list[Path]:
    """What people read: the Markdown beside the code."""
    folders = (ROOT, ROOT / "docs", ROOT / "eval", ROOT / "index")
    return [path for folder in folders for path in sorted(folder.glob("*.md"))]


def test_links_in_the_documents_lead_somewhere() -> None:
    wrong = []
    for page in pages():
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            place, _, anchor = target.partition("#")
            linked = (page.parent / place).resolve() if place else page
            if "://" in target:
                continue
            if not linked.exists() or (anchor and anchor not in _anchors(linked)):
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
    assert wrong == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_commands_in_the_documents_exist() -> None:
    """`qa index`, `--explain`, `make chat`: what a page tells people to type is there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    commands, options = _command_line()
    wrong = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        code = "\n".join([*re.findall(r"```sh\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])
        wrong += [f"{page.name}: make {name}" for name in re.findall(r"\bmake ([a-z]+)", code) if name not in targets]
        for line in re.findall(r"(?:^|[/ ])qa ([^\n#`]*)", code, re.MULTILINE):
            words = re.sub(r'"[^"]*"', "", line).split()
            named = [word for word in words if re.fullmatch(r"[a-z]+", word) and word != "starter"][:1]
            wrong += [f"{page.name}: qa {word}" for word in named if word not in commands]
            flags = [word for word in words if word.startswith("--")]
            wrong += [f"{page.name}: qa ... {word}" for word in flags if word not in options]
    assert wrong == []


def _command_line() -> tuple[set[str], set[str]]:
    """The subcommands and the options of cli.py, from its decorators."""
    commands, options = set(), {"--help", "--version"}
    for function in ast.walk(tree(PACKAGE / "cli.py")):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in (node for node in function.decorator_list if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "main.command":
                named = [ast.literal_eval(word.value) for word in call.keywords if word.arg == "name"]
                commands.add(named[0] if named else function.name)
    for call in ast.walk(tree(PACKAGE / "cli.py")):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "click.option":
            texts = [str(word.value) for word in call.args if isinstance(word, ast.Constant)]
            options.update(word for text in texts for word in text.split("/") if word.startswith("--"))
    return commands, options


def test_no_file_names_a_place_of_one_machine() -> None:
    """The one exception is .ci/run, which looks for data beside the checkout."""
    places = re.compile(r"(?<![\w.])/(?:work|tmp)/|\.\./shared")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for folder in ("qa", "tests", "docs", "prompts", "eval", ".")
        for path in sorted((ROOT / folder).glob("*" if folder == "." else "**/*"))
        if path.suffix in (".py", ".md", ".toml", ".txt", ".css", ".js", ".sql") or path.name == "Makefile"
        if "data" not in path.relative_to(ROOT).parts and path.name != Path(__file__).name
        for line in path.read_text(encoding="utf-8").splitlines()
        if places.search(line)
    ]
    assert wrong == []


def test_the_changelog_knows_this_version() -> None:
    found = re.search(r'^__version__ = "(.+)"$', (PACKAGE / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None and newest is not None
    assert found[1] == newest[1]
