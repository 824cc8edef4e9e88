"""Bytes of a file to text and back, without loss: encoding, byte order mark and line endings are kept apart.

A file that cannot come back byte for byte is refused instead of guessed at.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from copilot_desktop.errors import EncodingError, UndecodableError
from copilot_desktop.text.declared_encodings import declared_encoding
from copilot_desktop.text.encoding_names import name_of
from copilot_desktop.text.lines import LineEnding, count_endings, dominant_ending, line_starts
from copilot_desktop.values import dataclass

# The UTF-32 marks come first: the little-endian one begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_SIZE_BYTES = 1_000_000
_EAST_ASIAN = ("euc_kr", "gb18030", "big5")
_LIKE_CYRILLIC = ("koi8_r", "cp1253", "cp1255", "cp1256")
_GUESSED = (*_EAST_ASIAN, "cp1250", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256")
# Compiled by the first file that is not UTF-8: most starts meet none.
_KANA_OR_HAN = r"[\u3040-\u30ff\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e\u2014\u2026]"
_KANA = r"[\u3040-\u30ff]"
_CYRILLIC_WORD = r"[А-яЁё]?[а-яё]{2,}|[А-ЯЁ]{2,}|\b[А-яЁё]\b"
_WESTERN = r"[À-ÖØ-öø-ÿŒœŸŠšŽž]"
_ODD_CAPITAL = r"[a-zß-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]|[A-Z][À-ÖØ-ÞŒŠŽŸ][a-z]"
_MARKED_IN_WORD = r"[A-Za-z][ß-öø-ÿœ’]|[À-ÖØ-öø-ÿœ][a-z]"
_WESTERN_MARKS = r"[\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026€£§©«®°±²³µ·»¿¡\xa0]"


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a text stands in its file. `encoding` is a codec name without the byte order mark in it."""

    encoding: str
    has_bom: bool
    ending: LineEnding


