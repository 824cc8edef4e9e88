"""A folder with rule files, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_desktop.context.rules.finding import FoundRules, find_rules
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust

Write = Callable[[dict[str, str]], None]
Find = Callable[..., FoundRules]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    def write_all(files: dict[str, str]) -> None:
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    return write_all


@pytest.fixture
def find(folder: Path) -> Find:
    """Trusts the folder as it is now first, unless `is_trusted` says otherwise."""

    def find_now(*paths: str, is_trusted: bool = True, named: tuple[str, ...] = ()) -> FoundRules:
        workspace = Workspace(folder)
        trust = FolderTrust(workspace, folder.parent / "state")
        if is_trusted:
            trust.trust()
        return find_rules(ModelBorder(workspace), trust.agreed(), paths, named)

    return find_now
