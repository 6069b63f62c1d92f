"""Chooses which sentences to show: one where one answers, one for each side of a comparison, one of each source where
the question asks what the sources say.

Scores say how well a sentence answers; what it covers of the question says what it is about. A second sentence is shown
only for what the first does not bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.answering.disagreement import MEASURES, DateOf, StoryOf
from qa.answering.extract import text_of
from qa.answering.questions import WORD, Question, is_content, stem, stems
from qa.answering.reader import Readout
from qa.schema import MONTHS, Evidence

# How far below the best sentence's score another may lie, in units of the fitted score; set on the tuning questions.
MARGIN, REASONS_MARGIN = 0.8, 1.8
_SIDE_MARGIN, _SURVEY_MARGIN = 5.5, 8.0
_NEW_SHARE = 0.25  # a sentence must bring at least this share of words that those before it lack
_TOPIC_COVER = 0.5  # of the most that a sentence covers of the topic, that another about it must cover
_LATEST_COVER = 0.8

_SOURCES = r"(?:articles?|sources?|newspapers?|papers?|reports?|press|media|outlets?|publications?)"
# Which of several sources: "articles from 2021". "The report of the committee" is one.
_OF_SOURCES = r"(?<=[sa])\s+(?:from|in|since|before|after|until|between|published|written)\s[^?]{1,40}?"
_TELL = (
    r"(?:describe|report|cover|present|portray|characteri[sz]e|depict|frame|explain|see|view|judge|assess|treat"
    r"|interpret|respond|react|differ|disagree|speak|write|talk)"
)
_SURVEY = re.compile(
    r"(?:\bwhat\s+(?:do|did|does|have|has|is|are|was|were)|\b(?:summari[sz]e|tell\sme|show\sme|explain)\s+what)\s+"
    rf"(?:(?:the|all|different|other|these|those|my)\s+){{0,2}}{_SOURCES}(?:{_OF_SOURCES})?\s+"
    r"(?:\w+\s)?(?:say|said|report(?:ed)?|write|written|wrote|tell|told|think)\b"
    r"|\bwhat\s+(?:is|was|has\sbeen)\s+(?:said|written|reported)\s+(?:about|of|on)\b"
    rf"|\bhow\s+(?:do|did)\s+(?:the\s+)?(?:different\s+)?{_SOURCES}\s+(?:\w+ly\s)?{_TELL}\b",
    re.IGNORECASE,
)
_WORD_ON = re.compile(
    r"\b(?:what|how)\s+(?:do|does|did|has|have)\s+[^?]{1,80}?\s(?P<says>say|said|writ(?:e|ten)|think|thought|argued?|claim(?:ed)?"
    r"|believed?|conclude[ds]?|suggest(?:ed)?|recommend(?:ed)?|predict(?:ed)?|described?|explain(?:ed)?|see|seen|view(?:ed)?"
    r"|judged?|assess(?:ed)?)\b",
    re.IGNORECASE,
)
_LATEST = re.compile(r"(?<!\bat the )\b(?:latest|newest|most\srecent(?:ly)?)\b", re.IGNORECASE)
# What a question says of articles, not of the matter.
_NO_TOPIC = frozenset(
    stems(
        "article source newspaper paper report press media outlet piece editorial story news latest newest"
        " recent write think name names"
    )
)
_MONTHS = frozenset(map(stem, MONTHS))
_TWO_THINGS = re.compile(r"\s*,?\s+(?:and|or|versus|vs\.?|compared?\s(?:with|to))\s+", re.IGNORECASE)
_COMPARED = re.compile(r"\s*,?\s+(?:with|than|from)\s+", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:compare|differ|different|differen\w+|than)\b", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+")
# Where the words that name one side end.
_SIDE_ENDS = re.compile(
    r"[,;:?()]|\b(?:of|on|in|at|between|among|from|for|to|by|with|about|over|into|is|are|was|were|be|do|does|did|has|have"
    r"|had|can|could|will|would|should|each|both|differ\w*|compare\w*|respectively|when|where|who|whom|which|what|how|why"
    r"|that|than|or|and|more|less|fewer)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a question a sentence covers, rare words counting more."""

    question: Question
    rarity: Mapping[str, float]

    @property
    def topic(self) -> frozenset[str]:
        """The asked words that name the matter, not the articles about it."""
        matter = matter_of_survey(self.question)
        return (frozenset(self.question.terms) if matter is None else matter) - _NO_TOPIC

    def share(self, evidence: Evidence, terms: Iterable[str]) -> float:
        """The share of the terms that the sentence holds, in [0, 1]."""
        words = frozenset(stems(text_of(evidence)))
        weight = {term: self.rarity.get(term, 1.0) + 0.1 for term in sorted(set(terms))}
        total = sum(weight.values())
        return sum(weight[term] for term in weight if term in words) / total if total else 0.0

    def names(self, evidence: Evidence) -> frozenset[str]:
        """The names and numbers of the question that the sentence holds; of several years ("from 2018 to 2020") or
        months no sentence has to hold all, so that they do not count.
        """
        return (frozenset(self.question.names) - self.times) & frozenset(stems(text_of(evidence)))

    @property
    def times(self) -> frozenset[str]:
        """The years and the months of the question, of each where it has several."""
        years = [name for name in self.question.names if name.isdigit()]
        months = [name for name in self.question.names if name in _MONTHS]
        return frozenset(name for several in (years, months) if len(several) > 1 for name in several)


