"""Properties of lines, offsets, encodings and differences on wild texts."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.text.diff import diff_lines, diff_words
from copilot_desktop.text.encodings import decode, encode
from copilot_desktop.text.lines import LineEnding, dominant_ending, line_starts, split_lines, without_ending
from copilot_desktop.text.positions import CodePointOffset, PositionMap, Utf8Offset

WILD = st.text(st.sampled_from("ab \t\n\r\f\v\u2028\x85é漢😀\u0301\xa0"), max_size=40)
LONG = st.tuples(WILD, st.integers(1, 40)).map(lambda pair: pair[0] * pair[1])
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@given(LONG, st.data())
def test_an_offset_goes_to_every_unit_and_back(text: str, data: st.DataObject) -> None:
    positions = PositionMap(text)
    at = CodePointOffset(data.draw(st.integers(0, len(text))))
    utf8, utf16 = positions.to_utf8(at), positions.to_utf16(at)
    assert utf8 == len(text[:at].encode())
    assert utf16 == len(text[:at].encode("utf-16-le")) // 2
    assert positions.from_utf8(utf8) == at


@given(LONG, st.data())
def test_an_offset_inside_a_code_point_belongs_to_its_start(text: str, data: st.DataObject) -> None:
    positions = PositionMap(text)
    byte = data.draw(st.integers(0, len(text.encode())))
    assert positions.from_utf8(Utf8Offset(byte)) == len(text.encode()[:byte].decode(errors="ignore"))


@pytest.mark.parametrize("text", ["", "abc", "é😀"])
def test_an_offset_outside_the_text_is_refused_in_every_unit(text: str) -> None:
    positions = PositionMap(text)
    for length, convert in (
        (len(text), lambda at: positions.to_utf8(CodePointOffset(at))),
        (len(text), lambda at: positions.to_utf16(CodePointOffset(at))),
        (len(text.encode()), lambda at: positions.from_utf8(Utf8Offset(at))),
    ):
        convert(length)
        for outside in (-1, length + 1):
            with pytest.raises(ValueError, match="outside"):
                convert(outside)


@given(WILD, st.sampled_from(sorted(MARKS)))
def test_every_mark_names_its_encoding_and_the_bytes_come_back(text: str, encoding: str) -> None:
    data = MARKS[encoding] + text.encode(encoding)
    found, text_format = decode(data)
    assert (found, text_format.encoding, text_format.has_bom) == (text, encoding, True)
    assert encode(found, text_format) == data


@given(WILD)
def test_text_without_a_mark_is_utf8_and_the_bytes_come_back(text: str) -> None:
    found, text_format = decode(text.encode())
    assert (found, text_format.encoding, text_format.has_bom) == (text, "utf-8", False)
    assert text_format.ending == dominant_ending(text)
    assert encode(found, text_format) == text.encode()


@given(WILD)
def test_splitting_lines_loses_nothing_and_agrees_with_the_line_starts(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    starts = line_starts(text)
    assert [text[start:].startswith(line) for start, line in zip(starts, lines, strict=False)] == [True] * len(lines)
    assert len(starts) == len(lines) + (not text or text[-1] in "\r\n")
    # Bytes cut at \n, \r and \r\n and nowhere else, which is what is wanted of text.
    assert [line.encode() for line in lines] == text.encode().splitlines(keepends=True)
    assert all("\n" not in without_ending(line) and "\r" not in without_ending(line) for line in lines)


@given(WILD, WILD)
def test_line_changes_are_apart_and_turn_the_old_text_into_the_new(one: str, two: str) -> None:
    for old, new in ((one, two), (one + two, two + one), (one + two, one), (one, one)):
        old_lines, new_lines = split_lines(old), split_lines(new)
        out: list[str] = []
        old_at = new_at = 0
        for index, change in enumerate(diff_lines(old, new)):
            assert change.old.start - old_at == change.new.start - new_at
            assert index == 0 or change.old.start > old_at
            assert len(change.old) + len(change.new) > 0
            out += old_lines[old_at : change.old.start] + new_lines[change.new.start : change.new.end]
            old_at, new_at = change.old.end, change.new.end
        assert "".join(out + old_lines[old_at:]) == new


@given(WILD, WILD)
def test_changed_words_cut_away_leave_the_same_on_both_sides(old: str, new: str) -> None:
    def kept(text: str, spans: tuple[tuple[int, int], ...]) -> str:
        at, out = 0, ""
        for start, end in spans:
            assert at <= start < end <= len(text)
            out, at = out + text[at:start], end
        return out + text[at:]

    old_spans, new_spans = diff_words(old, new)
    assert kept(old, old_spans) == kept(new, new_spans)


def test_a_draw_between_line_endings_goes_to_the_first_and_no_ending_is_lf() -> None:
    assert dominant_ending("a\r\nb\n") is LineEnding.CRLF
    assert dominant_ending("a\nb\r") is LineEnding.LF
    assert dominant_ending("a") is LineEnding.LF
    assert dominant_ending("a\rb\r\nc\r") is LineEnding.CR
