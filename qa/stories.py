"""Which articles tell one story in the same words: copies of a wire report, shortened, retitled, lightly edited.

Found after a run, from signatures that the store keeps; a crash before that only leaves copies unfolded until the next.
"""

from __future__ import annotations

from qa.articles.copies import Copies, is_copy, signature
from qa.schema import Article
from qa.store import Store, day_range

_BATCH = 500
# Pages that are issued anew for each occasion keep most of their words. Of pairs that lie further apart than this,
# hardly any are copies (eval/copies: on the half to report, precision 0.87 without this rule and 0.96 with it).
_DAYS = 14


def fold(store: Store) -> None:
    """Compares every current article that has not been compared yet with all others, and notes which tell one story.

    To be called by whoever writes.
    """
    fresh = store.unsigned()
    if not fresh:
        return
    known = Copies()
    joined: dict[str, str] = {}
    for article_id, signed in store.signatures():
        known.add(article_id, signed)
    for start in range(0, len(fresh), _BATCH):
        signed_now: dict[str, bytes] = {}
        pairs: list[tuple[str, str]] = []
        for article_id in fresh[start : start + _BATCH]:
            article = store.article(article_id)
            signed = signature(article.text)
            for near in known.near(signed):
                if _root(joined, near) != _root(joined, article_id) and tell_one_story(article, store.article(near)):
                    pairs.append((article_id, near))
                    joined[_root(joined, article_id)] = _root(joined, near)
            known.add(article_id, signed)
            signed_now[article_id] = signed
        with store.transaction() as connection:
            store.sign(connection, signed_now)
            store.tell_one_story(connection, pairs)


def _root(joined: dict[str, str], article_id: str) -> str:
    while article_id in joined:
        article_id = joined[article_id]
    return article_id


def tell_one_story(one: Article, other: Article) -> bool:
    """Whether they are copies: the same text, or one shortened or edited and dated within two weeks of the other."""
    if one.content_hash == other.content_hash:
        return True
    mine, theirs = day_range(one.published), day_range(other.published)
    apart = max(mine[0] - theirs[1], theirs[0] - mine[1]) if mine and theirs else 0
    return apart <= _DAYS and is_copy(one.text, other.text)
