"""Any text held up to the archive, or to evidence given with it: the verdict on each sentence, and the quotes for it.

The text is cut by `claims`. Each claim is searched for by itself (one that opens with a pronoun together with the
sentence it leans on), judged by the sentences that hold most of it, of at most three stories, and shown with those that
carry it, cut from the store. What leans on a sentence is judged only by stories that name what that sentence names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from qa.answering.alignment import chosen, lacking
from qa.answering.extract import understandable
from qa.answering.grounding import Judgement
from qa.answering.judging import Judge, Judging
from qa.answering.verdict_model import VerdictModel
from qa.answering.write import unheld
from qa.articles import formats
from qa.articles.decoding import decoded
from qa.articles.items import Page
from qa.claims import Said, sentences_of, whole
from qa.composition import Draft
from qa.errors import IndexEmpty, SourceError
from qa.retrieval.search import Search
from qa.schema import Article, Citation, Evidence, Sentence, Verdict
from qa.sentences import sentence_spans
from qa.settings import Settings
from qa.store import Store

EVIDENCE = 6
"""Sentences that a claim is judged on at most."""
PASSAGES = 8
"""Passages in which the evidence for a claim is looked for."""
STORIES = 3
"""Stories that its evidence comes from at most; copies of one count once."""
QUOTES = 3
"""Quotes shown for a sentence at most."""
_READ = 400  # sentences of given evidence that a claim is judged on; all of it, where it is no more
_SAME = 0.6  # share of the claim that a story may lack to speak of the same
_APART = 0.2  # how much more than the best one, where all lack more
_ADDS = 0.2  # share of the claim that a further quote must add
_NEAR = 0.5  # share of the claim that a quote may lack to be shown beside a claim that nothing supports
_OTHER = 0.75  # share that a story lacks of a sentence if it speaks of something else
_LONG = 12  # words of a sentence that hardly leans on another
_FAR = 2 / 3  # share that all lack where no article is said to speak of it
_NOTHING = "nothing that was found speaks of it"
_WINDOW = 4000  # characters round an evidence sentence in which what it leans on is looked for


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence of the archive that a claim may rest on, with the story it belongs to."""

    evidence: Evidence
    text: str
    story: str


class Checker:
    """Checks texts against one archive. Safe to share between threads."""

    def __init__(self, store: Store, search: Search, judge: Judging) -> None:
        self._store = store
        self._search = search
        self._judge = judge

    def check(self, text: str) -> list[Sentence]:
        """Each sentence of the text with its verdict and, in `sources`, the quotes for or against it, numbered in
        reading order.

        Raises `QuestionError` for a text that is empty or far too long, and `IndexEmpty` where nothing is indexed.
        """
        said = sentences_of(text)
        if not self._store.counts().chunks:
            raise IndexEmpty("The index holds no articles yet.", "Add a file or a folder: qa index ~/articles")
        claims = _claims(said)
        cited = _Cited(self._store)
        known: dict[str, Sentence] = {}
        sentences = []
        for one in said:
            if not one.silent and one.query not in known:
                known[one.query] = self._judged(one, claims, cited)
            sentences.append(_silent(one) if one.silent else _again(known[one.query], one))
        return sentences

    def _judged(self, said: Said, claims: int, cited: _Cited) -> Sentence:
        found = self._found(said)
        if not found:
            return Sentence(said.text, (), "unsupported", 0.0, (_NOTHING,))
        shown = list(dict.fromkeys(cited.shown(one.evidence) for one in found))
        quotes = [cited.text(evidence) for evidence in shown]
        texts, headers = _by_article(shown, cited)
        judgement = self._judge.judge(said.claim, texts, "", headers, claims)
        if judgement.verdict == "supported" and len(texts) > 1:
            judgement, place = self._by_one_article(said.claim, texts, headers, claims)
            if place is not None:
                shown = _of_article(shown, place)
                quotes = [cited.text(evidence) for evidence in shown]
        reasons = _reasons(judgement, "the evidence found")
        if judgement.verdict == "unsupported" and min(_doubt(said.claim, [quote]) for quote in quotes) > _FAR:
            reasons = (_NOTHING,)
        carrying = [cited.cite(shown[place]) for place in _carrying(said.claim, quotes, judgement.verdict)]
        sources = {citation.number: citation for citation in carrying}
        return Sentence(
            said.text,
            tuple(sources),
            judgement.verdict,
            judgement.score,
            reasons,
            _marked(said, judgement, [*texts, *headers]),
            tuple(sources.values()),
        )

    def _by_one_article(
        self, claim: str, texts: Sequence[str], headers: Sequence[str], claims: int
    ) -> tuple[Judgement, int | None]:
        """The verdict by the article that supports the claim best by itself, and its place. Parts of unrelated articles
        can seem to carry together what neither says: where none supports it alone, it is partly supported.
        """
        alone = [
            self._judge.judge(claim, [text], "", [header], claims) for text, header in zip(texts, headers, strict=True)
        ]
        carried = [one.verdict == "supported" for one in alone]
        best = max(range(len(alone)), key=lambda place: (carried[place], alone[place].score, -place))
        if carried[best]:
            return alone[best], best
        return Judgement("partly", alone[best].score, ("no article carries all of it by itself",)), None

    def _found(self, said: Said) -> list[_Found]:
        """The sentences that the claim is judged on, story by story."""
        hits = self._search.hits(said.query, PASSAGES)
        stories = self._store.stories({hit.chunk.article_id for hit in hits})
        found: dict[str, list[_Found]] = {}
        texts: set[str] = set()
        headers: dict[str, str] = {}
        for hit in hits:
            chunk = hit.chunk
            story = stories.get(chunk.article_id, chunk.article_id)
            headers.setdefault(story, chunk.header)
            for start, end in sentence_spans(chunk.text):
                text = chunk.text[start:end]
                plain = " ".join(text.split())
                if plain not in texts:
                    texts.add(plain)
                    evidence = Evidence(hit, chunk.start + start, chunk.start + end, hit.score)
                    found.setdefault(story, []).append(_Found(evidence, text, story))
        named = [
            story for story, all_of_it in found.items() if _tells(said, [one.text for one in all_of_it], headers[story])
        ]
        doubt = {story: _doubt(said.query, [one.text for one in found[story]]) for story in named}
        least = min(doubt.values(), default=0.0)
        most = max(_SAME, least + _APART)
        near = sorted((story for story in named if doubt[story] <= most), key=lambda story: doubt[story])
        pool = [one for story in near[:STORIES] for one in found[story]]
        return [pool[place] for place in chosen(said.claim, [one.text for one in pool], EVIDENCE)]


