"""Indentation found in texts, and as people write it down."""

from __future__ import annotations

import pytest

from copilot_desktop.text.indentation import (
    Indentation,
    columns_problem,
    found_indentation,
    language_indentation_problem,
    read_columns,
    read_indentation,
    read_language_indentations,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("a\nb\n", None),
        ("a:\n  b\n    c\n  d\n", Indentation(False, 2)),
        ("def f():\n    a\n    b(c,\n      d)\n\n\ndef g():\n    a\n", Indentation(False, 4)),
        ("a\n\tb\n\t\tc\n", Indentation(True)),
        ("a\n\tb\n\tc\n  d\n", Indentation(True)),
        ("/*\n * a\n * b\n */\na {\n   b\n}\nc {\n   d\n}\n", Indentation(False, 3)),
        ("if a:\r\n        b\r\n", Indentation(False, 8)),
        ("f(aaaaaaaaaa,\n                     b)\n", None),
    ],
)
def test_found_in_a_text(text: str, found: Indentation | None) -> None:
    assert found_indentation(text) == found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("tab", Indentation(True)), ("Tabs 8", Indentation(True, 8)), ("2", Indentation(False, 2)),
        (" 4 ", Indentation(False, 4)),
        ("", None), ("0", None), ("17", None), ("two", None), ("2 spaces", None), ("tab x", None),
    ],
)  # fmt: skip
def test_read_as_written(written: str, read: Indentation | None) -> None:
    assert read_indentation(written) == read


def test_what_cannot_be_read_is_passed_over_and_named() -> None:
    written = "Go: tab, YAML: two; C++: 8"
    assert read_language_indentations(written) == {"go": Indentation(True), "c++": Indentation(False, 8)}
    assert "“YAML: two”" in language_indentation_problem(written)
    assert language_indentation_problem("Go: tab, C#: 4") == ""
    assert "“: 4”" in language_indentation_problem(": 4")
    assert read_columns("80, x, 0, 120,, 99999") == (80, 120)
    assert "“x”" in columns_problem("80, x")
    assert columns_problem("80; 120") == ""
