"""Follow-ups made to stand alone, on two public sets, each in two halves by conversation: rules are made on `tune`.

    FOOTNOTE_BENCH_DATA=... python eval/public/followups.py

CANARD (Elgohary et al. 2019): the words that a rewrite has and the question has not (lower-cased runs of letters and
digits, a possessive 's dropped, as a multiset), ours against the human's: F1 per question, mean over those to which
the human added a word; over the words of all questions together (micro); where the human added none, the share left so.
"titles" has the page's and section's titles as the opening message ("Page: Section"), as a conversation opens by naming
its subject; "turns" has the turns alone, where the subject is often never named.

MT-RAG (Katsis et al. 2025), later turns that its passages answer: all passages pooled into one index, a question's own
being the relevant ones; the question as asked, as made to stand alone, and as Footnote searches: both where unsure.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ir_measures import Measure, Qrel, R, ScoredDoc, iter_calc, nDCG

from qa import Assistant, Settings
from qa.answering.followups import resolve
from qa.evaluation.statistics import paired_difference
from qa.retrieval.search import fuse
from qa.schema import Message

SEED = 7
HALVES = ("tune", "report")
MEASURES = (R @ 5, nDCG @ 10)
DEPTH = 100
"""Chunks fetched by each way."""

Row = dict[str, Any]
Rewriter = Callable[[str, Sequence[Message], str], str]
"""The stand-alone question from the question, its history and the page's title."""

REWRITERS: Mapping[str, Rewriter] = {
    "as asked": lambda question, history, title: question,
    "with the page's title": lambda question, history, title: f"{question} {title}",
    "with the last question": lambda question, history, title: " ".join([question, *_asked(history)[-1:]]),
    "stand-alone": lambda question, history, title: resolve(question, history).text,
}


def main() -> None:
    data = Path(os.environ.get("FOOTNOTE_BENCH_DATA", "nowhere"))
    for name, measure in (("canard", _canard), ("mtrag", _mtrag)):
        if (data / name).is_dir():
            measure(data / name)
        else:
            print(f"{name} skipped: FOOTNOTE_BENCH_DATA does not name a folder with {name}")


def half(conversation: str) -> str:
    """The half that a conversation belongs to, by a seeded hash."""
    return HALVES[hashlib.sha256(f"{SEED}:{conversation}".encode()).digest()[0] % 2 == 0]


def added(question: str, rewrite: str) -> Counter[str]:
    """The words that a rewrite has and the question has not."""
    return _words(rewrite) - _words(question)


def overlap(gold: Counter[str], ours: Counter[str]) -> float:
    """F1 of two multisets of words."""
    return 2 * (gold & ours).total() / ((gold.total() + ours.total()) or 1)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", text.lower())))


def _asked(history: Sequence[Message]) -> list[str]:
    return [message.content for message in history if message.role == "user"]


def _canard(folder: Path) -> None:
    rows = list(_lines(folder / "questions.jsonl.gz"))
    print(f"{'CANARD':<8}{'history':<9}{'method':<24}{'added':>6}{'F1':>7}{'micro':>7}{'none added':>12}{'left so':>9}")
    for part in HALVES:
        chosen = [row for row in rows if half(row["QuAC_dialog_id"]) == part]
        for kind in ("titles", "turns"):
            for name, rewriter in REWRITERS.items():
                print(f"{part:<8}{kind:<9}{name:<24}{_canard_line(chosen, kind, rewriter)}")


def _canard_line(rows: Sequence[Row], kind: str, rewriter: Rewriter) -> str:
    pairs = []
    for row in rows:
        page, section, *turns = row["History"]
        history = [Message("user", f"{page}: {section}")] if kind == "titles" else []
        history += [Message("assistant" if turn % 2 else "user", text) for turn, text in enumerate(turns)]
        ours = rewriter(row["Question"], history, page)
        pairs.append((added(row["Question"], row["Rewrite"]), added(row["Question"], ours)))
    wanted = [(gold, ours) for gold, ours in pairs if gold]
    left = [not ours for gold, ours in pairs if not gold]
    f1 = sum(overlap(gold, ours) for gold, ours in wanted) / len(wanted)
    right = sum((gold & ours).total() for gold, ours in pairs)
    micro = 2 * right / sum(gold.total() + ours.total() for gold, ours in pairs)
    return f"{len(wanted):>6}{f1:>7.3f}{micro:>7.3f}{len(left):>12}{sum(left) / len(left):>9.3f}"


