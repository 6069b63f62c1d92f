"""Whether a sentence is told from one that its evidence does not support: public sets and our own contrast set.

    FOOTNOTE_BENCH_DATA=... python eval/public/verdicts.py [CLAIMS] [--sets NAME ...] [--ways NAME ...] [--json FILE]

- WiCE dev (Kamoi et al. 2023): 349 claims of Wikipedia on the articles they cite, AUROC of supported against the rest;
  once on the whole article and once on the 1,043 parts of it that the authors chose. Five folds by article.
- SummEdits (Laban et al. 2023): a summary is inconsistent if any of its sentences is. Each of seven domains by what was
  fitted on the other six, threshold included; balanced accuracy.
- SciFact's test claims (Wadden et al. 2020) on the abstracts they cite, Fool Me Twice test (Eisenschlos et al. 2021) on
  its gold evidence: AUROC of supported against contradicted. Nothing is fitted on them.
- eval/contrasts: the share of faults caught (the verdict is not `supported`) and of paraphrases passed; the AUROC of
  faults against the same claims without the fault, and against the paraphrases. The paraphrases are of other length and
  other words than the faults, so the last says little; the length's own is printed beside it.

Each way of judging turns a claim into one number or several. One number is used as it is, more means more doubt. The
several of Footnote's judge are weighed as `qa.training.verdict` weighs them, fitted on the other folds or domains; on
the sets to report on they are weighed as they ship. A summary has the mean of its sentences' numbers, or, where there
is one number, that of its worst sentence.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from benchmark import data_folder, interval, machine
from numpy.typing import NDArray
from refusals import balanced_accuracy

from qa import shipped
from qa.answering import alignment, grounding
from qa.answering.judging import Judge, Judging, Rules, calibration
from qa.answering.verdict_model import VerdictModel
from qa.evaluation.statistics import CONFIDENCE, SEED, Interval, wilson
from qa.indexing.embeddings import Embedder
from qa.schema import date_in_words
from qa.settings import Settings
from qa.training.examples import read_lines
from qa.training.verdict import Case, even, fit, in_fold, sentences, summedits, wice

FOLDS = 5
MOST = 12
"""Evidence sentences that a claim is judged on."""
RESAMPLES = 1000
CONTRASTS = Path(__file__).resolve().parents[1] / "contrasts" / "claims.jsonl"

TRUE = ("faithful", "paraphrase")
"""Kinds of the contrast set with no fault."""

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of judging: a row of numbers for a sentence of a case, each greater with the doubt. `strikes`: which
    sentences it does not pass, where it gives verdicts.
    """

    rows: Callable[[str, Case], Sequence[float]]
    strikes: Callable[[str, Case], bool] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the report."""

    set: str
    way: str
    measure: str
    value: Interval


def main() -> None:
    parser = argparse.ArgumentParser(description="Verdicts on public sets and the contrast set.")
    parser.add_argument("claims", nargs="?", type=int, help="judge at most so many of each set or domain")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="these sets only")
    parser.add_argument("--ways", nargs="+", metavar="NAME", help="these ways of judging only")
    asked = parser.parse_args()
    data = data_folder("wice")
    if data is None:
        return
    sets = {name: list(read(data.parent)) for name, read in READERS.items() if (data.parent / FOLDERS[name]).exists()}
    sets = {name: cases for name, cases in sets.items() if not asked.sets or name in asked.sets}
    sets = {name: drawn(cases, asked.claims, each_group=name == "summedits") for name, cases in sets.items()}
    lines = []
    print(", ".join(f"{name} {len(cases)}" for name, cases in sets.items()) + f"; {machine()}")
    known = ways()
    for name, way in known.items() if not asked.ways else [(name, known[name]) for name in asked.ways]:
        found = list(figures(name, way, sets))
        for line in found:
            print(f"  {line.way:<12} {line.set:<18} {line.measure:<28} {interval(line.value)}", flush=True)
        lines += found
    if asked.json:
        asked.json.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", encoding="utf-8")


def ways() -> dict[str, Way]:
    """Every way of judging by its name."""
    settings = Settings.load()
    judge = Judge(VerdictModel(settings.precision, settings.device))
    return {
        "length": Way(lambda claim, _: [len(claim)]),
        "overlap": Way(lambda claim, case: [alignment.lacking(claim, picked(claim, case.evidence)).words]),
        "similarity": Way(Similarity()),
        "rules": Way(lambda claim, case: [1 - judged(Rules(), claim, case).score], partial(_strikes, Rules())),
        "judge": Way(partial(row, judge), partial(_strikes, judge)),
    }


def judged(by: Judging, claim: str, case: Case) -> grounding.Judgement:
    return by.judge(claim, case.evidence, "", case.headers)


def _strikes(by: Judging, claim: str, case: Case) -> bool:
    return judged(by, claim, case).verdict != "supported"


def row(judge: Judge, claim: str, case: Case) -> tuple[float, ...]:
    """The signs that the judge's doubt rests on."""
    ruling = grounding.ruled(claim, case.evidence, "", case.headers)
    return judge.read(claim, case.evidence, case.headers, ruling)[1]


