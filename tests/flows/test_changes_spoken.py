"""One's own changes, findings on them and the commit box as a screen reader reads them, on a private bus."""

from __future__ import annotations

import os
from pathlib import Path

from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from tests.support.findings import ADDING, CHANGED, COUNT, FIX, make_changes
from tests.support.openai_server import OpenAIServer
from tests.support.screen_reading import NEEDED, read_by

pytestmark = NEEDED


def test_changes_findings_and_the_message_are_read(tmp_path: Path) -> None:
    project = make_changes(tmp_path)
    project.git("add", "cart.py")
    project.write("cart.py", f"# Prices\n{CHANGED}")
    (project.root / "notes.md").unlink()
    with OpenAIServer() as server:
        server.answers(f"{ADDING}\n{FIX}\n{COUNT}")
        server.answers("cart: count each item")
        profile = ProfileSetting("Test", base_url=server.base_url, model="test-model", key_source="none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        read = read_by("changes_reader.py", project.root)
    assert read["button"] == "Changes: 2 changed files"
    files, diff, marked = ([name for _role, name in read[key]] for key in ("files", "diff", "marked"))
    assert {role for key in ("files", "diff", "findings", "marked") for role, _name in read[key]} == {"list item"}
    assert files == [
        "Staged: 1 file", "cart.py, modified, 2 added, 2 removed",
        "Changes: 1 file", "cart.py, modified, 1 added, 0 removed",
        "Untracked: 1 file", ".env, untracked, 1 added, 0 removed",
    ]  # fmt: skip
    assert diff[3:7] == [
        "File cart.py", "Change at line 1, 1 added, 0 removed: Changed", "added line 1: # Prices",
        "unchanged line 2: def total(items):",
    ]  # fmt: skip
    assert read["send"].startswith("Send 1 file to test-model: ")
    why = "None plus a number fails with the first item."
    assert [name for _role, name in read["findings"]] == [
        f"Problem, cart.py:3: {why} It has a fix.", "Doubt, cart.py:4–5: An item may have no count.",
    ]  # fmt: skip
    assert marked[marked.index("unchanged line 3:     result = None") + 1] == (
        f"Problem, line 3: {why} It has a fix: T shows it."
    )
    assert "Dismiss for good" in read["buttons"]
    assert all(read["buttons"])
    assert read["message"] == "cart: count each item"