def _mtrag(folder: Path) -> None:
    rows = list(_lines(folder / "mtragun_human.jsonl.gz"))
    passages = {passage["document_id"]: passage["text"] for row in rows for passage in row["contexts"]}
    asked = [row for row in rows if row["contexts"] and {"ANSWERABLE", "PARTIAL"} & set(row["answerability"])]
    asked = [row for row in asked if len(row["input"]) > 1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        articles = Path(place) / "articles"
        articles.mkdir()
        names = {f"p{number:05}": name for number, name in enumerate(sorted(passages))}
        for stem, name in names.items():
            front = f"---\ntitle: {json.dumps(stem)}\nlanguage: en\n---\n\n"
            (articles / f"{stem}.md").write_text(front + passages[name].strip() + "\n", encoding="utf-8")
        with Assistant(Settings.load(index=str(Path(place) / "index"))) as assistant:
            assistant.index([str(articles)])
            documents = {article.id: names.get(Path(article.origin).stem, "") for article in assistant.articles()}
            runs = {row["task_id"]: _runs(assistant, row, documents) for row in asked}
    print(f"\nMT-RAG: {len(passages)} passages, {len(asked)} later turns that they answer")
    for part in HALVES:
        _mtrag_half(part, [row for row in asked if half(row["conversation_id"]) == part], runs)


def _runs(assistant: Assistant, row: Row, documents: Mapping[str, str]) -> dict[tuple[str, str], dict[str, float]]:
    """Scores of the passages, by way of searching and form of the question."""
    *before, last = row["input"]
    history = [Message("user" if turn["speaker"] == "user" else "assistant", turn["text"]) for turn in before]
    resolved = resolve(last["text"], history)
    raw, alone = _ways(assistant, last["text"], documents), _ways(assistant, resolved.text, documents)
    runs = {}
    for way in raw:
        both = alone[way] if resolved.sure else fuse(raw[way], alone[way])
        runs |= {(way, "as asked"): raw[way], (way, "stand-alone"): alone[way], (way, "both if unsure"): both}
    return runs


def _ways(assistant: Assistant, question: str, documents: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """The score of each passage's best chunk, each way."""
    dense, keyword = assistant.finder().candidates(question, DEPTH)
    ways: dict[str, dict[str, float]] = {}
    for way, scores in (("meaning", dense), ("keywords", keyword), ("fused", fuse(dense, keyword))):
        best = ways.setdefault(way, {})
        for chunk_id, score in scores.items():
            name = documents[chunk_id.split(":")[0]]
            best[name] = max(score, best.get(name, score))
    return ways


def _mtrag_half(part: str, rows: Sequence[Row], runs: Mapping[str, Mapping[tuple[str, str], dict[str, float]]]) -> None:
    gold = [Qrel(row["task_id"], passage["document_id"], 1) for row in rows for passage in row["contexts"]]
    changed = sum(
        runs[row["task_id"]]["meaning", "as asked"] != runs[row["task_id"]]["meaning", "stand-alone"] for row in rows
    )
    print(f"{part}: {len(rows)} turns, {changed} of them changed; difference to the question as asked, 95 % interval")
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for way, form in runs[rows[0]["task_id"]]:
        run = [
            ScoredDoc(row["task_id"], name, score)
            for row in rows
            for name, score in sorted(runs[row["task_id"]][way, form].items())
        ]
        for result in iter_calc(MEASURES, gold, run):
            found.setdefault((way, form, str(result.measure)), {})[result.query_id] = result.value
    for way, form in runs[rows[0]["task_id"]]:
        print(f"  {way:<10}{form:<16}" + "".join(_cell(found, way, form, measure, rows) for measure in MEASURES))


def _cell(
    found: Mapping[tuple[str, str, str], Mapping[str, float]],
    way: str,
    form: str,
    measure: Measure,
    rows: Sequence[Row],
) -> str:
    before, after = (
        [found[way, each, str(measure)].get(row["task_id"], 0.0) for row in rows] for each in ("as asked", form)
    )
    text = f"  {measure} {sum(after) / len(after):.3f}"
    if form == "as asked":
        return f"{text:<42}"
    change = paired_difference(before, after, [row["conversation_id"] for row in rows])
    return f"{text} ({change.value:+.3f}, {change.low:+.3f} to {change.high:+.3f})".ljust(42)


def _lines(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


if __name__ == "__main__":
    main()