class Similarity:
    """One less the cosine of the claim and the likest of its sentences, by the embedding model."""

    def __init__(self) -> None:
        self._embedder: Embedder | None = None
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, claim: str, case: Case) -> list[float]:
        texts = [claim, *picked(claim, case.evidence)]
        self._embedder = self._embedder or Embedder(Settings.load())
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(unknown, self._embedder.encode(unknown), strict=True))
        mine, *theirs = (self._known[text] for text in texts)
        return [1 - max((round(float(mine @ other), 6) for other in theirs), default=0.0)]


@lru_cache(maxsize=100_000)
def picked(claim: str, evidence: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences that the claim is judged on."""
    return tuple(evidence[place] for place in alignment.chosen(claim, evidence, MOST))


def figures(name: str, way: Way, sets: Mapping[str, Sequence[Case]]) -> Iterator[Line]:
    """What one way reaches on every set."""
    tables = {of: table(way, cases) for of, cases in sets.items()}
    for of, cases in sets.items():
        faulty = [case.faulty for case in cases]
        if of == "summedits":
            yield from _by_domain(name, cases, tables[of])
            continue
        scores, groups = _scores(of, sets, tables), [case.group for case in cases]
        if of != "contrasts":
            yield Line(of, name, "AUROC", auroc_interval(scores, faulty, groups))
            continue
        for other in TRUE:
            kept = [place for place, case in enumerate(cases) if case.faulty or case.kind == other]
            area = auroc_interval(scores[kept], [faulty[p] for p in kept], [groups[p] for p in kept])
            yield Line(of, name, f"AUROC against {other}", area)
        if way.strikes:
            yield from _caught(name, way, cases)


def table(way: Way, cases: Sequence[Case]) -> Table:
    """A row for each case: that of its sentence; of several the mean, or the worst where it is one number."""
    rows = [np.array([way.rows(sentence, case) for sentence in case.sentences], dtype=float) for case in cases]
    return np.array([(one.max(axis=0) if one.shape[1] == 1 else one.mean(axis=0)) for one in rows])


def _scores(of: str, sets: Mapping[str, Sequence[Case]], tables: Mapping[str, Table]) -> Table:
    """The doubt in each case of a set, by what was fitted elsewhere: for WiCE on the articles of other folds."""
    if tables[of].shape[1] == 1:
        return tables[of][:, 0]
    if not of.startswith("wice"):
        shipped_score = calibration().doubt
        return np.array([shipped_score.score(each) for each in tables[of]])
    scores = np.zeros(len(sets[of]))
    forms = [one for one in ("wice", "wice parts") if one in sets]
    for fold in range(FOLDS):
        here = _in_fold(sets[of], fold)
        others = [(tables[one], _faulty(sets[one]), ~_in_fold(sets[one], fold)) for one in forms]
        scores[here] = _weighed(tables[of][here], [(rows[aside], labels[aside]) for rows, labels, aside in others])
    return scores


def _by_domain(name: str, cases: Sequence[Case], rows: Table) -> Iterator[Line]:
    """Balanced accuracy in each domain, and the mean of the domains."""
    domains, faulty = np.array([case.group for case in cases]), _faulty(cases)
    passed: dict[str, tuple[list[bool], list[bool]]] = {}
    areas = []
    for domain in sorted(set(domains)):
        here = domains == domain
        scores = rows[:, 0] if rows.shape[1] == 1 else _weighed(rows, [(rows[~here], faulty[~here])])
        cut = threshold(scores[~here], faulty[~here], domains[~here])
        passed[domain] = (scores[here] < cut).tolist(), (~faulty[here]).tolist()
        areas.append(auroc_interval(scores[here], faulty[here], [str(place) for place in range(here.sum())]))
        yield Line("summedits", name, f"{domain} balanced", balanced_accuracy(*passed[domain]))
    yield Line("summedits", name, "mean balanced", _mean([balanced_accuracy(*one) for one in passed.values()]))
    yield Line("summedits", name, "mean AUROC", _mean(areas))


def _mean(values: Sequence[Interval]) -> Interval:
    """The mean of independent figures, with half the width of its interval from the sum of their squares."""
    value = float(np.mean([one.value for one in values]))
    half = float(np.sqrt(sum(((one.high - one.low) / 2) ** 2 for one in values)) / len(values))
    return Interval(value, value - half, value + half)


def _caught(name: str, way: Way, cases: Sequence[Case]) -> Iterator[Line]:
    """Faults caught of each kind, of all, and paraphrases passed. A claim of the set is one sentence."""
    struck = [any(way.strikes(sentence, case) for sentence in case.sentences) for case in cases]  # type: ignore[misc]
    marks = [(case, one) for case, one in zip(cases, struck, strict=True)]
    for kind in sorted({case.kind for case in cases if case.faulty}):
        yield Line("contrasts", name, f"caught {kind}", _wilson([one for case, one in marks if case.kind == kind]))
    yield Line("contrasts", name, "caught all", _wilson([one for case, one in marks if case.faulty]))
    for other in TRUE:
        yield Line(
            "contrasts", name, f"{other} passed", _wilson([not one for case, one in marks if case.kind == other])
        )


def _weighed(rows: Table, fitted_on: Sequence[tuple[Table, NDArray[np.bool_]]]) -> Table:
    """The doubt in each row by a regression fitted on the others; each set of those counts alike."""
    features, labels = np.vstack([one for one, _ in fitted_on]), np.concatenate([its for _, its in fitted_on])
    counts = np.concatenate([even(its) for _, its in fitted_on])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    weights, _ = fit((features - mean) / scale, labels, counts)
    return np.asarray((rows - mean) / scale @ weights)


def threshold(scores: Table, faulty: NDArray[np.bool_], groups: NDArray[np.str_]) -> float:
    """The doubt from which a case is not passed: the best balanced accuracy on the mean of the groups."""
    cuts = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 97)))
    places = [groups == group for group in np.unique(groups)]

    def right(cut: float) -> float:
        struck = scores >= cut
        return float(np.mean([struck[here & faulty].mean() + (~struck)[here & ~faulty].mean() for here in places]))

    return float(max(cuts, key=lambda cut: round(right(float(cut)), 9)))


def auroc_interval(scores: Sequence[float] | Table, faulty: Sequence[bool], groups: Sequence[str]) -> Interval:
    """The chance that a faulty case has the greater doubt, ties half, with the percentile interval of a bootstrap that
    draws whole groups.
    """
    _, place = np.unique(groups, return_inverse=True)
    _, rank = np.unique(np.round(scores, 9), return_inverse=True)
    labels = np.array(faulty, dtype=bool)

    def area(counts: Table) -> float:
        good = np.bincount(rank, counts * ~labels, minlength=rank.max() + 1)
        bad = np.bincount(rank, counts * labels, minlength=rank.max() + 1)
        return float(bad @ (np.cumsum(good) - good / 2) / (good.sum() * bad.sum()))

    rng = np.random.default_rng(SEED)
    drawn_areas = []
    for _ in range(RESAMPLES):
        counts = np.bincount(rng.integers(0, place.max() + 1, place.max() + 1), minlength=place.max() + 1)[place]
        if counts[labels].any() and counts[~labels].any():
            drawn_areas.append(area(counts.astype(float)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn_areas, [tail, 1 - tail])
    return Interval(area(np.ones(len(labels))), float(low), float(high))


def _faulty(cases: Sequence[Case]) -> NDArray[np.bool_]:
    return np.array([case.faulty for case in cases], dtype=bool)


def _in_fold(cases: Sequence[Case], fold: int) -> NDArray[np.bool_]:
    return np.array([in_fold(case.group, FOLDS) == fold for case in cases])


def drawn(cases: Sequence[Case], most: int | None, each_group: bool = False) -> list[Case]:
    """At most so many by a fixed seed, in their order, or so many of each group."""
    if most is None:
        return list(cases)
    order = list(range(len(cases)))
    random.Random(SEED).shuffle(order)
    taken: Counter[str] = Counter()
    kept = []
    for place in order:
        key = cases[place].group if each_group else ""
        taken[key] += 1
        kept += [place] * (taken[key] <= most)
    return [cases[place] for place in sorted(kept)]


def scifact(data: Path) -> Iterator[Case]:
    """The test claims with the abstracts that support or contradict them; their group is the claim."""
    folder = data / "scifact"
    texts = {row["_id"]: sentences(f"{row['title']}\n{row['text']}") for row in read_lines(folder / "corpus.jsonl.gz")}
    test = {line.split("\t")[0] for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]}
    for row in read_lines(folder / "claims_with_evidence.jsonl.gz"):
        labels = {item["doc_id"]: item["label"] for item in row["evidence"]}
        for document, label in labels.items() if row["id"] in test else ():
            yield Case(row["id"], (row["claim"],), texts[document], label == "CONTRADICT")


def fool_me_twice(data: Path) -> Iterator[Case]:
    for row in read_lines(data / "fool_me_twice" / "test.jsonl.gz"):
        evidence = tuple(item["text"] for item in row["gold_evidence"])
        yield Case(row["wikipedia_page"], (row["text"],), evidence, row["label"] == "REFUTES")


def contrasts(_: Path) -> Iterator[Case]:
    """The claims on their evidence and on the heads of its articles, which a judge of Footnote's is given too."""
    for line in CONTRASTS.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        group = " ".join(row["articles"])
        evidence, heads = tuple(row["evidence"]), tuple(map(head, row["articles"]))
        yield Case(group, (row["claim"],), evidence, row["kind"] not in TRUE, row["kind"], heads)
        if row.get("faithful"):
            yield Case(group, (row["faithful"],), evidence, faulty=False, kind="faithful", headers=heads)


@cache
def head(article: str) -> str:
    """Title, source and date of a starter article."""
    text = (shipped.folder("seeds") / f"{article}.md").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(text.split("---")[1])
    about = told.get("about") or {}
    when = date_in_words(str(about["published"])) if about.get("published") else None
    return " · ".join(part for part in (told["title"], about.get("publisher") or told["publisher"], when) if part)


READERS: Mapping[str, Callable[[Path], Iterator[Case]]] = {
    "wice": wice,
    "wice parts": lambda data: wice(data, "dev_oracle_chunks"),
    "summedits": summedits,
    "scifact": scifact,
    "fool_me_twice": fool_me_twice,
    "contrasts": contrasts,
}
FOLDERS = {name: name.removesuffix(" parts") for name in READERS} | {"contrasts": str(CONTRASTS)}


def _wilson(marks: Sequence[bool]) -> Interval:
    return wilson(sum(marks), len(marks))


if __name__ == "__main__":
    main()
