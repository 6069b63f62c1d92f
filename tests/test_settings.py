from __future__ import annotations

from dataclasses import fields, replace

import pytest

from qa.errors import SettingsError
from qa.settings import INDEX_SETTINGS, PLACE_SETTINGS, Settings


def test_later_wins_defaults_file_environment_arguments(tmp_path):
    (tmp_path / "qa.toml").write_text('passages = 5\nsentences = 5\ncaution = "bold"\nchat_timeout = 5\n')
    environment = {"QA_PASSAGES": "6", "QA_SENTENCES": "6", "QA_": "x", "PATH": "/bin", "qa_port": "x"}
    loaded = Settings.load(tmp_path, environment, sentences=7, candidates=None)
    assert loaded == Settings(passages=6, sentences=7, caution="bold", chat_timeout=5.0)
    assert Settings.load(tmp_path / "elsewhere", {}) == Settings()


def test_the_working_folder_and_the_environment_are_read_by_default(tmp_path, monkeypatch):
    (tmp_path / "qa.toml").write_text("port = 1\n", encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_PRECISION", "float32")
    loaded = Settings.load()
    assert (loaded.port, loaded.precision) == (1, "float32")


@pytest.mark.parametrize(
    ("file", "environment", "arguments", "message", "hint"),
    [
        ("cuation = 'bold'", {}, {}, "There is no setting 'cuation' (from {file}).", "Did you mean 'caution'?"),
        ("", {"QA_CHUNK_TOKEN": "9"}, {}, "There is no setting 'chunk_token' (from the variable QA_CHUNK_TOKEN).",
         "Did you mean 'chunk_tokens'?"),
        ("", {}, {"sentence": 1}, "There is no setting 'sentence' (from the argument sentence).",
         "Did you mean 'sentences'?"),
    ],
    ids=["file", "environment", "arguments"],
)  # fmt: skip
def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path, file, environment, arguments, message, hint):
    path = tmp_path / "qa.toml"
    path.write_text(file)
    with pytest.raises(SettingsError) as caught:
        Settings.load(tmp_path, environment, **arguments)
    assert str(caught.value) == message.format(file=path)
    assert caught.value.hint == f"{hint} All are listed in docs/settings.md."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("caution", "brave", "cannot be 'brave': it must be one of cautious, balanced, bold."),
        ("precision", "int8", "cannot be 'int8': it must be one of auto, float32, bfloat16."),
        ("passages", "many", "cannot be 'many'"),
        ("passages", True, "cannot be True: it must be a whole number."),
        ("passages", 2.5, "cannot be 2.5: it must be a whole number."),
        ("passages", None, "cannot be None"),
        ("chat_timeout", "soon", "cannot be 'soon'"),
        ("chat_timeout", [1], "cannot be [1]"),
        ("host", 5, "cannot be 5: it must be text."),
        ("chunk_tokens", 221, "is 221, but must lie between 40 and 220."),
        ("chunk_tokens", "39", "is 39, but must lie between 40 and 220."),
        ("port", -1, "is -1, but must lie between 0 and 65535."),
        ("chat_timeout", "0", "is 0.0, but must lie between 0.1 and 3600."),
        ("chat_timeout", "nan", "is nan, but must lie between 0.1 and 3600."),
    ],
)
def test_a_value_that_cannot_be_is_refused(name, value, message):
    with pytest.raises(SettingsError) as caught:
        Settings(**{name: value})
    assert str(caught.value).startswith(f"The setting {name} {message}")
    assert name in caught.value.hint


@pytest.mark.parametrize(
    ("file", "environment", "arguments"),
    [("", {}, {"host": ""}), ("", {}, {"host": "  "}), ("", {"QA_HOST": ""}, {}), ('host = ""', {}, {})],
    ids=["argument", "blanks", "environment", "file"],
)
def test_an_empty_host_is_not_every_address_of_the_machine(tmp_path, file, environment, arguments):
    (tmp_path / "qa.toml").write_text(file)
    with pytest.raises(SettingsError) as caught:
        Settings.load(tmp_path, environment, **arguments)
    assert str(caught.value) == "The setting host is empty."
    assert caught.value.hint == "Set host to 127.0.0.1, or leave it out."


@pytest.mark.parametrize("data", [b"passages = ", b"\xff\xfe\x00", b"passages = 1\npassages = 2\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path, data):
    path = tmp_path / "qa.toml"
    path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        Settings.load(tmp_path, {})
    assert str(caught.value).startswith(f"{path} could not be read: ")
    assert caught.value.hint == f"Correct {path} or remove it."


def test_values_become_the_type_of_their_field(tmp_path):
    made = Settings(passages="7", chat_timeout="2", home=tmp_path, port=8.0)
    assert (made.passages, made.chat_timeout, made.home, made.port) == (7, 2.0, str(tmp_path), 8)
    assert type(made.port) is int


OTHER = {
    "home": "h", "index": "i", "embedding_model": "m", "precision": "float32", "device": "cuda", "chunk_tokens": 100,
    "chroma_url": "http://127.0.0.1:8000", "candidates": 1, "passages": 1, "per_article": 1, "sentences": 1,
    "caution": "bold", "chat_model": "ollama:x", "chat_url": "http://127.0.0.1:1/v1", "chat_tokens": 500,
    "chat_timeout": 1.0, "host": "0.0.0.0", "port": 1, "private_addresses": True,
}  # fmt: skip


def test_the_hash_changes_with_every_setting_that_can_change_an_answer_and_with_no_other():
    assert set(OTHER) == {field.name for field in fields(Settings)}
    base = Settings()
    kept = {name for name, value in OTHER.items() if replace(base, **{name: value}).hash == base.hash}
    assert kept == set(PLACE_SETTINGS)
    assert set(INDEX_SETTINGS).isdisjoint(PLACE_SETTINGS)
    assert base.hash == Settings().hash
    assert len(base.hash) == 12 and int(base.hash, 16) >= 0


@pytest.mark.parametrize(
    ("words", "value"), [("true", True), ("1", True), ("YES", True), ("false", False), ("no", False)]
)
def test_a_switch_is_read_from_the_environment(words, value):
    assert Settings.load(environment={"QA_PRIVATE_ADDRESSES": words}).private_addresses is value


def test_a_switch_that_is_neither_on_nor_off_is_refused():
    with pytest.raises(SettingsError, match="it must be true or false"):
        Settings.load(environment={"QA_PRIVATE_ADDRESSES": "perhaps"})
