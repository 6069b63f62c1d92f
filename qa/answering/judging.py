"""The verdict on a sentence: what the rules find, and what a trained judge makes of it.

What the rules strike is struck: a number, date, name, quotation or link that the evidence lacks (`grounding.ruled`).
Everything else is a matter of degree. The evidence sentences that hold most of the claim are chosen first
(`alignment.chosen`); what the trained judge reads in both together (`verdict_model`), what the rules doubt and how many
words are lacking make one calibrated chance that the evidence carries the claim.

What the evidence lets somebody say does not pass as a fact, nor what the rules doubt where the judge holds it more
likely unsupported. Else the chance passes or not by a threshold that depends on the response. Of true claims, a share
falls below any threshold; `alarms` of them may where a claim stands alone. In a response of n claims each may with 1 -
(1 - a)^(1/n) (Šidák 1967, J. Amer. Stat. Assoc. 62, section 2, for independent tests), a being the share of wholly true
responses that may hold an alarm, if that is less: with one threshold for all, long true responses would nearly all be
called faulty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from qa.answering import alignment, grounding, weights
from qa.answering.grounding import Judgement, Ruling
from qa.answering.notation import restated
from qa.answering.verdict_model import PairReading, VerdictModel
from qa.answering.weights import Linear
from qa.schema import Verdict
from qa.sentences import sentence_spans

FEATURES = ("not_supported", "strikes", "doubts", "lacking")
"""What the doubt rests on: the trained judge's log odds that the evidence does not carry the claim; how much the rules
strike and doubt, as log(1 + n); and by how much more than half of its content words are in no evidence sentence."""
EVIDENCE = 8
"""Evidence sentences that a claim is judged on, at most."""
_HALF = 0.5  # of its words a good paraphrase may replace
_EVEN = 0.5  # chance of support below which the judge shares a doubt of the rules
_FAULTY = 0.5  # chance from which on a word is named as not carried


class Judging(Protocol):
    """Judges a claim by the texts it rests on and their headers, as one of `claims` of a response."""

    def judge(
        self,
        claim: str,
        evidence: Sequence[str],
        question: str = ...,
        headers: Sequence[str] = ...,
        claims: int = ...,
    ) -> Judgement:
        """The verdict on the claim, with its reasons."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers: the doubt as a linear score, and what share of true claims goes beyond it.

    `true`: the doubt in true claims that no rule strikes, ascending, in even steps of their share. `alarms`: the share
    of true claims that may alarm where each stands alone; `responses`: the share of true responses that may. `struck`:
    the doubt from which on a claim is unsupported, not partly supported.
    """

    doubt: Linear
    true: tuple[float, ...]
    alarms: float
    responses: float
    struck: float

    def threshold(self, claims: int) -> float:
        """The doubt that a claim must not reach, as one of so many in a response."""
        share = min(self.alarms, 1 - (1 - self.responses) ** (1 / max(1, claims)))
        return float(np.quantile(self.true, 1 - share))


def calibration(file: Path = weights.VERDICT) -> Calibration:
    """The shipped one, or that of another file. Raises `ModelError` if it is missing, broken or of other features."""
    values = weights.read(file)
    return Calibration(
        weights.linear("doubt", FEATURES, values),
        tuple(values["true"]),
        values["alarms"],
        values["responses"],
        values["struck"],
    )


class Rules:
    """The rules alone: exact and explained, but blind to what sentences mean."""

    def judge(
        self,
        claim: str,
        evidence: Sequence[str],
        question: str = "",
        headers: Sequence[str] = (),
        claims: int = 1,
    ) -> Judgement:
        """The verdict of `grounding.check`."""
        return grounding.check(claim, evidence, question, headers)


class Judge:
    """The rules and the trained judge together. Safe to share between threads.

    Raises `ModelError` at the first claim, not before, if its weights are not those of this release.
    """

    def __init__(self, model: VerdictModel, calibrated: Calibration | None = None) -> None:
        self._model = model
        self._given = calibrated

    def judge(
        self,
        claim: str,
        evidence: Sequence[str],
        question: str = "",
        headers: Sequence[str] = (),
        claims: int = 1,
    ) -> Judgement:
        """The verdict, with the chance that the evidence carries the claim as its score."""
        ruling = grounding.ruled(claim, evidence, question, headers)
        if ruling.strikes:
            return Judgement("unsupported", 0.0, ruling.strikes)
        if ruling.verbatim:
            return Judgement("supported", 1.0)
        reading, row = self.read(claim, evidence, headers, ruling)
        doubt = round(self._calibrated.doubt.score(np.array(row)), 4)
        return self._judgement(claim, reading, ruling, doubt, claims)

    def read(
        self, claim: str, evidence: Sequence[str], headers: Sequence[str], ruling: Ruling
    ) -> tuple[PairReading, tuple[float, ...]]:
        """The claim, its numbers written as there, as the trained judge sees it on the sentences that hold most of it,
        and the values of FEATURES.
        """
        sentences = [text[start:end] for text in evidence for start, end in sentence_spans(text)]
        kept = [sentences[place] for place in alignment.chosen(claim, sentences, EVIDENCE)]
        said = restated(claim, kept)
        (reading,) = self._model.read([(said.text, " ".join([*headers, *kept]))])
        reading = replace(
            reading, offsets=np.array([said.place(*place) for place in reading.offsets], np.int64).reshape(-1, 2)
        )
        lacking = alignment.lacking(claim, [*headers, *kept]).words
        strikes, doubts = (float(np.log1p(len(found))) for found in (ruling.strikes, ruling.doubts))
        return reading, (-reading.log_odds, strikes, doubts, max(0.0, lacking - _HALF))

    @cached_property
    def _calibrated(self) -> Calibration:
        return self._given or calibration()

    def _judgement(self, claim: str, reading: PairReading, ruling: Ruling, doubt: float, claims: int) -> Judgement:
        chance = round(float(1 / (1 + np.exp(doubt))), 4)
        shared = bool(ruling.doubts) and reading.supported < _EVEN
        alarm = doubt >= self._calibrated.threshold(claims)
        if not (alarm or shared):
            return Judgement("partly" if ruling.firm else "supported", chance, ruling.firm)
        verdict: Verdict = "unsupported" if doubt >= self._calibrated.struck else "partly"
        if reading.contradicted > max(reading.unsupported, reading.supported):
            verdict = "contradicted"
        words = doubted(claim, reading)
        said = f": “{claim[slice(*words)]}”" if words else ""
        return Judgement(verdict, chance, (*ruling.doubts, f"{_REASONS[verdict]}{said}"), (words,) if words else ())


_REASONS: dict[Verdict, str] = {
    "contradicted": "the cited evidence says otherwise",
    "unsupported": "the cited evidence does not carry it",
    "partly": "the cited evidence may not carry all of it",
}


def doubted(claim: str, reading: PairReading) -> tuple[int, int] | None:
    """The characters of the claim that the trained judge doubts most: the run of doubted words whose chances of being
    at fault add up to most, the first of equals; None where it doubts no word. Words are taken whole.
    """
    faulty = np.flatnonzero(reading.faults >= _FAULTY)
    if not len(faulty):
        return None
    runs = np.split(faulty, np.flatnonzero(np.diff(faulty) > 1) + 1)
    worst = max(runs, key=lambda run: (round(float(reading.faults[run].sum()), 6), -int(run[0])))
    start, end = int(reading.offsets[worst[0], 0]), int(reading.offsets[worst[-1], 1])
    while start and claim[start - 1].isalnum() and claim[start].isalnum():
        start -= 1
    while end < len(claim) and claim[end].isalnum() and claim[end - 1].isalnum():
        end += 1
    return start, end
