"""A picture as it goes to a model: encoded, of a size that models take, with nothing in it but what is seen."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from copilot_desktop.values import dataclass

LONGEST_PX: Final = 1568
"""Larger ones are scaled down: models do so themselves, and each pixel is sent and paid for."""
LARGEST_BYTES: Final = 30_000_000
SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_IN_JSON = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/=]{64,})")


@dataclass(frozen=True, slots=True)
class Picture:
    """`width` and `height` are those of the data; `scaled` says what it was scaled from, "" for nothing."""

    data: bytes
    media_type: str
    width: int
    height: int
    scaled: str = ""
    thumbnail: bytes = b""
    """A small one, as PNG; it is not sent."""

    @property
    def data_url(self) -> str:
        """As both wire formats take it."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"

    @property
    def size_words(self) -> str:
        """Its width and height."""
        return f"{self.width}×{self.height}"


def is_picture(path: str) -> bool:
    """Whether a file is one, by its name."""
    return path.casefold().endswith(SUFFIXES)


def has_short_pictures(body: str) -> bool:
    """Whether pictures stand so in it."""
    return ";base64,… (" in body


def with_short_pictures(body: str) -> str:
    """A request's JSON, or any text, in which pictures stand as what they are, not as what is in them."""

    def short(found: re.Match[str]) -> str:
        data = base64.b64decode(found[2])
        digest = hashlib.sha256(data).hexdigest()[:16]
        return f"data:{found[1]};base64,… ({len(data):,} bytes, sha256 {digest}…)"

    return _IN_JSON.sub(short, body) if ";base64," in body else body
