"""Characters that look alike: dashes, quotes and blanks that models put in place of plain ones, and the way back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

_QUOTES = {**dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟", '"')}
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_BLANKS = dict.fromkeys(
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_COMPOSED_LENGTH = 1_000
_FOLDS = str.maketrans({**_QUOTES, **_DASHES, **_BLANKS})


def folded(line: str) -> str:
    """A line with plain characters, trimmed."""
    return (line if line.isascii() else _composed(line).translate(_FOLDS)).strip()


def _composed(line: str) -> str:
    # Sorting accents takes quadratic time, and no line that people write has thousands of characters and accents apart.
    return unicodedata.normalize("NFC", line) if len(line) <= _COMPOSED_LENGTH else line


def proved(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str] | None:
    """How to write a model's line with the file's characters, as its matched lines prove; None where they do not.

    `pairs` are the model's lines and the file's. Only ways to plain characters are taken: which of the others a file
    wants is not to be told. A kind (quotes, dashes, blanks) is folded where the file has the plain one each time.
    """
    kinds: dict[int, bool] = {}
    for model, file in pairs:
        if model.isascii():
            continue
        own, there = (_composed(line).strip() for line in (model, file))
        if own == there or len(own) != len(there):
            continue
        for one, two in zip(own, there, strict=True):
            for index, kind in enumerate((_QUOTES, _DASHES, _BLANKS)):
                if one in kind:
                    kinds[index] = kinds.get(index, True) and two == kind[one]
    table: dict[str, str] = {}
    for index, kind in enumerate((_QUOTES, _DASHES, _BLANKS)):
        if kinds.get(index):
            table |= kind
    if not table:
        return None
    translation = str.maketrans(table)
    return lambda line: line.translate(translation)
