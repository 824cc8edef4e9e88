"""The real program as a screen reader sees it: AT-SPI on a private bus, the window on a private screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.screen_reading import NEEDED, read_by

TEXT = "def total(items):\n    return 1  # zéro\n"
# Roles that are operated; a table cell, a separator or a pane needs no name of its own.
OPERATED = {
    "push button",
    "check box",
    "combo box",
    "text",
    "toggle button",
    "radio button",
    "spin button",
    "menu item",
}

pytestmark = NEEDED


@pytest.fixture
def seen(tmp_path: Path) -> dict[str, Any]:
    """What a screen reader found in the program with a file open."""
    (tmp_path / "basket.py").write_text(TEXT, encoding="utf-8")
    return read_by("screen_reader.py", tmp_path / "basket.py", "Text of basket.py")


def test_the_text_is_read_moved_in_and_typed_and_every_control_has_a_name(seen: dict[str, Any]) -> None:
    assert seen["text"] == TEXT
    assert {"editable", "multi line"} <= set(seen["states"])
    assert seen["caret"] == 4
    assert seen["typed"] == f"# typed\n{TEXT}"
    assert seen["explorer_is_shown"] is False
    nameless = [role for role, name, is_showing in seen["controls"] if role in OPERATED and is_showing and not name]
    assert nameless == []
    names = {name for _role, name, _is_showing in seen["controls"]}
    assert {"Prompt", "Send", "Explorer", "Settings", "File", "Open files"} <= names
