"""Markdown's marks in lines, for judging lines and for titles; the text of an article keeps them as they stand."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)([^*_]+)(?<=\S)\1(?![\w*])")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_LONGEST = 2000


def plain(line: str) -> str:
    """A line without images, the addresses of links, and emphasis."""
    if len(line) > _LONGEST:
        return line
    line = _LINK.sub(lambda link: link["words"], _IMAGE.sub("", line))
    return _EMPHASIS.sub(lambda match: match[2], line).strip()


def is_only_links(line: str) -> bool:
    """Whether a line is an image, an item of a list that is nothing but a link, or several links and nothing else."""
    if len(line) > _LONGEST or "](" not in line:
        return False
    without_images = _IMAGE.sub("", line)
    left, links = _LINK.subn("", without_images)
    if any(character.isalpha() for character in left):
        return False
    words = "".join(link["words"] for link in _LINK.finditer(without_images)).strip()
    return not words or links > 1 or (links == 1 and _BULLET.match(line) is not None)