class _Cited:
    """The quotes of one text: their articles are read once, and they are numbered in reading order."""

    def __init__(self, store: Store) -> None:
        self._draft = Draft(store)
        self._articles: dict[tuple[str, str], Article] = {}

    def article(self, evidence: Evidence) -> Article:
        """The article that the evidence stands in."""
        key = evidence.hit.chunk.article_id, evidence.hit.chunk.version
        if key not in self._articles:
            self._articles[key] = self._draft.article(evidence)
        return self._articles[key]

    def text(self, evidence: Evidence) -> str:
        """Its words, cut from the article."""
        return self.article(evidence).text[evidence.start : evidence.end]

    def shown(self, evidence: Evidence) -> Evidence:
        """The evidence with the sentences that it leans on, so that no speaker and no negation is cut off."""
        article = self.article(evidence)
        first = max(0, evidence.start - _WINDOW)  # the whole of a book would be cut into sentences each time
        window = replace(article, text=article.text[first : evidence.end + _WINDOW])
        inside = replace(evidence, start=evidence.start - first, end=evidence.end - first)
        found = understandable(inside, window)
        return replace(evidence, start=found.start + first, end=found.end + first)

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of the evidence; the same one, if it was cited before."""
        return self._draft.cite(evidence)[0]


def judge(response: str, evidence: Sequence[str]) -> list[Sentence]:
    """Each sentence of the response with its verdict by this evidence; `citations` are the numbers, from 1, of the
    evidence that carries or contradicts it. Needs no archive.

    Raises `QuestionError` for a response that is empty or far too long, and `ModelError` if the trained judge is not
    the one of this release.

    >>> judge("The bridge was closed in 2020.", ["Cracks closed the bridge in 2020."])  # doctest: +SKIP
    """
    return judged(response, [evidence] if isinstance(evidence, str) else evidence, _judge())


@cache
def _judge() -> Judge:
    """The judge of this process, loaded when it is first asked."""
    settings = Settings.load()
    return Judge(VerdictModel(settings.precision, settings.device))


def judged(response: str, evidence: Sequence[str], by: Judging) -> list[Sentence]:
    """The same by another judge."""
    said = sentences_of(response)
    evidence = [whole(text) for text in evidence]
    claims = _claims(said)
    parts = [
        (text[start:end], number) for number, text in enumerate(evidence, 1) for start, end in sentence_spans(text)
    ]
    return [_silent(one) if one.silent else _by_evidence(one, claims, evidence, parts, by) for one in said]


def _by_evidence(
    said: Said, claims: int, evidence: Sequence[str], parts: Sequence[tuple[str, int]], by: Judging
) -> Sentence:
    texts = list(evidence)
    if len(parts) > _READ:
        parts = [parts[place] for place in chosen(said.claim, [text for text, _ in parts], _READ)]
        numbers = dict.fromkeys(number for _, number in parts)
        texts = ["\n\n".join(text for text, its in parts if its == number) for number in numbers]
    judgement = by.judge(said.claim, texts, "", (), claims)
    quotes = _carrying(said.claim, [text for text, _ in parts], judgement.verdict)
    return Sentence(
        said.text,
        tuple(sorted({parts[place][1] for place in quotes})),
        judgement.verdict,
        judgement.score,
        _reasons(judgement, "the evidence"),
        _marked(said, judgement, texts),
    )


def text_of(path: Path) -> str:
    """The text of a file to be checked: a plain one as it is, any other kind that can be indexed as it would be.

    Raises `SourceError` if it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} could not be read: {error.strerror}.", "Name a file, or type the text.") from error
    if path.suffix.lower() in _PLAIN or not formats.is_known(path.name):
        return decoded(str(path), data)
    articles = formats.read(Page(str(path), data)).articles
    return "\n\n".join(article.text for article in articles)


