"""Which articles are copies of one another: one wire story, shortened, retitled, with another lead or a few edits.

Two steps. `Copies` finds candidates by MinHash signatures in a time that grows with the number of articles, not of
pairs (Broder 1997; banding: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, ch. 3); `is_copy` then compares
the two texts exactly. Both see a text as the set of its shingles: runs of three words, without case and punctuation,
or of six characters where a language writes no spaces between words.

Text alone cannot tell a copy from a page that is issued anew for another occasion with most of its words kept (a
holiday explained each year); eval/copies says how often that happens. Titles and dates are not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np
from numpy.typing import NDArray

# Chosen on the tune half of eval/copies (figures there). Three quarters of the shorter text stand in the longer one:
# copies begin at 0.76, other articles that pass ALIKE end at 0.73, but for one page issued anew the next year, 0.86.
CONTAINED = 0.75
# ... and that is enough of both together that neither is a brief within a long digest: a text cut to two fifths is
# still a copy; the nearest list within an article of its own has 0.35, the nearest copy 0.39.
ALIKE = 0.375

# Fewer shingles say little: such a text is its own only shingle, so that only exact copies of it count.
FEWEST = 30
WORDS = 3
CHARACTERS = 6

# 64 bands of 3 find a copy of Jaccard 0.375, 0.4, 0.45, 0.5 with probability 0.969, 0.986, 0.998, 0.9998, and two texts
# with 0.01 in common with 0.00006.
_BANDS, _ROWS = 64, 3
_PERMUTATIONS = _BANDS * _ROWS
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)  # odd 64-bit numbers: of one band, one key
_MOST_NEAR = 50
_SETTLED = 4096  # articles that are taken in before they are sorted in with the others
_SEED = 1
_SCHEME = "affine32"
_BATCH = 4096  # shingles hashed at once: bounds the memory that a huge text takes to a few MB

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens and their kin, which one copy has, one not
# Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def signature(text: str) -> bytes:
    """What a text's copies are found by: one little-endian key of 32 bits for each of 64 bands of its MinHash, the same
    on every machine.

    A text of fewer than 30 shingles is signed whole, so that only exact copies (but for white space) are near it.
    """
    from datasketch import MinHash  # heavy: brings scipy

    minhash = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, scheme=_SCHEME)
    shingles = list(_shingles(text))
    for start in range(0, len(shingles), _BATCH):
        minhash.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in shingles[start : start + _BATCH]])
    rows = minhash.hashvalues.astype(np.uint64).reshape(_BANDS, _ROWS) * np.array(_MIX, dtype=np.uint64)
    mixed = np.bitwise_xor.reduce(rows, axis=1)
    packed: bytes = (mixed >> np.uint64(32)).astype("<u4").tobytes()
    return packed


def is_copy(one: str, other: str) -> bool:
    """Whether two texts are one article, the same either way round: the same text, shortened or edited.

    At least 75 % of the shingles of the shorter stand in the longer, and at least 37.5 % of all their shingles in
    both. Texts of fewer than 30 shingles must be equal but for white space.
    """
    mine, theirs = _shingles(one), _shingles(other)
    shared = len(mine & theirs)
    return shared >= CONTAINED * min(len(mine), len(theirs)) and shared >= ALIKE * (len(mine) + len(theirs) - shared)


class Copies:
    """The signatures of known articles, to be asked which of them a text may be a copy of.

    Half a kilobyte for each article: the keys of every band lie sorted, but for those of the newest few thousand.
    (datasketch's own index took 20 kilobytes: two gigabytes for an archive of 100,000 articles.)
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._keys = np.zeros((_BANDS, 0), dtype=np.uint32)  # sorted within each band
        self._order = np.zeros((_BANDS, 0), dtype=np.uint32)  # whose they are
        self._newest: list[NDArray[np.uint32]] = []
        self._places: dict[tuple[int, int], list[int]] = {}  # (band, key) of the newest -> whose

    def add(self, article_id: str, signature: bytes) -> None:
        """Take an article in. Raises ValueError where the bytes are no signature."""
        keys = _keys(signature)
        for place in enumerate(keys.tolist()):
            self._places.setdefault(place, []).append(len(self._ids))
        self._ids.append(article_id)
        self._newest.append(keys)
        if len(self._newest) == _SETTLED:
            self._settle()

    def near(self, signature: bytes) -> list[str]:
        """Ids of the articles that may be copies, in the order of ids; `is_copy` decides. An article finds itself.

        At most fifty, those that share most bands: a thousand pages of one template must not take a million looks.

        Raises ValueError where the bytes are no signature.
        """
        found: Counter[int] = Counter()
        for band, key in enumerate(_keys(signature)):
            start = np.searchsorted(self._keys[band], key, side="left")
            end = np.searchsorted(self._keys[band], key, side="right")
            found.update(self._order[band, start:end].tolist())
            found.update(self._places.get((band, int(key)), ()))
        nearest = sorted(found, key=lambda place: (-found[place], self._ids[place]))[:_MOST_NEAR]
        return sorted({self._ids[place] for place in nearest})

    def _settle(self) -> None:
        """Sorts the newest in with the others."""
        first = len(self._ids) - len(self._newest)
        fresh = np.stack(self._newest, axis=1)
        places = np.broadcast_to(np.arange(first, len(self._ids), dtype=np.uint32), fresh.shape)
        keys, order = np.concatenate([self._keys, fresh], axis=1), np.concatenate([self._order, places], axis=1)
        by_key = np.argsort(keys, axis=1, kind="stable")
        self._keys, self._order = np.take_along_axis(keys, by_key, axis=1), np.take_along_axis(order, by_key, axis=1)
        self._newest, self._places = [], {}


def _keys(signature: bytes) -> NDArray[np.uint32]:
    if len(signature) != 4 * _BANDS:
        raise ValueError(f"a signature has {4 * _BANDS} bytes, not {len(signature)}")
    return np.frombuffer(signature, dtype="<u4")


def _shingles(text: str) -> set[str]:
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    spaced, characters = _SPACELESS.subn(r" \g<0> ", plain)
    tokens = _WORD.findall(spaced)
    width = CHARACTERS if 2 * characters > len(tokens) else WORDS
    shingles = {" ".join(tokens[start : start + width]) for start in range(len(tokens) - width + 1)}
    return shingles if len(shingles) >= FEWEST else {" ".join(text.split())}
