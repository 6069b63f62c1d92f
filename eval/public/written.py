"""What is shown of a chat model's prose, and how well it is cited, where a script writes it in the model's place.

    FOOTNOTE_BENCH_DATA=... python eval/public/written.py [CASES]

The script answers on loopback in OpenAI's protocol, so the way is that of a real model: prompt, client, the cutting of
the reply, the judge that ships. What is struck and handed back it writes again, word for word.

- Faults of rule: sentences of the starter articles with one thing changed that rules decide: a number, a date, a name,
  a quotation, or an id that does not exist. None may be shown as supported. Beside them, the sentences unchanged.
- eval/contrasts: each claim with the ids of its evidence; the faulty, the same without the fault, and paraphrases.
- CLAP NQ (Rosenthal et al. 2025), questions that their passage answers; the sentences of the passage are the evidence.
  Three writers: one writes the human's answer and cites, of the sentences that the human chose, the one that holds
  most of each of its own, and a second where that holds more; one quotes what the human chose; a careless one writes
  the human's answer too, and cites any sentence. The judge knows this set: some of these answers are among what its
  weights were trained on, its threshold was set on others. The faults of the careless writer it does not know.

Citation recall and precision are those of ALCE (Gao et al. 2023, arXiv 2305.14627), with our judge in the place of its
entailment model, over the sentences shown. Recall: the share of them that all they cite together carries. Precision:
the share of citations that count; one does where all together carry the sentence, unless it does not carry it alone
and the others do without it. Each is a mean over the answers that show anything. The judge that decides what
is shown is the one that measures here, so what recall lacks is what was shown as partly supported; how far that judge
can be trusted is measured by verdicts.py. Against people's choice: of the sentences that cite none that the human
chose, the share shown as supported; some of these are true, since more than one sentence can say the same.

Correctness is the F1 of the words shown and those of the human's answer, counted as often as they occur (Rajpurkar et
al. 2016, arXiv 1606.05250; articles are words too); 0 where nothing is shown. Length is in words.

Intervals: Wilson's for the first two parts; for CLAP NQ, a bootstrap that draws whole passages.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from benchmark import data_folder, interval, machine, name_of, share
from verdicts import CONTRASTS, TRUE, head

from qa import shipped
from qa.answering.alignment import chosen, lacking
from qa.answering.judging import Judge, Judging
from qa.answering.verdict_model import VerdictModel
from qa.answering.write import Writer, WrittenSentence
from qa.evaluation.statistics import SEED, paired_difference
from qa.schema import MONTHS, Chunk, Evidence, Hit
from qa.sentences import sentence_spans
from qa.settings import Settings
from qa.training.examples import read_lines
from qa.training.verdict import joined

EACH = 40
"""Faults of each kind that are made by rule."""
OUTCOMES = ("supported", "partly", "struck")
ASKED = "What happened?"
"""The question where the data have none."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the model writes, and cites: places in the evidence, or ids as they are written."""

    text: str
    cited: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Lines on their evidence, as one case of a kind."""

    kind: str
    lines: tuple[Line, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the sentences of its passage, which of them a human chose, and the answer that the human wrote."""

    text: str
    passage: str
    evidence: tuple[Evidence, ...]
    selected: tuple[int, ...]
    answer: str


Write = Callable[[str, Sequence[Evidence], Sequence[Line]], list[WrittenSentence]]
"""What the writer makes of a question and its evidence where the model replies with these lines."""
Carries = Callable[[str, Sequence[Evidence]], bool]
"""Whether these pieces of evidence together carry a sentence."""
Marks = Sequence[tuple[str, float]]
"""Values, each with the passage it belongs to."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what was written as its answer, and what carries a sentence of it."""

    question: Question
    written: tuple[WrittenSentence, ...]
    carries: Carries

    @property
    def shown(self) -> list[WrittenSentence]:
        """The sentences that are not struck."""
        return [one for one in self.written if not one.struck]

    @property
    def words(self) -> str:
        """What is shown, in one text."""
        return " ".join(one.text for one in self.shown)


def main() -> None:
    parser = argparse.ArgumentParser(description="What is shown of scripted chat models, and how well it is cited.")
    parser.add_argument("cases", nargs="?", type=int, help="at most so many of each kind, drawn by a fixed seed")
    most = parser.parse_args().cases
    settings = Settings.load()
    judge = Judge(VerdictModel(settings.precision, settings.device))
    print(f"scripted chat models; {machine()}")
    with writing(judge) as write:
        _print_claims("faults of rule, on the starter articles", rule_faults(), write, most)
        _print_claims("contrast set", contrasts(), write, most)
        if data := data_folder("clapnq"):
            _print_answers(drawn(list(questions(data)), most), write, judge)


