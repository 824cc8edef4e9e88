from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.git_repository import GitFolder


@pytest.fixture
def project(tmp_path: Path) -> GitFolder:
    """A repository with one commit: a.py and b.py of five lines."""
    made = GitFolder(tmp_path / "project")
    made.commit("First", a_py="one\ntwo\nthree\nfour\nfive\n", b_py="b1\nb2\nb3\nb4\nb5\n")
    return made
