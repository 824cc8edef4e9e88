"""Lines, positions, encodings and differences against what Python and git say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.errors import EncodingError, NotTextError
from copilot_desktop.text.diff import diff_line_lists, diff_words, unified_diff
from copilot_desktop.text.encodings import TextFormat, decode, encode
from copilot_desktop.text.lines import LineEnding, line_ending_of, line_starts, split_lines
from copilot_desktop.text.positions import CodePointOffset, PositionMap

WILD = st.text(st.sampled_from("ab\n\r\f\u2028é😀\x85 "), max_size=600)


@given(WILD)
def test_lines_join_to_the_text_and_end_only_at_line_ends(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(line_ending_of(line) for line in lines[:-1])
    assert all(not set(line[: len(line) - len(line_ending_of(line))]) & {"\n", "\r"} for line in lines)
    assert [text[start:] for start in line_starts(text)][1:] == [
        "".join(lines[index:]) for index in range(1, len(lines) + 1) if line_ending_of(lines[index - 1])
    ]


@given(WILD)
def test_positions_agree_with_the_encoders(text: str) -> None:
    positions = PositionMap(text)
    for at in range(0, len(text) + 1, 7):
        offset = CodePointOffset(at)
        assert positions.to_utf8(offset) == len(text[:at].encode())
        assert positions.to_utf16(offset) == len(text[:at].encode("utf-16-le")) // 2
        assert positions.from_utf8(positions.to_utf8(offset)) == at


@given(st.binary(max_size=200))
def test_whatever_decodes_comes_back_byte_for_byte(data: bytes) -> None:
    try:
        text, text_format = decode(data)
    except NotTextError:
        return
    assert encode(text, text_format) == data


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("naïve café, déjà vu\r\n", "cp1252"),
        ("Привет, мир\n", "cp1251"),
        ("これはテストです。\n", "shift_jis"),
        ("これはテストです。\n", "euc_jp"),
    ],
)
def test_legacy_text_is_found_and_comes_back(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    found, text_format = decode(data)
    assert (found, text_format.encoding) == (text, encoding)
    assert encode(found, text_format) == data


def test_a_character_without_a_form_is_named_with_its_line() -> None:
    with pytest.raises(EncodingError, match=r"U\+2192.* in line 2 "):
        encode("a\nb → c\n", TextFormat("cp1252", False, LineEnding.LF))


@given(st.lists(st.sampled_from("abcd\r"), max_size=30), st.lists(st.sampled_from("abcd\r"), max_size=30))
def test_line_changes_turn_the_one_into_the_other(old: list[str], new: list[str]) -> None:
    out, at = [], 0
    for change in diff_line_lists(old, new):
        out += old[at : change.old.start] + new[change.new.start : change.new.end]
        at = change.old.end
    assert out + old[at:] == new


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n"]), max_size=25).map("".join)


@settings(max_examples=15, deadline=None)
@given(LINES, LINES, st.sampled_from(["", "x", "y"]), st.sampled_from(["", "x", "y"]))
def test_git_applies_the_unified_diff(tmp_path_factory: pytest.TempPathFactory, a: str, b: str, c: str, d: str) -> None:
    old, new = a + c, b + d
    diff = unified_diff("a b.txt", old, new)
    assert bool(diff) == (old != new)
    folder: Path = tmp_path_factory.mktemp("git")
    (folder / "a b.txt").write_bytes(old.encode())
    if diff:
        subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=folder, check=True)
    assert (folder / "a b.txt").read_bytes() == new.encode()


def test_words_that_changed_are_spans_of_each_line() -> None:
    assert diff_words("return sum(i.price)", "return sum(i.net)") == (((13, 18),), ((13, 16),))
