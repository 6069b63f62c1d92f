"""Claims that people or chat models made, with the evidence they were judged on: the public sets, and our own.

Only sets whose licence lets the weights ship (see qa/models/README.md), and no half that a set calls its test, save for
Breaking NLI, which has no other. Within a source as many claims are supported as not, so that its style does not give
the label away.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa.answering.alignment import chosen
from qa.training.examples import read_lines
from qa.training.faults import Wrong, replaced
from qa.training.own import articles
from qa.training.pairs import Label, Pair, sentences_of

_LABELS: dict[str, Label] = {
    "supported": "supported",
    "SUPPORTS": "supported",
    "SUPPORT": "supported",
    "contradicted": "contradicted",
    "REFUTES": "contradicted",
    "CONTRADICT": "contradicted",
    "not_supported": "unsupported",
    "partially_supported": "unsupported",
}
_UNSUPPORTED_KINDS = frozenset("detail quote speaker hedge cause condition scope merge list overreach".split())

_CHOSEN = 5  # sentences of a document that a claim is judged on
_CHUNK = 12  # sentences of WiCE's short form, at most
_FAULT_WORDS = 8  # a longer difference between two versions of a sentence is no single fault
_STATED = (0.2, 0.6)  # share of a claim's words in evidence that lacks its sentences: near, yet not said there
_APART = 8  # characters by which two answers with their questions may differ
_CARRIED = 0.5  # and at least in evidence that is to support it


@dataclass(frozen=True, slots=True)
class _Files:
    """A set in one form of rows: its files, and the most that is taken (None: all, unbalanced)."""

    train: tuple[str, ...]
    test: tuple[str, ...] = ()
    most: int | None = 6000


# `test` is read only to leave out what occurs there.
_ROWS = {
    "fever_gold_evidence": _Files(("validation", "constructed_not_supported"), ("test",)),
    "fever_symmetric": _Files(("v0.2_dev", "v0.1_full"), ("v0.2_test",)),
    "mnli_dev": _Files(("dev", "train_sample"), most=None),
    "cad_nli": _Files(("train", "dev"), ("test",), 9000),
    "scitail": _Files(("dev",), ("test",)),
    "infotabs": _Files(("train", "dev"), ("test_alpha1", "test_alpha2", "test_alpha3")),
    "begin": _Files(("cmu_dev", "topicalchat_dev", "wow_dev"), ("wow_test",)),
    "factcheck_gpt": _Files(("all",)),
    "breaking_nli": _Files(("test",), most=1500),
    "med": _Files(("crowd",), most=1500),
    "tracie": _Files(("train_uniform",)),
}
_MOST = {
    "wice": 1500,
    "summedits": 3000,
    "fool_me_twice": 1200,
    "scifact": 900,
    "halueval": 600,
    "clapnq": 600,
    "mtrag": 800,
}
_DOMAINS = ("ectsum", "podcast", "qmsumm", "sales_call", "sales_email", "samsum", "scitldr")


def read(data: Path, rng: random.Random) -> dict[str, list[Pair]]:
    """The pairs of every public set by its name, balanced and shuffled. `article` keeps together what is of one source:
    an article of WiCE, "domain/document" of SummEdits, a table, a page, a dialogue; else one evidence.
    """
    found = {}
    for name, files in _ROWS.items():
        pairs = list(_rows(data, name, files))
        found[name] = _balanced(pairs, files.most, rng) if files.most else rng.sample(pairs, len(pairs))
    for name, reader in _READERS.items():
        pairs = list(dict.fromkeys(filter(_is_usable, reader(data))))
        if name == "halueval":
            pairs = _alike_in_length(pairs, rng)
        found[name] = _balanced(pairs, _MOST[name], rng)
    return found


def own(data: Path, file: Path, half: Literal["train", "fit"] = "train") -> list[list[Pair]]:
    """Our own statements in the order of the file, each true one before its false twins, on its passage; those of the
    half `fit` are for fitting the decision, and no weight is trained on them.

    A row has a true claim and its faults: a kind, the characters that are wrong, and what stands there instead. Raises
    KeyError where a row names an article that the data folder lacks.
    """
    stored = articles(data)
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [list(_statement(row, stored[row["article"]]["text"])) for row in rows if row["half"] == half]


def _statement(row: dict[str, Any], text: str) -> Iterator[Pair]:
    evidence, claim = _plain(text[row["start"] : row["end"]]), row["claim"]
    yield Pair(claim, evidence, "supported", "true", "own", None, row["article"])
    for kind, start, end, new in row["faults"]:
        fault = replaced(claim, (start, end), new, kind, label_of(kind))
        yield Pair(fault.claim, evidence, fault.label, kind, "own", fault.words, row["article"])


def label_of(kind: str) -> Wrong:
    """What a fault of that kind makes of a claim: the passage says otherwise, or only does not say it."""
    return "unsupported" if kind in _UNSUPPORTED_KINDS else "contradicted"


def _is_usable(pair: Pair) -> bool:
    return bool(re.search(r"\w", pair.claim) and re.search(r"\w", pair.evidence))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


# The sets of `judging/`, whose rows are alike


def _rows(data: Path, name: str, files: _Files) -> Iterator[Pair]:
    folder = data / "judging" / name
    aside = {_same(row["claim"]) for file in files.test for row in read_lines(folder / f"{file}.jsonl.gz")}
    seen = set()
    for file in files.train:
        for row in read_lines(folder / f"{file}.jsonl.gz"):
            claim, evidence = _plain(row["claim"]), _plain(row["evidence"])
            kind = str(row.get("category") or row.get("genre") or row.get("stance") or name)
            label = _LABELS[row["label"]]
            words = _difference(evidence, claim) if name == "breaking_nli" and label == "contradicted" else None
            pair = Pair(claim, evidence, label, kind, name, words, row.get("table_id") or _key(evidence))
            if _is_usable(pair) and _same(claim) not in aside and (claim, evidence) not in seen:
                seen.add((claim, evidence))
                yield pair


def _same(claim: str) -> str:
    return re.sub(r"\W+", " ", claim.lower()).strip()


def _difference(text: str, changed: str) -> tuple[int, int] | None:
    """The characters of the second that differ from the first; None where they are many or there are none."""
    old, new = text.split(" "), changed.split(" ")
    front = 0
    while front < min(len(old), len(new)) and old[front] == new[front]:
        front += 1
    back = 0
    while back < min(len(old), len(new)) - front and old[-1 - back] == new[-1 - back]:
        back += 1
    words = new[front : len(new) - back]
    if not any(words) or len(words) > _FAULT_WORDS:
        return None
    start = len(" ".join(new[:front])) + bool(front)
    return start, start + len(" ".join(words))


# Evidence out of a document


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}


def _chosen(claim: str, sentences: Sequence[str], most: int, held: Sequence[int] = ()) -> list[int]:
    """Those of `held`, and up to `most` such as the claim would be judged on, in their order."""
    kept = {place for place in held if place < len(sentences)}
    rest = [place for place in range(len(sentences)) if place not in kept]
    nearest = chosen(claim, [sentences[place] for place in rest], most - len(kept)) if len(kept) < most else []
    return sorted(kept | {rest[place] for place in nearest})


def _evidence(claim: str, sentences: Sequence[str], most: int, held: Sequence[int] = ()) -> str:
    return _plain(" ".join(sentences[place] for place in _chosen(claim, sentences, most, held)))


def _share(claim: str, text: str) -> float:
    words = _words(claim)
    return len(words & _words(text)) / max(1, len(words))


def _wice(data: Path) -> Iterator[Pair]:
    """A partly supported claim is not supported: something in it has no evidence."""
    for form, most in (("dev_oracle_chunks", _CHUNK), ("dev", _CHOSEN)):
        for row in read_lines(data / "wice" / f"{form}.jsonl.gz"):
            claim, meta = _plain(row["claim"]), row["meta"]
            if form == "dev":
                held = row["supporting_sentences"][0] if row["supporting_sentences"] else []
            else:
                held = [
                    place
                    for place, index in enumerate(meta.get("chunk_idx", []))
                    if index in meta.get("oracle_idx", [])
                ]
            evidence = _evidence(claim, row["evidence"], most, held)
            kind = "whole page" if form == "dev" else "chunk"
            yield Pair(claim, evidence, _LABELS[row["label"]], kind, "wice", None, meta["claim_title"])


def _summedits(data: Path) -> Iterator[Pair]:
    """The sentences of summaries; of one made false, the sentence that was edited, where it is one."""
    for domain in _DOMAINS:
        documents: dict[str, list[str]] = {}
        for row in read_lines(data / "summedits" / f"{domain}.jsonl.gz"):
            if row["split"] == "test":
                continue
            sentences = documents.setdefault(row["doc"], _sentences_or_lines(row["doc"]))
            article = f"{domain}/{_key(row['doc'])}"
            for claim, label, words in _edited(row):
                kind = "edited" if label == "unsupported" else "summary"
                yield Pair(claim, _evidence(claim, sentences, _CHOSEN), label, kind, "summedits", words, article)


def _edited(row: dict[str, Any]) -> Iterator[tuple[str, Label, tuple[int, int] | None]]:
    original, summary = sentences_of(row["original_summary"]), sentences_of(row["summary"])
    changed = [place for place, sentence in enumerate(summary) if sentence not in original]
    for place, sentence in enumerate(summary):
        if row["label"] == 1 or place not in changed:
            yield sentence, "supported", None
        elif len(changed) == 1:
            before = original[place] if len(original) == len(summary) else ""
            yield sentence, "unsupported", _difference(before, sentence) if before else None


def _sentences_or_lines(text: str) -> list[str]:
    """Of a dialogue each line holds who says it."""
    return [sentence for line in text.splitlines() for sentence in sentences_of(line)]


def _fool_me_twice(data: Path) -> Iterator[Pair]:
    for row in read_lines(data / "fool_me_twice" / "dev.jsonl.gz"):
        evidence = _plain(" ".join(part["text"] for part in row["gold_evidence"]))
        label = _LABELS[row["label"]]
        yield Pair(_plain(row["text"]), evidence, label, row["category"], "fool_me_twice", None, row["wikipedia_page"])


def _scifact(data: Path) -> Iterator[Pair]:
    """The claims of the training part; one whose abstract was read without a verdict is not supported by it."""
    folder = data / "scifact"
    abstracts = {row["_id"]: sentences_of(row["text"]) for row in read_lines(folder / "corpus.jsonl.gz")}
    test = {line.split("\t")[0] for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()}
    rows = read_lines(folder / "claims_with_evidence.jsonl.gz")
    aside = {_same(row["claim"]) for row in rows if row["id"] in test}  # two claims stand in both parts
    for row in rows:
        if row["split"] != "train" or _same(row["claim"]) in aside:
            continue
        judged = {each["doc_id"]: each for each in row["evidence"]}
        for document in dict.fromkeys([*judged, *row["cited_doc_ids"]]):
            each = judged.get(document)
            label = _LABELS[each["label"]] if each else "unsupported"
            held = each["sentences"] if each else []
            evidence = _evidence(row["claim"], abstracts.get(document, []), _CHOSEN, held)
            yield Pair(_plain(row["claim"]), evidence, label, "abstract", "scifact", None, document)


def _halueval(data: Path) -> Iterator[Pair]:
    """Right and made-up answers behind their questions."""
    for row in read_lines(data / "halueval" / "qa.jsonl.gz"):
        evidence = _plain(re.sub(r"(?<=[a-z0-9)][.!?])(?=[A-Z])", " ", row["knowledge"]))
        answers: tuple[tuple[str, Label], ...] = (("right_answer", "supported"), ("hallucinated_answer", "unsupported"))
        for field, label in answers:
            claim = _plain(f"{row['question']} {row[field]}")
            words = None if label == "supported" else (len(claim) - len(_plain(row[field])), len(claim))
            yield Pair(claim, evidence, label, "answer", "halueval", words, _key(evidence))


def _alike_in_length(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Each supported claim with one that is not and that is as long, in words of the answer and in all."""
    wrong: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.label != "supported":
            wrong[_answer_size(pair)].append(pair)
    found: list[Pair] = []
    for pair in rng.sample(pairs, len(pairs)):
        likest = sorted(wrong[_answer_size(pair)], key=lambda other: abs(len(other.claim) - len(pair.claim)))
        if pair.label == "supported" and likest and abs(len(likest[0].claim) - len(pair.claim)) <= _APART:
            wrong[_answer_size(pair)].remove(likest[0])
            found += [pair, likest[0]]
    return found


