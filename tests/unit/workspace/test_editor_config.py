"""EditorConfig: the files of the folder, the innermost first, whatever stands in them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace.editor_config import EditorConfig, read_editor_config
from copilot_desktop.workspace.paths import Workspace


def config(folder: Path, path: str, **files: str) -> EditorConfig:
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("root", ".")
        place.mkdir(parents=True, exist_ok=True)
        (place / ".editorconfig").write_text(text, encoding="utf-8")
    return read_editor_config(Workspace(folder), path)


def test_every_property_is_read(tmp_path: Path) -> None:
    found = config(
        tmp_path,
        "src/a.py",
        root="root = true\n[*.py]\nindent_style = Tab\nindent_size = tab\ntab_width = 8\nend_of_line = crlf\n"
        "charset = utf-8-bom\ntrim_trailing_whitespace = true\ninsert_final_newline = false\nmax_line_length = 100\n",
    )
    assert found == EditorConfig(True, 8, 8, LineEnding.CRLF, ("utf-8", True), True, False, 100)


def test_the_inner_file_wins_and_root_ends_the_way_up(tmp_path: Path) -> None:
    files = {"root": "[*]\nindent_size = 2\nmax_line_length = 80\n", "a": "[*.py]\nindent_size = 4\n"}
    found = config(tmp_path, "a/b/c.py", **files)
    assert (found.indent_columns, found.ruler_column) == (4, 80)
    found = config(tmp_path, "a/b/c.py", a__b="root = true\n[c.py]\nindent_style = space\n")
    assert found == EditorConfig(is_indented_by_tabs=False)
    assert config(tmp_path, "x.js").indent_columns == 2


def test_files_above_the_folder_count_until_one_is_the_root(tmp_path: Path) -> None:
    inner = tmp_path / "shop" / "web"
    inner.mkdir(parents=True)
    (tmp_path / ".editorconfig").write_text("root = true\n[*]\nindent_size = 3\nmax_line_length = 70\n")
    (tmp_path / "shop" / ".editorconfig").write_text("[web/*.py]\nindent_size = 5\n")
    found = config(inner, "a.py", root="[*.py]\nmax_line_length = 90\n")
    assert (found.indent_columns, found.ruler_column) == (5, 90)
    assert config(inner, "a.js").indent_columns == 3
    (tmp_path / "shop" / ".editorconfig").write_text("root = true\n")
    assert config(inner, "a.js").indent_columns is None
    (inner / ".editorconfig").write_text("root = true\n[*]\nindent_style = tab\n")
    assert config(inner, "a.py") == EditorConfig(is_indented_by_tabs=True)


def test_what_is_wrong_above_the_folder_is_said_with_its_whole_path(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    above = tmp_path / ".editorconfig"
    above.write_text("root = true\n[*]\nno line of it\nindent_size = 3\n")
    found = read_editor_config(Workspace(inner), "a.py")
    assert found.indent_columns == 3
    assert found.problems == (f"{above.as_posix()}: lines that cannot be read are passed over.",)


def test_a_link_of_the_folder_out_of_it_is_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "rules").write_text("[*]\nindent_size = 3\n")
    (inner / ".editorconfig").symlink_to(tmp_path / "rules")
    found = read_editor_config(Workspace(inner), "a.py")
    assert found.indent_columns is None
    assert "leads out of" in found.problems[0]


@pytest.mark.parametrize(
    ("text", "columns", "problem"),
    [
        ("[*]\nindent_size = many\n", None, ""),
        ("[*]\nindent_size = 0\n", None, ""),
        ("[*]\nindent_size = unset\nmax_line_length = off\ncharset = ebcdic\n", None, ""),
        ("[*]\nthis is no line\nindent_size = 3\n", 3, "passed over"),
        ("[*]\n" + "# comment\n" * 20_000, None, "larger"),
        ("[*.{a,b\nindent_size=3\n", None, "passed over"),
        ("[*.{py,js}]\nindent_size = 3\n", 3, ""),
        ("[{1..9}.py]\nindent_size = 3\n[{a,b}.py]\nindent_size = 4\n", 4, ""),
        ("[[]\nindent_size = 3\n", None, ""),
        ("\ufeff[*]\nindent_size = 3\n", 3, ""),
    ],
)
def test_what_makes_no_sense_is_passed_over_and_said(
    tmp_path: Path, text: str, columns: int | None, problem: str
) -> None:
    found = config(tmp_path, "a.py", root=text)
    assert found.indent_columns == columns
    assert problem in "".join(found.problems)
    assert bool(problem) == bool(found.problems)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_bytes(b"[*]\nindent_size = \xff\n")
    assert "not UTF-8" in read_editor_config(Workspace(tmp_path), "a.py").problems[0]


def test_a_pattern_made_to_take_long_does_not(tmp_path: Path) -> None:
    begun = time.process_time()
    found = config(tmp_path, "a" * 200 + ".py", root="[" + "*a" * 11 + "*b*.py]\nindent_size = 3\n")
    assert time.process_time() - begun < 5
    assert found.indent_columns is None