def drawn(cases: Sequence[T], most: int | None) -> list[T]:
    """At most so many, by a fixed seed."""
    return list(cases) if most is None else random.Random(SEED).sample(cases, min(most, len(cases)))


# The scripted model


@contextmanager
def writing(judge: Judging) -> Iterator[Write]:
    """A writer whose chat model replies what it is told to, for the time of the block."""
    with ScriptedModel() as model:
        serving = threading.Thread(target=lambda: model.serve_forever(poll_interval=0.01), daemon=True)
        serving.start()
        # All evidence fits, so the n-th line of it in the prompt is the n-th that was given.
        writer = Writer(Settings(chat_model="openai:scripted", chat_url=model.url, chat_tokens=1_000_000), judge)

        def write(question: str, evidence: Sequence[Evidence], lines: Sequence[Line]) -> list[WrittenSentence]:
            model.lines = lines
            return list(writer.sentences(question, evidence))

        try:
            yield write
        finally:
            model.shutdown()
            serving.join()


class ScriptedModel(ThreadingHTTPServer):
    """Replies its lines to every request, with the ids that the evidence of that request has."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lines: Sequence[Line] = ()

    @property
    def url(self) -> str:
        """Its address, as the setting chat_url."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The lines with their ids: those that begin the lines of evidence that the user gave."""
        given = "\n".join(message["content"] for message in messages if message["role"] == "user")
        ids = re.findall(r"^\[(\w+)\] \(", given, re.MULTILINE)
        said = []
        for line in self.lines:
            marks = "".join(f"[{ids[cited] if isinstance(cited, int) else cited}]" for cited in line.cited)
            said.append(f"{line.text} {marks}")
        return " ".join(said)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = {"role": "assistant", "content": cast(ScriptedModel, self.server).reply(body["messages"])}
        data = b"".join(b"data: %s\n\n" % event.encode() for event in (_chunk(words), _chunk({}, "stop"), "[DONE]"))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Figures are printed, requests are not."""


def _chunk(delta: Mapping[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    about = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return json.dumps(about | {"choices": [choice]})


def cut(text: str) -> list[str]:
    """The sentences of a text, as the writer cuts them too."""
    return [text[start:end] for start, end in sentence_spans(text)]


def evidence_of(name: str, header: str, texts: Sequence[str]) -> tuple[Evidence, ...]:
    """Each text as a piece of evidence of its own, of the article of that name."""
    found = []
    for place, text in enumerate(texts):
        chunk = Chunk(f"{name} {place}", name, "1", place, place, place + len(text), text, header)
        found.append(Evidence(Hit(chunk, 1.0, 1.0, 0.0, 1), place, place + len(text), 1.0))
    return tuple(found)


def outcome(sentences: Sequence[WrittenSentence]) -> str:
    """What is made of a case of several sentences: what is made of the worst of them."""
    if not sentences or any(one.struck for one in sentences):
        return "struck"
    return "partly" if any(one.verdict == "partly" for one in sentences) else "supported"


def _print_claims(title: str, claims: Sequence[Claim], write: Write, most: int | None) -> None:
    kinds = {kind: [one for one in claims if one.kind == kind] for kind in dict.fromkeys(one.kind for one in claims)}
    made = {
        kind: [outcome(write(ASKED, one.evidence, one.lines)) for one in drawn(cases, most)]
        for kind, cases in kinds.items()
    }
    faults = {kind: found for kind, found in made.items() if kind not in TRUTHS}
    print(f"\n{title}")
    for kind, found in sorted(faults.items()):
        _print(kind, "shown as supported", share([one == "supported" for one in found]))
    together = {"all faults": [one for found in faults.values() for one in found]}
    for kind, found in (together | {kind: made[kind] for kind in TRUTHS if kind in made}).items():
        for name in OUTCOMES:
            _print(kind, _SHOWN[name], share([one == name for one in found]))


_SHOWN = {"supported": "shown as supported", "partly": "shown as partly supported", "struck": "struck"}


def _print(way: str, measure: str, value: str) -> None:
    print(f"  {way:<18} {measure:<37} {value}", flush=True)


# Faults made by rule


def rule_faults() -> list[Claim]:
    """EACH faults of each kind, spread over the starter articles, and as many sentences without one."""
    found: list[Claim] = []
    for kind, changed in FAULTS.items():
        made = [
            Claim(kind, (Line(text, cited),), evidence)
            for article, sentence in starter_sentences()
            for evidence in [evidence_of(article, head(article), [sentence])]
            for text, cited in changed(sentence, head(article))
        ]
        found += [made[at * len(made) // EACH] for at in range(EACH)]
    return found


@cache
def starter_sentences() -> tuple[tuple[str, str], ...]:
    """Those of middle length and without an address, each with the name of its article."""
    found = []
    for path in sorted(shipped.folder("seeds").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        texts = [" ".join(sentence.split()).removeprefix("- ") for sentence in cut(body)]
        kept = [text for text in texts if text.endswith(".") and "://" not in text]
        found += [(path.stem, text) for text in kept if 8 <= len(text.split()) <= 40]
    return tuple(found)


Changes = Iterator[tuple[str, tuple[int | str, ...]]]
"""Sentences made of a sentence, and what they cite, where 0 is the sentence itself."""


def _other_numbers(sentence: str, header: str) -> Changes:
    for match in _COUNT.finditer(sentence):
        yield from _instead(match, str(int(match.group()) + 17), sentence, header)


def _other_dates(sentence: str, header: str) -> Changes:
    for match in _DATE.finditer(sentence):
        said = match.group()
        other = MONTHS[(MONTHS.index(said) + 5) % 12] if said in MONTHS else str(int(said) - 31)
        yield from _instead(match, other, sentence, header)


def _other_names(sentence: str, header: str) -> Changes:
    for match in _NAME.finditer(sentence):
        if match.group() not in MONTHS:
            yield from _instead(match, _INVENTED[len(sentence) % len(_INVENTED)], sentence, header)


def _instead(match: re.Match[str], other: str, sentence: str, header: str) -> Changes:
    """The sentence with other words in that place; nothing where its source knows them too."""
    if other not in f"{sentence} {header}":
        yield f"{sentence[: match.start()]}{other}{sentence[match.end() :]}", (0,)


def _misquotations(sentence: str, header: str) -> Changes:
    """Five words in quotation marks, the second and third of them exchanged."""
    first, second, third, *rest = re.findall(r"[\w'’-]+", sentence)[1:6]
    if second.lower() != third.lower() and not re.search(r"[\"“”]", sentence):
        yield f"It says “{' '.join([first, third, second, *rest])}”.", (0,)


def _unknown_ids(sentence: str, header: str) -> Changes:
    yield sentence, (_UNKNOWN[len(sentence) % len(_UNKNOWN)],)


FAULTS: Mapping[str, Callable[[str, str], Changes]] = {
    "number": _other_numbers,
    "date": _other_dates,
    "name": _other_names,
    "quotation": _misquotations,
    "id": _unknown_ids,
    "unchanged": lambda sentence, _: iter([(sentence, (0,))]),
}
TRUTHS = (*TRUE, "unchanged")
"""Kinds with no fault."""
_COUNT = re.compile(r"(?<![\w.,$€£-])[1-9]\d{0,2}(?=(?:[.,]\d+)*(?:%| [a-z]))")
_DATE = re.compile(rf"\b(?:{'|'.join(MONTHS)}|(?:19|20)\d\d)\b(?! [a-z]+s\b)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b(?!['’])")
_INVENTED = ("Harrowby", "Quendale", "Mirosta", "Ostrander", "Velcampo")
_UNKNOWN = ("s1", "q0q0", "7", "s1x")  # none that the writer gives


# The contrast set


def contrasts() -> list[Claim]:
    """The claims and the same without the fault, each citing all of its evidence, which has its article's head."""
    found = []
    for text in CONTRASTS.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(text)
        homes = [next(name for name in row["articles"] if words in _body(name)) for words in row["evidence"]]
        evidence = tuple(
            evidence_of(f"{name} {place}", head(name), [words])[0]
            for place, (name, words) in enumerate(zip(homes, row["evidence"], strict=True))
        )
        forms = {row["kind"]: row["claim"], "faithful": row.get("faithful")}
        for kind, words in forms.items():
            if words:
                lines = tuple(Line(sentence, tuple(range(len(evidence)))) for sentence in cut(words))
                found.append(Claim(kind, lines, evidence))
    return found


