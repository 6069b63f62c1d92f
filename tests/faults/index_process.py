"""One process of test_processes.py: `write FOLDER ARTICLES ROUNDS`, `read FOLDER`, `endless FOLDER ARTICLES` or
`full FOLDER ARTICLES BYTES`.

The embedding is a dozen lines, so that a process is quick to start. Readers print what they saw as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from word_model import WordModel, word_library

from qa.errors import QAError
from qa.indexing import vectors as gateway
from qa.indexing.keywords import Keywords
from qa.schema import Filters
from qa.sync import sync

ARTICLES = 6
# Chroma saves its graph after this many changes (1,000 as it comes): few, so that saving happens again and again.
gateway._GRAPH["sync_threshold"] = 30


def write_round(folder: Path, number: int) -> None:
    """Every article says the same round; a reader must see one whole round of an article or another."""
    for article in range(ARTICLES):
        sentences = " ".join(f"Sentence {s} of round{number}." for s in range(120))
        put(folder / f"{article}.md", f"Article {article}", f"Article {article} tells of round{number}. {sentences}")
    put(folder / f"new{number}.md", f"New {number}", f"News of fresh{number}.")


def put(path: Path, title: str, text: str) -> None:
    """Writes the file whole or not at all, since its writer may be killed."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(f"---\ntitle: {title}\n---\n\n{text}\n", encoding="utf-8")
    draft.replace(path)


def write(index: Path, folder: Path, rounds: int) -> None:
    library = word_library(index)
    for number in range(rounds):
        write_round(folder, number)
        report = sync(library, [str(folder)])
        if report.failed:
            raise SystemExit(f"failed: {report.failed}")
    library.close()


def read(index: Path) -> None:
    """Searches until the writer says it is done; every hit must be whole and current, old or new."""
    library, model = word_library(index), WordModel()
    keywords, store, vectors = Keywords(library.store), library.store, library.vectors
    seen: dict[str, int] = {"searches": 0, "generations": 0, "late": 0}
    last = -1
    vector = model.encode(["Article tells of news round fresh"])[0]
    while True:
        done = (index / "done").exists()
        generation = store.generation()
        seen["generations"] += generation != last
        last = generation
        vectors.follow(generation)
        hits = vectors.search(vector, 10)
        some = {article.id for article in store.articles()}
        hits += vectors.search(vector, 5, articles=sorted(some)[:3])
        for chunk_id, _ in hits + keywords.search("tells of the news", 10):
            chunk = store.chunk(chunk_id)
            if chunk is not None:
                article = store.article(chunk.article_id, chunk.version)
                if article.text[chunk.start : chunk.end] != chunk.text:
                    raise SystemExit(f"torn: {chunk}")
        newest = [a for a in store.articles() if a.title.startswith("New")]
        for article in newest:
            if store.generation() != generation:
                break  # a change since the search began: the next search is for that
            mine = model.encode([article.text])[0]
            found = vectors.search(mine, 3, articles=[article.id])
            if store.generation() == generation and [c.rsplit(":", 2)[0] for c, _ in found] != [article.id]:
                raise SystemExit(f"not found after its generation: {article.title} {found}")
        store.matching(Filters(since="2020"))
        seen["searches"] += 1
        if done:
            break
    seen["articles"], seen["chunks"] = store.counts().articles, store.counts().chunks
    library.close()
    sys.stdout.write(json.dumps(seen))


def full(index: Path, folder: Path, limit: int) -> None:
    """Indexes while no file may grow beyond the limit; prints the error as JSON."""
    import resource
    import signal

    library = word_library(index)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        sync(library, [str(folder)])
    except QAError as error:
        sys.stdout.write(json.dumps({"error": type(error).__name__, "message": str(error), "hint": error.hint}))


if __name__ == "__main__":
    role, index = sys.argv[1], Path(sys.argv[2])
    if role == "write":
        write(index, Path(sys.argv[3]), int(sys.argv[4]))
    elif role == "read":
        read(index)
    elif role == "full":
        full(index, Path(sys.argv[3]), int(sys.argv[4]))
    else:
        started = time.monotonic()
        while time.monotonic() - started < 60:
            write(index, Path(sys.argv[3]), 40)