_PLAIN = ("", ".md", ".markdown", ".txt", ".text")  # of a draft every line counts, furniture of a page or not


def _claims(said: Sequence[Said]) -> int:
    return sum(not one.silent for one in said)


def _silent(said: Said) -> Sentence:
    """A sentence that claims nothing, with why."""
    return Sentence(said.text, (), "no_claim", 1.0, (said.silent,))


def _again(sentence: Sentence, said: Said) -> Sentence:
    """The verdict for a sentence that makes the same claim, in its own words."""
    if sentence.text == said.text:
        return sentence
    return replace(sentence, text=said.text, unsupported=())


def _tells(said: Said, texts: Sequence[str], header: str) -> bool:
    """Whether a story speaks of what the sentence before names, at least half of it, so that "it" can be the same; or
    holds all of a sentence so long that it hardly leans on another.
    """
    lies = lacking(said.leans_on, [*texts, header])
    same = not said.leans_on or (lies.names <= _NEAR and lies.words <= _OTHER)
    return same or (len(said.claim.split()) >= _LONG and _doubt(said.claim, texts) <= _ADDS)


def _doubt(claim: str, texts: Sequence[str]) -> float:
    """How much of the claim these sentences lack, its values counted beside its words."""
    lies = lacking(claim, texts)
    return round((2 * lies.words + lies.values) / 3 if lies.values else lies.words, 6)


def _carrying(claim: str, texts: Sequence[str], verdict: Verdict) -> list[int]:
    """The places of the sentences to be shown: the one that holds most of the claim, then those that add to it."""
    kept: list[int] = []
    lacking = 1.0
    while len(kept) < min(QUOTES, len(texts)):
        left = {
            place: _doubt(claim, [texts[one] for one in (*kept, place)])
            for place in range(len(texts))
            if place not in kept
        }
        best = min(left, key=lambda place: (left[place], len(texts[place]), place))
        if kept and lacking - left[best] < _ADDS:
            break
        if not kept and verdict == "unsupported" and left[best] > _NEAR:
            break
        kept.append(best)
        lacking = left[best]
        if verdict == "unsupported":
            break
    return kept


def _by_article(shown: Sequence[Evidence], cited: _Cited) -> tuple[list[str], list[str]]:
    """The evidence of each article as one text, what follows on each other cut in one piece; and the headers."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    held: dict[tuple[str, str], Evidence] = {}
    for evidence in shown:
        key = evidence.hit.chunk.article_id, evidence.hit.chunk.version
        held.setdefault(key, evidence)
        spans.setdefault(key, []).append((evidence.start, evidence.end))
    texts = []
    for key, places in spans.items():
        whole = cited.article(held[key]).text
        joined: list[tuple[int, int]] = []
        for start, end in sorted(places):
            if joined and not whole[joined[-1][1] : start].strip():
                joined[-1] = joined[-1][0], max(joined[-1][1], end)
            else:
                joined.append((start, end))
        texts.append("\n\n".join(whole[start:end] for start, end in joined))
    return texts, [evidence.hit.chunk.header for evidence in held.values()]


def _of_article(shown: Sequence[Evidence], place: int) -> list[Evidence]:
    """Those of one article, the articles counted as they come."""
    ids = list(dict.fromkeys(evidence.hit.chunk.article_id for evidence in shown))
    return [evidence for evidence in shown if evidence.hit.chunk.article_id == ids[place]]


def _reasons(judgement: Judgement, evidence: str) -> tuple[str, ...]:
    """The reasons in the words of one who did not write the text: it cites nothing itself."""
    said = (reason.replace("it cites no evidence", f"{evidence} holds nothing") for reason in judgement.reasons)
    return tuple(reason.replace("the cited evidence", evidence) for reason in said)


def _marked(said: Said, judgement: Judgement, texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The characters of the sentence that the evidence lacks, where it is only partly supported."""
    if judgement.verdict != "partly":
        return ()
    lacking = unheld(said.claim, texts) or judgement.words
    return tuple((said.places[start], said.places[end - 1] + 1) for start, end in lacking)
