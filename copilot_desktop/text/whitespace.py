"""Whether lines differ in blanks and line ends only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

_TOKEN = re.compile(r"\w+|[^\w\s]")


def differ_in_whitespace(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether lines say the same but for blanks, empty lines and line ends; equal lines do not differ at all.

    What joins two words or takes them apart is no such change ("a b" is not "ab"), nor is what joins two lines.
    """
    is_other = False
    written = (line for line in old if not line.isspace()), (line for line in new if not line.isspace())
    for one, other in zip_longest(*written):
        if one is None or other is None:
            return False
        if one != other:
            is_other = True
            if _TOKEN.findall(one) != _TOKEN.findall(other):
                return False
    return is_other or list(old) != list(new)
