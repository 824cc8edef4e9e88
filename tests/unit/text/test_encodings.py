"""Which encoding a file is in: found out where its text makes sense, refused where not, and taken as chosen."""

from __future__ import annotations

import codecs
import os
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import EncodingError, UndecodableError
from copilot_desktop.text.encoding_names import ENCODINGS, name_of
from copilot_desktop.text.encodings import TextFormat, decode, decode_as, decode_preferring, encode, encode_pieces
from copilot_desktop.text.lines import LineEnding

RUSSIAN = "Привет, мир! Это обычный русский текст о программе.\n"
KNOWN = (
    ("cp1250", "Zażółć gęślą jaźń. Dzień dobry, proszę państwa! Święta są w grudniu.\n"),
    ("cp1251", RUSSIAN),
    ("koi8_r", RUSSIAN),
    ("cp1252", "Gärten und Bäume, café\r\n"),
    ("cp1253", "Καλημέρα κόσμε. Αυτό είναι ένα ελληνικό κείμενο.\n"),
    ("cp1254", "Günaydın dünya. Şu çalışma, ışığı değiştirir.\n"),
    ("cp1252", "It’s a “quoted” word — and the café’s façade\n"),
    ("cp1252", "ÉTÉ, Ÿ and Šárka\n"),
    ("mac_roman", "Le café est fermé\n"),
    ("mac_roman", "Für Größe und Bäume können\n"),
    ("mac_roman", "Mañana será otro día, ¿no?\n"),
    ("mac_roman", "We don’t know “why” he isn’t here — really…\r"),
    ("mac_roman", "L’été dernier, à Nîmes, où l’élève naïf mangea ça\n"),
    ("shift_jis", "こんにちは世界。これは日本語のテキストです。\n"),
    ("euc_jp", "こんにちは世界。これは日本語のテキストです。\n"),
    ("euc_kr", "안녕하세요. 이것은 한국어 텍스트입니다. 프로그램 설명.\n"),
    ("gb18030", "你好，世界。这是一个中文文本文件，用于测试编码检测。\n"),
    ("big5", "你好，世界。這是一個中文文本文件，用於測試編碼檢測。\n"),
    ("utf-16-le", "def f():\n    return 'wörd'\n"),
    ("utf-16-be", "def f():\n    return 'wörd'\n"),
    ("utf-32-le", "def f():\n    return 'wörd'\n"),
    ("utf-32-be", "def f():\n    return 'wörd'\n"),
)


@pytest.mark.parametrize(("encoding", "text"), KNOWN)
def test_a_text_is_found_out_and_comes_back_byte_for_byte(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    found, text_format = decode(data)
    assert (found, text_format.encoding, text_format.has_bom) == (text, encoding, False)
    assert encode(found, text_format) == data


@pytest.mark.parametrize("text", ["שלום עולם. זהו טקסט בעברית.", "مرحبا بالعالم. هذا نص عربي عادي للتجربة."])
def test_alphabets_that_look_like_others_are_refused_and_read_as_chosen(text: str) -> None:
    encoding = "cp1255" if text[0] == "ש" else "cp1256"
    data = text.encode(encoding)
    with pytest.raises(UndecodableError, match="no other encoding"):
        decode(data)
    assert decode_as(data, encoding) == (text, TextFormat(encoding, False, LineEnding.LF))


def test_binary_data_is_refused() -> None:
    chance = random.Random(3)  # noqa: S311
    for size in (16, 200, 5_000):
        for data in (
            chance.randbytes(size),
            b"\0" + chance.randbytes(size),
            os.urandom(size // 2) + b"\0" * (size // 2),
        ):
            with pytest.raises(UndecodableError):
                decode(data)


def test_a_wrong_choice_is_refused_with_the_place() -> None:
    with pytest.raises(UndecodableError, match=r"byte 6 \(line 2\)"):
        decode_as(b"a\nbcde\xff\n", "utf-8")
    with pytest.raises(UndecodableError, match="UTF-16 LE"):
        decode_as(b"abc", "utf-16-le")


def test_a_mark_is_kept_apart_only_where_it_is_the_encodings_own() -> None:
    assert decode_as(codecs.BOM_UTF8 + b"a", "utf-8") == ("a", TextFormat("utf-8", True, LineEnding.LF))
    assert decode_as(codecs.BOM_UTF8 + b"a", "cp1252")[0] == "ï»¿a"


@pytest.mark.parametrize("each", ENCODINGS, ids=lambda each: each.name)
def test_every_choice_has_a_codec_and_its_own_name(each: object) -> None:
    named = next(known for known in ENCODINGS if known is each)
    text_format = TextFormat(named.codec, named.has_bom, LineEnding.LF)
    assert name_of(text_format.encoding, has_bom=text_format.has_bom) == named.name
    assert decode_as(encode("plain\n", text_format), named.codec) == ("plain\n", text_format)


def test_a_character_without_a_form_is_named_with_its_line() -> None:
    with pytest.raises(EncodingError, match=r"'日' \(U\+65E5\) in line 3"):
        encode("a\nb\n日\n", TextFormat("cp1252", False, LineEnding.LF))


@given(
    st.text(st.sampled_from("ab\r\né日🙂\ud800\u0100"), max_size=40),
    st.integers(1, 7),
    st.sampled_from(["utf-8", "utf-16-le", "cp1252", "shift_jis", "iso2022_jp", "gb18030"]),
    st.booleans(),
)
def test_a_text_in_pieces_is_encoded_as_in_one_go(text: str, size: int, encoding: str, has_bom: bool) -> None:
    text_format = TextFormat(encoding, has_bom, LineEnding.LF)
    data = text.encode("utf-8", "surrogatepass")
    pieces = [data[at : at + size] for at in range(0, len(data), size)]

    def outcome(encoded: Callable[[], bytes]) -> bytes | str:
        try:
            return encoded()
        except EncodingError as error:
            return error.message

    in_pieces = outcome(lambda: b"".join(encode_pieces(pieces, text_format)))
    assert in_pieces == outcome(lambda: encode(text, text_format))


def test_an_encoding_is_preferred_as_far_as_the_bytes_allow() -> None:
    assert decode_preferring("zéro\n".encode("latin-1"), "iso8859-1") == "zéro\n"
    assert decode_preferring("zéro\n".encode(), "ascii") == "zéro\n"
    with pytest.raises(UndecodableError):
        decode_preferring(b"\x00\x01\xff" * 50, "ascii")