def sentences(readout: Readout) -> list[Evidence]:
    """All sentences read, best first; those beyond the readout's evidence have no short answer."""
    rest = (item.candidate for item in readout.scored[len(readout.evidence) :])
    scores = (item.score for item in readout.scored[len(readout.evidence) :])
    return [*readout.evidence, *(Evidence(c.hit, c.start, c.end, s) for c, s in zip(rest, scores, strict=True))]


def alike(cover: Cover, found: Sequence[Evidence], limit: int, margin: float) -> list[Evidence]:
    """The best sentence and those at most `margin` below it that bring something new; where a value is asked, only
    those that hold the asked names and numbers that the best holds.
    """
    best = found[0]
    chosen = [best]
    said = set(stems(text_of(best)))
    for evidence in found[1:]:
        if evidence.relevance < best.relevance - margin or len(chosen) >= limit:
            break
        words = set(stems(text_of(evidence)))
        if len(words - said) < _NEW_SHARE * len(words):
            continue
        if cover.question.wants in MEASURES and not cover.names(best) <= cover.names(evidence):
            continue
        chosen.append(evidence)
        said |= words
    return chosen


def is_survey(question: Question) -> bool:
    """Whether the question asks what the sources say, or for the latest of them."""
    return bool(_SURVEY.search(question.text) or _LATEST.search(question.text))


def matter_of_survey(question: Question) -> frozenset[str] | None:
    """What the question asks the sources' word on, without what names the sources ("the articles from 2021 say"):
    whatever they say of it answers. None where it asks something else.
    """
    survey = _SURVEY.search(question.text)
    return frozenset(question.terms) - frozenset(stems(survey.group())) if survey else None


def matter_of_word(question: Question) -> frozenset[str] | None:
    """What the question asks somebody's word on, with his name ("what does Ost think of the harvest"): where he wrote
    the article, whatever it says of that answers. None where it asks something else.
    """
    says = _WORD_ON.search(question.text)
    return frozenset(question.terms) - frozenset(stems(says["says"])) if says else None


def one_of_each(
    cover: Cover, found: Sequence[Evidence], limit: int, story_of: StoryOf, date_of: DateOf
) -> list[Evidence]:
    """The best sentence of each story about the topic, at most `limit`: oldest first, where the question asks for the
    latest newest first; undated ones last.
    """
    latest = _LATEST.search(cover.question.text) is not None
    shares = {evidence: cover.share(evidence, cover.topic) for evidence in found}
    least = (_LATEST_COVER if latest else _TOPIC_COVER) * max(shares.values())
    best: dict[str, Evidence] = {}
    for evidence in found:
        if evidence.relevance >= found[0].relevance - _SURVEY_MARGIN and shares[evidence] >= least:
            best.setdefault(story_of(evidence), evidence)
    picked = list(best.values())[:limit]
    dated = sorted((e for e in picked if date_of(e)), key=lambda e: date_of(e) or "", reverse=latest)
    return [*dated, *(e for e in picked if not date_of(e))]


def of_each_side(question: Question, found: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and for each side of the question that those chosen do not name the best one that does."""
    chosen = [found[0]]
    if question.wants == "reason":  # "why are A and B ..." has one answer
        return chosen
    for side in sides(question.text):
        if any(_names(evidence, side) for evidence in chosen):
            continue
        other = next((evidence for evidence in found[1:] if _names(evidence, side)), None)
        if other is not None and other.relevance >= found[0].relevance - _SIDE_MARGIN:
            chosen.append(other)
    return chosen


def sides(question: str) -> tuple[frozenset[str], ...]:
    """The stems that name each of two things set beside each other ("A or B", "how do A and B differ"), without those
    that both share; empty where there are none.
    """
    matches = list(_TWO_THINGS.finditer(question))
    if not matches and _COMPARES.search(question):
        matches = list(_COMPARED.finditer(question))
    for match in matches:
        before, after = question[: match.start()], question[match.end() :]
        theirs = _nearest(_SIDE_ENDS.split(_OF.sub(" ", after)), _content(before))
        mine = _nearest(reversed(_SIDE_ENDS.split(before)), _content(after))
        if mine and theirs:
            return mine, theirs
    return ()


def _nearest(pieces: Iterable[str], shared: frozenset[str]) -> frozenset[str]:
    """The content words of the first piece that has any which are not shared; without a year, if it has others."""
    words = next((words for piece in pieces if (words := _content(piece) - shared)), frozenset[str]())
    return frozenset(word for word in words if not word.isdigit()) or words


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text) if is_content(word)) - _NO_TOPIC


def _names(evidence: Evidence, side: frozenset[str]) -> bool:
    """Whether the sentence holds most of the words that name the side."""
    return 2 * len(side & frozenset(stems(text_of(evidence)))) > len(side)
