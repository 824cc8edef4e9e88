"""A code block becomes a proposal for the file it is for, or a sentence says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.bridge.review.code_proposals import CodeProposals, CodeToPropose
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.paths import Workspace
from tests.support.plain_buffers import PlainBuffers
from tests.support.threads import running_thread

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"


class Bench:
    """The controller with what came of it."""

    def __init__(self, thread: AsyncThread, folder: Path) -> None:
        (folder / "basket.py").write_text(SOURCE, encoding="utf-8")
        workspace = Workspace(folder)
        self.buffers = PlainBuffers()
        self.code = CodeProposals(thread, self.buffers, WorkspaceFiles(lambda: workspace))
        self.made: list[ProposalMade] = []
        self.refused: list[Refused] = []
        self.code.proposed.connect(self.made.append)
        self.code.refused.connect(self.refused.append)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with running_thread() as thread:
        yield Bench(thread, tmp_path)


def test_a_block_for_a_selection_replaces_it(qtbot: QtBot, bench: Bench) -> None:
    item = ContextItem("1", ItemKind.SELECTION, "basket.py", "def other():\n    return 1\n", LineRange(4, 6))
    bench.code.propose(CodeToPropose("t", "def other():\n    return 2\n", "", (item,), "m"))
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    assert bench.made[0].proposal.files == {"basket.py": SOURCE.replace("return 1", "return 2")}
    assert bench.made[0].files == {"basket.py": SOURCE}


def test_a_block_that_names_a_file_is_the_whole_file_as_its_tab_has_it(qtbot: QtBot, bench: Bench) -> None:
    bench.buffers.put("basket.py", "unsaved = 1\n")
    bench.code.propose(CodeToPropose("t", "unsaved = 2\n", "basket.py", (), "m"))
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    assert bench.made[0].files == {"basket.py": "unsaved = 1\n"}
    assert bench.made[0].proposal.files == {"basket.py": "unsaved = 2\n"}


def test_a_new_file_is_proposed_as_one(qtbot: QtBot, bench: Bench) -> None:
    bench.code.propose(CodeToPropose("t", "x = 1\n", "new.py", (), "m"))
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    assert bench.made[0].proposal.files == {"new.py": "x = 1\n"}


def test_the_file_named_above_a_block_wins_over_the_selection(qtbot: QtBot, bench: Bench) -> None:
    item = ContextItem("1", ItemKind.SELECTION, "basket.py", "def other():\n    return 1\n", LineRange(4, 6))
    answer = "Done.\n\nshop/new.py\n```python\nx = 1\n```\n"
    bench.code.propose(CodeToPropose("t", "x = 1\n", "", (item,), "m", answer))
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    assert bench.made[0].proposal.files == {"shop/new.py": "x = 1\n"}


def test_marks_under_a_name_are_for_that_file(qtbot: QtBot, bench: Bench) -> None:
    bench.buffers.put("other.py", "a = 1\n")
    item = ContextItem("1", ItemKind.SELECTION, "basket.py", "def other():\n    return 1\n", LineRange(4, 6))
    pair = "<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n"
    bench.code.propose(CodeToPropose("t", pair, "", (item,), "m", f"`other.py`\n```python\n{pair}```\n"))
    qtbot.waitUntil(lambda: len(bench.made) == 1)
    assert bench.made[0].proposal.files == {"other.py": "a = 2\n"}


def test_a_selection_that_has_changed_is_a_sentence(qtbot: QtBot, bench: Bench) -> None:
    item = ContextItem("1", ItemKind.SELECTION, "basket.py", "gone()\n", LineRange(0, 1))
    bench.code.propose(CodeToPropose("t", "x()\n", "", (item,), "m"))
    qtbot.waitUntil(lambda: len(bench.refused) == 1)
    assert "changed since" in bench.refused[0].message


def test_without_a_file_it_is_not_guessed(qtbot: QtBot, bench: Bench) -> None:
    bench.code.propose(CodeToPropose("t", "x()\n", "", (), "m"))
    qtbot.waitUntil(lambda: len(bench.refused) == 1)
    assert "not known which file" in bench.refused[0].message
