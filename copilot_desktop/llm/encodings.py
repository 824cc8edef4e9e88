"""OpenAI's encodings: which words a text is cut into before their letters are merged, by the ranks of a file."""

from __future__ import annotations

from typing import Final

from copilot_desktop.values import dataclass

# What OpenAI says of them, but for \s, which means four characters more in Python, and $, which is the very end.
_SPACE = r"\p{White_Space}"


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is also that of the file of its ranks below resources/tokenizer; `words` a pattern of `regex`."""

    name: str
    words: str


O200K_BASE: Final = Encoding(
    "o200k_base",
    "|".join(
        [
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"\p{N}{1,3}",
            rf" ?[^{_SPACE}\p{{L}}\p{{N}}]+[\r\n/]*",
            rf"{_SPACE}*[\r\n]+",
            rf"{_SPACE}+(?!\P{{White_Space}})",
            rf"{_SPACE}+",
        ]
    ),
)
"""Of GPT-4o and all that came after."""

CL100K_BASE: Final = Encoding(
    "cl100k_base",
    "|".join(
        [
            r"'(?i:[sdmt]|ll|ve|re)",
            r"[^\r\n\p{L}\p{N}]?+\p{L}++",
            r"\p{N}{1,3}+",
            rf" ?[^{_SPACE}\p{{L}}\p{{N}}]++[\r\n]*+",
            rf"{_SPACE}++\Z",
            rf"{_SPACE}*[\r\n]",
            rf"{_SPACE}+(?!\P{{White_Space}})",
            _SPACE,
        ]
    ),
)
"""Of GPT-4, GPT-3.5 and the models of embeddings."""

ENCODINGS: Final = {encoding.name: encoding for encoding in (O200K_BASE, CL100K_BASE)}