def decode(data: bytes) -> tuple[str, TextFormat]:
    """Decode a file's bytes; the mark is not part of the text and line endings stay as they are.

    Raises UndecodableError for binary data and for bytes no encoding explains with confidence.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                name = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise _not_text(f"it starts with the mark of {name} but is not {name} throughout")
            return text, TextFormat(encoding, True, dominant_ending(text))
    if b"\0" in data:
        wide = _wide(data)
        if wide is None:
            raise _not_text("it is binary: it contains NUL bytes")
        return wide[0], TextFormat(wide[1], False, dominant_ending(wide[0]))
    declared = _as_declared(data)
    if declared is not None:
        return declared
    text = _strict(data, "utf-8")
    if text is not None:
        return text, TextFormat("utf-8", False, dominant_ending(text))
    found = _legacy(data) or _guessed(data)
    if found is None:
        raise _not_text("it is not UTF-8, and no other encoding explains its bytes with confidence")
    text, encoding = found
    return text, TextFormat(encoding, False, dominant_ending(text))


def _as_declared(data: bytes) -> tuple[str, TextFormat] | None:
    """The text in the legacy encoding it names, where its bytes may be that; None for what goes without saying.

    Bytes that are UTF-8 are that whatever the file says, unless they are ASCII: then new text must fit what it says.
    """
    encoding = declared_encoding(data)
    if encoding is None or (not data.isascii() and _strict(data, "utf-8") is not None):
        return None
    text = _strict(data, encoding)
    # Nobody writes the control characters of ISO 8859: the bytes are Windows' encoding under a wrong name.
    if text is None or re.search(r"[\x80-\x9f]", text):
        return None
    return text, TextFormat(encoding, False, dominant_ending(text))


def decode_as(data: bytes, encoding: str) -> tuple[str, TextFormat]:
    """Decode a file's bytes in the encoding that the user has chosen; its mark, where it has one, is kept apart.

    Raises UndecodableError naming the place of the first bytes that are none of it, or would not come back exactly.
    """
    mark = next((mark for mark, name in _MARKS if name == encoding and data.startswith(mark)), b"")
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
        same = text.encode(encoding) == body
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise _not_in(encoding, f"byte {len(mark) + error.start} (line {line}) has no meaning in it") from error
    except UnicodeError as error:
        raise _not_in(encoding, "its bytes have no meaning in it") from error
    if not same:
        raise _not_in(encoding, "it would not come back byte for byte when saved")
    return text, TextFormat(encoding, bool(mark), dominant_ending(text))


def decode_preferring(data: bytes, encoding: str) -> str:
    """The text in this encoding, or in the one that is found where it is none of that. Raises UndecodableError."""
    try:
        return decode_as(data, encoding)[0]
    except UndecodableError:
        return decode(data)[0]


def encode(text: str, text_format: TextFormat) -> bytes:
    """Encode a text as its file holds it. Raises EncodingError naming the first character that has no form there."""
    try:
        data = text.encode(text_format.encoding)
    except UnicodeEncodeError as error:
        line = sum(1 for start in line_starts(text) if start <= error.start)
        raise _unwritable(text[error.start], line, text_format) from error
    return mark_of(text_format) + data if text_format.has_bom else data


def encode_pieces(pieces: Iterable[bytes], text_format: TextFormat) -> Iterator[bytes]:
    """Encode a text given as UTF-8, in pieces, as its file holds it. Raises EncodingError like `encode`, at any piece.

    The pieces may cut characters; surrogates that stand alone are characters that UTF-8 files cannot hold.
    """
    encoder = codecs.getincrementalencoder(text_format.encoding)()
    if text_format.has_bom:
        yield mark_of(text_format)
    lines, rest = 0, b""
    for piece in chain(pieces, (b"",)):
        data = rest + piece
        cut = _last_whole(data) if piece else len(data)
        text, rest = data[:cut].decode("utf-8", "surrogatepass"), data[cut:]
        try:
            yield encoder.encode(text, not piece)
        except UnicodeEncodeError as error:
            line = lines + sum(1 for start in line_starts(text) if start <= error.start)
            raise _unwritable(text[error.start], line, text_format) from error
        lines += count_endings(text)


def _last_whole(data: bytes) -> int:
    r"""Where the last character begins that may not be all there, or the last \r, whose \n may come; else the end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            is_cut = byte == 0x0D or (byte >= 0xC0 and back < 2 + (byte >= 0xE0) + (byte >= 0xF0))
            return len(data) - back if is_cut else len(data)
    return len(data)


def mark_of(text_format: TextFormat) -> bytes:
    """The byte order mark that the files of a format begin with; empty where there is none."""
    return next((mark for mark, name in _MARKS if text_format.has_bom and name == text_format.encoding), b"")


def _unwritable(char: str, line: int, text_format: TextFormat) -> EncodingError:
    return EncodingError(
        f"The character {char!r} (U+{ord(char):04X}) in line {line} cannot be written in the file's encoding, "
        f"{name_of(text_format.encoding, has_bom=text_format.has_bom)}. Nothing was written.",
        advice="Replace the character, or save the file with another encoding, such as UTF-8.",
    )


def _not_text(reason: str) -> UndecodableError:
    advice = "Open it with another program, or choose an encoding if you know it."
    return UndecodableError(f"The file cannot be edited as text: {reason}.", advice=advice)


def _not_in(encoding: str, reason: str) -> UndecodableError:
    message = f"The file is not in {name_of(encoding)}: {reason}."
    return UndecodableError(message, advice="Choose another encoding.")


def _strict(data: bytes, encoding: str) -> str | None:
    """Decode, or None where the bytes would not come back exactly."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except UnicodeError:
        return None


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-32 or UTF-16 without a mark; a text has blanks and line ends, and nearly no other control characters."""
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = _strict(data, encoding)
        if text:
            sample = text[:_SAMPLE_SIZE_BYTES]
            plain = sum(1 for char in sample if " " <= char <= "~" or char in "\t\r\n")
            controls = sum(1 for char in sample if char < " " and char not in "\t\r\n\f")
            if not controls and plain >= 0.3 * len(sample):
                return text, encoding
    return None


