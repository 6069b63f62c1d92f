"""Makes the index of the present version that later versions must still open: python tests/data/indexes/make.py

Run once per released layout of the index; a folder that is there is never made again. The articles are three
invented briefs and the embedding that of tests/word_model.py, so that the index stays small.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from word_model import WordModel, word_library

import qa
from qa.indexing.library import remake
from qa.sync import sync

SMALL = 16  # dimensions
ARTICLES = {
    "harbour.md": "---\ntitle: Harbour closed\npublisher: Harbour Gazette\npublished: 2021-05-03\n---\n\n"
    "The harbour was closed on Monday after the storm. “Nobody was hurt,” the harbour master said.\n",
    "harvest.md": "---\ntitle: Wheat harvest\npublisher: Grain Weekly\npublished: 2021-04\n"
    "about:\n  publisher: Ministry of Agriculture\n---\n\nThe ministry said the harvest reached 4.2 million tonnes.\n",
    "economy.md": "---\ntitle: 经济\nlanguage: zh\n---\n\n中国经济增长放缓。\n",
}


def main() -> None:
    kept = Path(__file__).parent / qa.__version__
    if kept.exists():
        raise SystemExit(f"{kept} is there already; later versions are tested against it as it is.")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "articles"
        source.mkdir()
        for name, text in ARTICLES.items():
            (source / name).write_text(text, encoding="utf-8")
        index = Path(folder) / "index"
        library = word_library(index, WordModel(size=SMALL))
        sync(library, [str(source)])
        with library.store.transaction() as connection:  # the folder it was made in is nobody's business
            for table in ("files", "places", "articles", "versions"):
                connection.execute(f"UPDATE {table} SET origin = replace(origin, ?, '/articles')", (str(source),))
            connection.execute("UPDATE files SET source = '/articles'")
            connection.execute("UPDATE sources SET source = '/articles'")
        remake(library)  # with the new names, and without room for what was before
        library.store.compact()
        library.close()
        shutil.copytree(index, kept, ignore=shutil.ignore_patterns("*.lock", "*-wal", "*-shm"))
    shrink(kept)


def shrink(kept: Path) -> None:
    """Smaller pages; and zeros where chromadb wrote unused memory of this process (no vector is saved there yet)."""
    for file in kept.rglob("*.bin"):
        if file.name in ("data_level0.bin", "length.bin"):
            file.write_bytes(bytes(file.stat().st_size))
    for file in (kept / "articles.db", kept / "chroma" / "chroma.sqlite3"):
        connection = sqlite3.connect(file, isolation_level=None)
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        for command in ("journal_mode = DELETE", "page_size = 1024"):
            connection.execute(f"PRAGMA {command}")
        connection.execute("VACUUM")
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.close()


if __name__ == "__main__":
    main()
