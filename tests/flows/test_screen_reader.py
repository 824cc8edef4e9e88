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


def test_the_welcome_page_is_read_and_leads_on() -> None:
    found = read_by("welcome_reader.py", None, variables={"OPENAI_API_KEY": "sk-x"})["controls"]
    nameless = [role for role, name, _about in found if role in OPERATED and not name]
    assert nameless == []
    buttons = {name: about for role, name, about in found if role == "push button"}
    assert {"Open a folder", "Connect a model in Settings, Models"} <= set(buttons)
    assert "api.openai.com, with the key in OPENAI_API_KEY" in buttons["Use OpenAI"]
    assert "new folder" in buttons["Try it on a sample project…"]
    texts = [name for role, name, _about in found if role == "label"]
    assert any("No telemetry" in text for text in texts)