def _answer_size(pair: Pair) -> int:
    return len(pair.claim.rpartition("?")[2].split())


def _clapnq(data: Path) -> Iterator[Pair]:
    """Sentences of long answers, on the sentences they were made from, and on the rest of the passage."""
    for row in read_lines(data / "clapnq" / "answerable.jsonl.gz"):
        sentences = [sentence for passage in row["passages"] for sentence in passage["sentences"]]
        for output in row["output"]:
            held = [place for place, sentence in enumerate(sentences) if sentence in output["selected_sentences"]]
            for claim in sentences_of(output["answer"]):
                yield from _with_and_without(claim, sentences, held, "clapnq", str(row["id"]))


def _mtrag(data: Path) -> Iterator[Pair]:
    """Sentences of answers that were accepted, on what of the contexts is nearest, and on what comes after."""
    for row in read_lines(data / "mtrag" / "mtragun_human.jsonl.gz"):
        if row["answerability"] != ["ANSWERABLE"]:
            continue
        sentences = list(dict.fromkeys(part for text in row["contexts"] for part in sentences_of(text["text"])))
        for target in row["targets"]:
            for claim in sentences_of(target["text"]):
                held = _chosen(claim, sentences, _CHOSEN)
                yield from _with_and_without(claim, sentences, held, "mtrag", row["conversation_id"])