@cache
def _body(article: str) -> str:
    """The text of a starter article, single spaces between its words."""
    return " ".join((shipped.folder("seeds") / f"{article}.md").read_text(encoding="utf-8").split())


# CLAP NQ


def questions(data: Path) -> Iterator[Question]:
    """Those with an answer that a human wrote from sentences of the passage."""
    for row in read_lines(data / "answerable.jsonl.gz"):
        passage, output = row["passages"][0], row["output"][0]
        evidence = evidence_of(
            name_of(passage["text"]), passage["title"], [joined(one) for one in passage["sentences"]]
        )
        selected = tuple(place for place, one in enumerate(passage["sentences"]) if one in output["selected_sentences"])
        if selected:
            yield Question(row["input"], name_of(passage["text"]), evidence, selected, joined(output["answer"]))


def careful(question: Question) -> tuple[Line, ...]:
    """The human's answer, each sentence citing what carries most of it of what the human chose."""
    texts = [_text(question.evidence[place]) for place in question.selected]

    def cited(sentence: str) -> tuple[int, ...]:
        one, two = (chosen(sentence, texts, most) for most in (1, 2))
        without, together = (lacking(sentence, [texts[place] for place in places]) for places in (one, two))
        more = together.words < without.words or together.values < without.values
        return tuple(question.selected[place] for place in (two if more else one))

    return tuple(Line(sentence, cited(sentence)) for sentence in cut(question.answer))


