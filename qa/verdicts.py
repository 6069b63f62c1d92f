"""What a check found, told to people in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.schema import Sentence, Verdict

VERDICTS: dict[Verdict, str] = {
    "quoted": "an article's own words",
    "supported": "supported",
    "partly": "only partly supported",
    "contradicted": "contradicted",
    "unsupported": "not supported",
    "no_claim": "no claim",
}
"""The verdicts in plain words."""
_SUPPORTED: tuple[Verdict, ...] = ("quoted", "supported", "no_claim")


def is_supported(sentence: Sentence) -> bool:
    """Whether the sentence may stand as it is: it is supported, or claims nothing."""
    return sentence.verdict in _SUPPORTED


def in_words(sentences: Sequence[Sentence]) -> list[str]:
    """Lines of plain text: each sentence, its verdict with the reasons, the quotes it brings for the first time with
    who and when, and at the end how many claims there are of each verdict.

    Words that the quotes do not carry stand between ~ and ~.
    """
    lines: list[str] = []
    shown: set[int] = set()
    for sentence in sentences:
        lines.append(" ".join(_tilded(sentence).split()))
        why = f": {'; '.join(sentence.reasons)}" if sentence.reasons else ""
        numbers = "".join(f" [{number}]" for number in sentence.citations)
        nearest = "; nearest" if sentence.verdict == "unsupported" and numbers else ""
        lines.append(f"    {VERDICTS[sentence.verdict]}{why}{nearest}{numbers}")
        for citation in sentence.sources:
            if citation.number not in shown:
                shown.add(citation.number)
                lines.append(f"    [{citation.number}] “{' '.join(citation.quote.split())}” — {citation.attribution}")
    counts = Counter[Verdict](sentence.verdict for sentence in sentences if sentence.verdict != "no_claim")
    told = ", ".join(f"{counts[verdict]} {words}" for verdict, words in VERDICTS.items() if counts[verdict])
    total = counts.total()
    lines += ["", f"{total} {'claim' if total == 1 else 'claims'}{f': {told}' if told else ''}."]
    return lines


def _tilded(sentence: Sentence) -> str:
    text = sentence.text
    for start, end in reversed(sentence.unsupported):
        text = f"{text[:start]}~{text[start:end]}~{text[end:]}"
    return text