_SPEECH = re.compile(r"\b(?:I|you|your|my|we|sorry|apologi[sz]e)\b", re.IGNORECASE)


def _with_and_without(
    claim: str, sentences: Sequence[str], held: Sequence[int], source: str, article: str
) -> Iterator[Pair]:
    """Both or neither, so that a claim alone never tells."""
    rest = [sentence for place, sentence in enumerate(sentences) if place not in held]
    full = _evidence(claim, sentences, _CHOSEN, held)
    lacking = _evidence(claim, rest, _CHOSEN)
    near = _STATED[0] <= _share(claim, lacking) <= _STATED[1] and _share(claim, full) >= _CARRIED
    if near and len(claim.split()) > 4 and not claim.endswith("?") and not _SPEECH.search(claim):
        yield Pair(claim, full, "supported", "answer", source, None, article)
        yield Pair(claim, lacking, "unsupported", "left out", source, None, article)


_READERS: dict[str, Callable[[Path], Iterator[Pair]]] = {
    "wice": _wice,
    "summedits": _summedits,
    "fool_me_twice": _fool_me_twice,
    "scifact": _scifact,
    "halueval": _halueval,
    "clapnq": _clapnq,
    "mtrag": _mtrag,
}


def _balanced(pairs: Sequence[Pair], most: int, rng: random.Random) -> list[Pair]:
    """As many of each label where the set has three in earnest; else as many supported as not. Shuffled."""
    labels: dict[Label, list[Pair]] = {"supported": [], "contradicted": [], "unsupported": []}
    for pair in rng.sample(pairs, len(pairs)):
        labels[pair.label].append(pair)
    right, rare, often = labels["supported"], *sorted((labels["contradicted"], labels["unsupported"]), key=len)
    if len(rare) * 5 >= len(pairs):
        size = min(len(right), len(rare), most // 3)
        found = right[:size] + rare[:size] + often[:size]
    else:
        size = min(len(right), len(rare) + len(often), most // 2)
        few = rare[: max(size // 2, size - len(often))]
        found = right[:size] + few + often[: size - len(few)]
    return rng.sample(found, len(found))
