"""Sizes that keep the code readable. An exception is one line with its reason; five at most."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FILE_LINES, CLASS_LINES, CLASS_METHODS, FUNCTION_LINES = 500, 300, 20, 50
TEST_FILE_LINES, TEST_FUNCTION_LINES = 600, 80

# "path::name" -> reason. At most five.
EXCEPTIONS: dict[str, str] = {}

# Overrides of a framework's methods do not count as methods of our own.
FRAMEWORK_SUFFIXES = ("Event",)
FRAMEWORK_METHODS = frozenset(
    {"sizeHint", "minimumSizeHint", "heightForWidth", "hasHeightForWidth", "event", "eventFilter", "viewportEvent"}
    | {
        "rowCount",
        "columnCount",
        "data",
        "headerData",
        "index",
        "parent",
        "flags",
        "setData",
        "hasChildren",
        "mimeData",
    }
    | {"canFetchMore", "fetchMore", "mimeTypes", "roleNames", "supportedDropActions", "dropMimeData", "paint"}
    | {"createEditor", "setEditorData", "setModelData", "updateEditorGeometry", "initStyleOption", "lessThan"}
    | {"scrollContentsBy", "viewportSizeHint", "focusNextPrevChild", "filterAcceptsRow", "emit"}
)


def code_lines(source: str) -> set[int]:
    """Line numbers that hold code: no blank lines, comments or docstrings."""
    lines: set[int] = set()
    skip = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    )
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skip:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            doc = node.body[0]
            lines -= set(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
    return lines


def own_methods(node: ast.ClassDef) -> int:
    """Methods that are not overrides of the framework's and not accessors without a body."""
    names = {item.name for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)}
    return sum(
        1
        for name in names
        if not name.startswith("__") and name not in FRAMEWORK_METHODS and not name.endswith(FRAMEWORK_SUFFIXES)
    )


Sized = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def line_limit(node: Sized, in_tests: bool) -> int | None:
    """Lines of code it may have; None is any number."""
    if isinstance(node, ast.ClassDef):
        return None if in_tests else CLASS_LINES
    return TEST_FUNCTION_LINES if in_tests else FUNCTION_LINES


def line_range(node: Sized) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def too_large(path: Path, in_tests: bool) -> Iterator[str]:
    """Findings of one file, each beginning with its key."""
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    file_limit = TEST_FILE_LINES if in_tests else FILE_LINES
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Sized)]
    limits = [(node, limit) for node in nodes if (limit := line_limit(node, in_tests)) is not None]
    for node in nodes:
        if isinstance(node, ast.ClassDef) and not in_tests and own_methods(node) > CLASS_METHODS:
            yield f"{name}::{node.name} has {own_methods(node)} methods of its own, limit {CLASS_METHODS}"
    # Most are small with blank lines and comments, too: to tell these apart in every file took most of the time.
    if source.count("\n") < file_limit and all(len(line_range(node)) <= limit for node, limit in limits):
        return
    lines = code_lines(source)
    if len(lines) > file_limit:
        yield f"{name}::file has {len(lines)} lines of code, limit {file_limit}"
    for node, limit in limits:
        size = len(lines & set(line_range(node)))
        if size > limit:
            yield f"{name}::{node.name} has {size} lines of code, limit {limit}"


@cache
def all_findings(folder: str, in_tests: bool) -> tuple[str, ...]:
    """Findings of a folder of the project."""
    return tuple(line for path in python_files(folder) for line in too_large(path, in_tests))


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(("folder", "in_tests"), [("copilot_desktop", False), ("installers", False), ("tests", True)])
def test_nothing_is_too_large(folder: str, in_tests: bool) -> None:
    excused = [line for line in all_findings(folder, in_tests) if line.split(" ", 1)[0] not in EXCEPTIONS]
    assert not excused, "\n".join(excused)


def test_exceptions_are_few_and_needed() -> None:
    assert len(EXCEPTIONS) <= 5
    findings = (*all_findings("copilot_desktop", False), *all_findings("installers", False))
    keys = {line.split(" ", 1)[0] for line in findings}
    assert set(EXCEPTIONS) <= keys, "an exception that is no longer needed"


def test_the_check_finds_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.checks.test_sizes.ROOT", tmp_path)
    body = "\n".join(f"    x{i} = {i}" for i in range(60))
    (tmp_path / "long.py").write_text(f'def f():\n    """Doc."""\n{body}\n', encoding="utf-8")
    assert [line.split(" ", 1)[0] for line in too_large(tmp_path / "long.py", False)] == ["long.py::f"]
