"""Bytes of a file to text and back, without loss: encoding, byte order mark and line endings are kept apart.

A file that cannot come back byte for byte is refused instead of guessed at.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from copilot_desktop.errors import EncodingError, NotTextError
from copilot_desktop.text.lines import LineEnding, dominant_ending, line_starts

# The UTF-32 marks come first: the little-endian one begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_SIZE_BYTES = 1_000_000
_KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e\u2014\u2026]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_CYRILLIC_WORD = re.compile(r"[А-яЁё]?[а-яё]{2,}|[А-ЯЁ]{2,}|\b[А-яЁё]\b")
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŸŠšŽž]")
_WESTERN_MARKS = re.compile(r"[\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026€£§©«®°±²³µ·»¿¡\xa0]")


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a text stands in its file. `encoding` is a codec name without the byte order mark in it."""

    encoding: str
    has_bom: bool
    ending: LineEnding


def decode(data: bytes) -> tuple[str, TextFormat]:
    """Decode a file's bytes; the mark is not part of the text and line endings stay as they are.

    Raises NotTextError for binary data and for bytes no encoding explains with confidence.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                name = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise _not_text(f"it starts with the mark of {name} but is not {name} throughout")
            return text, TextFormat(encoding, True, dominant_ending(text))
    if b"\0" in data:
        raise _not_text("it is binary: it contains NUL bytes")
    text = _strict(data, "utf-8")
    if text is not None:
        return text, TextFormat("utf-8", False, dominant_ending(text))
    found = _legacy(data)
    if found is None:
        raise _not_text("it is not UTF-8, and no other encoding explains its bytes with confidence")
    text, encoding = found
    return text, TextFormat(encoding, False, dominant_ending(text))


def encode(text: str, text_format: TextFormat) -> bytes:
    """Encode a text as its file holds it. Raises EncodingError naming the first character that has no form there."""
    try:
        data = text.encode(text_format.encoding)
    except UnicodeEncodeError as error:
        line = sum(1 for start in line_starts(text) if start <= error.start)
        char = text[error.start]
        raise EncodingError(
            f"The character {char!r} (U+{ord(char):04X}) in line {line} cannot be written in the file's encoding, "
            f"{text_format.encoding}. Nothing was written.",
            advice="Replace the character, or convert the file to UTF-8 first.",
        ) from error
    if not text_format.has_bom:
        return data
    mark = next(mark for mark, encoding in _MARKS if encoding == text_format.encoding)
    return mark + data


def _not_text(reason: str) -> NotTextError:
    return NotTextError(f"The file cannot be edited as text: {reason}.", advice="Open it with another program.")


def _strict(data: bytes, encoding: str) -> str | None:
    """Decode, or None where the bytes would not come back exactly."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except UnicodeError:
        return None


def _legacy(data: bytes) -> tuple[str, str] | None:
    """Find the one legacy encoding that reads as language; None where none or several do."""
    for encoding, is_likely in (
        ("shift_jis", _is_japanese),
        ("euc_jp", _is_japanese),
        ("cp1251", _is_cyrillic),
        ("cp1252", _is_western),
    ):
        text = _strict(data, encoding)
        if text is not None and is_likely(text[:_SAMPLE_SIZE_BYTES]):
            return text, encoding
    return None


def _foreign(text: str) -> int:
    return sum(1 for char in text if char > "\x7f")


def _is_japanese(text: str) -> bool:
    # Half-width katakana is what other encodings look like when read as Shift JIS: it does not count.
    kana = len(_KANA.findall(text))
    foreign = _foreign(text)
    return kana >= 2 and len(_KANA_OR_HAN.findall(text)) >= 0.95 * foreign and kana >= 0.2 * foreign


def _is_cyrillic(text: str) -> bool:
    letters = sum(len(word) for word in _CYRILLIC_WORD.findall(text))
    return letters >= 4 and letters >= 0.9 * _foreign(text)


def _is_western(text: str) -> bool:
    # In a word of a Western language letters with marks stand among plain ones; elsewhere runs of them are noise.
    letters = _WESTERN.findall(text)
    if any(_WESTERN.match(one) and _WESTERN.match(two) and _WESTERN.match(three) for one, two, three in _triples(text)):
        return False
    return len(letters) + len(_WESTERN_MARKS.findall(text)) == _foreign(text)


def _triples(text: str) -> list[tuple[str, str, str]]:
    return [(found[0][0], found[0][1], found[0][2]) for found in re.finditer(r"[\x80-\U0010ffff]{3}", text)]
