from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.paths import Workspace


@pytest.fixture
def applier(workspace: Workspace, tmp_path: Path) -> Applier:
    return Applier(workspace, tmp_path / "state")


@pytest.fixture
def planner(workspace: Workspace, applier: Applier) -> RestorePlanner:
    return RestorePlanner(workspace, applier.history)