def _of_similar(data: bytes, cyrillic: str) -> tuple[str, str] | None:
    """Of the alphabets that stand where Windows 1251 has its letters, the one whose letters read as a language."""
    from charset_normalizer import from_bytes

    found = from_bytes(data[:_SAMPLE_SIZE_BYTES], cp_isolation=["cp1251", *_LIKE_CYRILLIC])
    sense = {match.encoding: match.coherence for match in found if match.chaos <= 0.1}
    best = max(sense, key=lambda encoding: sense[encoding], default="cp1251")
    if sense.get(best, 0.0) > sense.get("cp1251", 0.0) + 0.05:
        text = _strict(data, best)
        return (text, best) if text is not None else None
    # A few letters make no sense of any language yet; many must.
    return (cyrillic, "cp1251") if sense.get("cp1251") or _foreign(cyrillic) < 16 else None


def _guessed(data: bytes) -> tuple[str, str] | None:
    """The encoding whose text reads as a language by its letters, where one clearly does."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE_SIZE_BYTES], cp_isolation=list(_GUESSED)).best()
    if best is None or best.chaos > 0.1:
        return None
    is_east_asian = best.encoding in _EAST_ASIAN and best.chaos == 0.0
    text = _strict(data, best.encoding)
    if text is None or not (best.coherence >= 0.25 or (is_east_asian and _foreign(text) >= 4)):
        return None
    return text, best.encoding


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
            if encoding == "cp1252":
                return _of_macintosh(data, _odd_capitals(text)) or (text, encoding)
            return _of_similar(data, text) if encoding == "cp1251" else (text, encoding)
    return _of_macintosh(data, 1)


def _of_macintosh(data: bytes, odd: int) -> tuple[str, str] | None:
    """The text as Mac Roman, which gives every byte a meaning: only where that leaves fewer odd capitals than `odd`,
    and letters with marks stand in words."""
    text = data.decode("mac_roman")
    sample = text[:_SAMPLE_SIZE_BYTES]
    is_likely = _is_western(sample) and re.search(_MARKED_IN_WORD, sample) and _odd_capitals(sample) < odd
    return (text, "mac_roman") if is_likely and text.encode("mac_roman") == data else None


def _odd_capitals(text: str) -> int:
    """Capitals with marks inside a word of small letters, as in “cafŽ” or “donÕt”: what another encoding looks like."""
    return len(re.findall(_ODD_CAPITAL, text[:_SAMPLE_SIZE_BYTES]))


def _foreign(text: str) -> int:
    return sum(1 for char in text if char > "\x7f")


def _is_japanese(text: str) -> bool:
    # Half-width katakana is what other encodings look like when read as Shift JIS: it does not count.
    kana = len(re.findall(_KANA, text))
    foreign = _foreign(text)
    return kana >= 2 and len(re.findall(_KANA_OR_HAN, text)) >= 0.95 * foreign and kana >= 0.2 * foreign


def _is_cyrillic(text: str) -> bool:
    letters = sum(len(word) for word in re.findall(_CYRILLIC_WORD, text))
    return letters >= 4 and letters >= 0.9 * _foreign(text)


def _is_western(text: str) -> bool:
    # In a word of a Western language letters with marks stand among plain ones; elsewhere runs of them are noise.
    letters = re.findall(_WESTERN, text)
    if any(all(re.match(_WESTERN, letter) for letter in triple) for triple in _triples(text)):
        return False
    return len(letters) + len(re.findall(_WESTERN_MARKS, text)) == _foreign(text)


def _triples(text: str) -> list[tuple[str, str, str]]:
    return [(found[0][0], found[0][1], found[0][2]) for found in re.finditer(r"[\x80-\U0010ffff]{3}", text)]