def quoting(question: Question) -> tuple[Line, ...]:
    """What the human chose, word for word."""
    return tuple(
        Line(sentence, (place,)) for place in question.selected for sentence in cut(_text(question.evidence[place]))
    )


def careless(question: Question) -> tuple[Line, ...]:
    """The human's answer, each sentence citing any sentence of the passage."""
    rng = random.Random(f"{SEED} {question.text}")
    return tuple(Line(sentence, (rng.randrange(len(question.evidence)),)) for sentence in cut(question.answer))


WRITERS: Mapping[str, Callable[[Question], tuple[Line, ...]]] = {
    "careful": careful,
    "quoting": quoting,
    "careless": careless,
}


def _text(item: Evidence) -> str:
    return item.hit.chunk.text


def carries_by(judge: Judging, question: str) -> Carries:
    """As the judge finds it of an answer to this question."""
    known: dict[tuple[str, tuple[Evidence, ...]], bool] = {}

    def carries(sentence: str, cited: Sequence[Evidence]) -> bool:
        key = sentence, tuple(cited)
        if key not in known:
            headers = [item.hit.chunk.header for item in cited]
            found = judge.judge(sentence, [_text(item) for item in cited], question, headers)
            known[key] = found.verdict == "supported"
        return known[key]

    return carries


def citation_recall(sentences: Sequence[WrittenSentence], carries: Carries) -> float:
    """The share of the sentences that all they cite together carries."""
    return float(np.mean([bool(one.cited) and carries(one.text, one.cited) for one in sentences]))


def citation_precision(sentences: Sequence[WrittenSentence], carries: Carries) -> float:
    """The share of the citations that count."""
    return float(np.mean([_counts(one, item, carries) for one in sentences for item in one.cited]))


def _counts(sentence: WrittenSentence, item: Evidence, carries: Carries) -> bool:
    """Whether all citations carry the sentence, and this one is not idle: it carries it alone, or the others do not."""
    others = [other for other in sentence.cited if other != item]
    needed = carries(sentence.text, [item]) or not (others and carries(sentence.text, others))
    return needed and carries(sentence.text, sentence.cited)


def word_f1(shown: str, human: str) -> float:
    """F1 of the words, in lower case, counted as often as they occur."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (shown, human))
    return 2 * (ours & theirs).total() / ((ours.total() + theirs.total()) or 1)


def _print_answers(asked: Sequence[Question], write: Write, judge: Judging) -> None:
    print(f"\nCLAP NQ, {len(asked)} questions")
    for name, lines in WRITERS.items():
        answers = [
            Answered(one, tuple(write(one.text, one.evidence, lines(one))), carries_by(judge, one.text))
            for one in asked
        ]
        for measure, marks in figures(answers):
            _print(name, measure, mean(marks))


def figures(answers: Sequence[Answered]) -> Iterator[tuple[str, Marks]]:
    """Every measure by its name."""
    sentences = [(one.question, sentence) for one in answers for sentence in one.written]
    for made in OUTCOMES:
        yield f"sentences {_SHOWN[made]}", [(of.passage, float(outcome([one]) == made)) for of, one in sentences]
    astray = [(of, one) for of, one in sentences if not any(of.evidence[place] in one.cited for place in of.selected)]
    yield (
        "supported of those citing none chosen",
        [(of.passage, float(outcome([one]) == "supported")) for of, one in astray],
    )
    yield "answers that show anything", _each(answers, lambda one: float(bool(one.shown)))
    showing = [one for one in answers if one.shown]
    yield "citation recall", _each(showing, lambda one: citation_recall(one.shown, one.carries))
    yield "citation precision", _each(showing, lambda one: citation_precision(one.shown, one.carries))
    yield "F1 to the human's answer", _each(answers, lambda one: word_f1(one.words, one.question.answer))
    yield "words shown", _each(answers, lambda one: float(len(one.words.split())))
    yield "words of the human's answer", _each(answers, lambda one: float(len(one.question.answer.split())))


def _each(answers: Sequence[Answered], measure: Callable[[Answered], float]) -> Marks:
    return [(one.question.passage, measure(one)) for one in answers]


def mean(marks: Marks) -> str:
    """The mean with its interval, and of how many."""
    if not marks:
        return "none to count"
    groups, values = [group for group, _ in marks], [value for _, value in marks]
    return f"{interval(paired_difference([0.0] * len(values), values, groups))} of {len(values)}"


if __name__ == "__main__":
    main()
