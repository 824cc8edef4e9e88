"""What the system refuses the index of the real window: the status bar says it, and it goes on by itself or at once."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from copilot_desktop import child_processes
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from tests.flows.test_explorer import panel_of as explorer_of
from tests.flows.test_index_status import ask_for, choose, field, menu_of, offered
from tests.support.desktop import open_desktop
from tests.support.disk_faults import fill_disk, heeding_modes, small_disk
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

_PAGE = 4096
FULL = "The disk is full: there is no room for the index of this folder. Make room on the disk of the program's cache."


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "money.py").write_text("def round_price(price):\n    return round(price, 2)\n", encoding="utf-8")
    return folder


@pytest.fixture
def cache(server: OpenAIServer) -> Iterator[Path]:
    """The program's cache, on a disk of 16 MB: the index of the test takes 8."""
    with small_disk(program_folders(os.environ).cache, 16_000):
        yield program_folders(os.environ).cache


def shown_problems(qtbot: QtBot, desktop: DesktopWindow, action: str) -> str:
    """What the page says that the menu of the field opens."""
    QTest.mouseClick(field(desktop), Qt.MouseButton.LeftButton)
    choose(menu_of(qtbot, desktop), action)
    page = desktop.window.findChild(QPlainTextEdit, "index_problems")
    assert page is not None
    qtbot.waitUntil(page.hasFocus)
    return page.toPlainText()


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_full_disk_stops_the_index_until_there_is_room(
    qtbot: QtBot, project: Path, cache: Path, is_asked: bool
) -> None:
    with open_desktop(qtbot, project) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: field(desktop).text() == "Indexed")
        filler = fill_disk(cache)
        for number in range(100):
            text = f"def postpone_{number}():\n    return {number}\n" * 200
            (project / f"late_{number}.py").write_text(text, encoding="utf-8")
        qtbot.waitUntil(lambda: field(desktop).text() == "Index stopped")
        assert field(desktop).toolTip().startswith(FULL)
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(desktop))
        said = shown_problems(qtbot, desktop, "Show why the index stopped")
        assert said.startswith(f"{FULL}\nIt goes on by itself when it can.")
        filler.unlink()
        if is_asked:
            QTest.mouseClick(field(desktop), Qt.MouseButton.LeftButton)
            choose(menu_of(qtbot, desktop), "Try again now")
        qtbot.waitUntil(lambda: field(desktop).text() == "Indexed", timeout=60_000)
        panel.composer.focus_prompt()
        ask_for(panel, "postpone_77")
        qtbot.waitUntil(lambda: "postpone_77" in offered(desktop))


def test_an_index_damaged_while_it_is_asked_is_made_anew(qtbot: QtBot, project: Path, server: OpenAIServer) -> None:
    chance = random.Random(8)  # noqa: S311 - what is written over it
    for number in range(50):
        (project / f"f{number}.py").write_text(f"def f{number}():\n    return {number}\n" * 50, encoding="utf-8")
    with open_desktop(qtbot, project) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(desktop))
        qtbot.waitUntil(lambda: field(desktop).text() == "Indexed")
        (place,) = program_folders(os.environ).cache.rglob("index-*/*.sqlite")
        for each in (place, place.with_name(f"{place.name}-wal")):
            pages = each.stat().st_size // _PAGE
            with each.open("r+b") as file:
                for page in range(1, pages):
                    file.seek(page * _PAGE)
                    file.write(chance.randbytes(_PAGE))
        ask_for(panel, "round_pri")
        qtbot.waitUntil(lambda: "round_price" in offered(desktop))
        assert field(desktop).text() in ("Indexed", "")


def test_a_cache_that_is_deleted_under_the_window_is_made_anew(
    qtbot: QtBot, project: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, project) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.composer.focus_prompt()
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(desktop))
        (place,) = program_folders(os.environ).cache.rglob("index-*/*.sqlite")
        for each in place.parent.iterdir():
            each.unlink()
        place.parent.rmdir()
        (project / "later.py").write_text("def postpone_price():\n    return 1\n", encoding="utf-8")
        ask_for(panel, "postpone")
        qtbot.waitUntil(lambda: "postpone_price" in offered(desktop))
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(desktop))


def test_what_may_not_be_read_is_listed_in_one_line_each(
    qtbot: QtBot, project: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = child_processes.worker_command
    monkeypatch.setattr(child_processes, "worker_command", lambda name: heeding_modes(command(name)))
    (project / "closed").mkdir(mode=0)
    (project / "mine\n\u202egnp.py").write_text("def postpone():\n    pass\n", encoding="utf-8")
    (project / "mine\n\u202egnp.py").chmod(0)
    (project / os.fsdecode(b"latin\xe9.py")).write_text("def postpone():\n    pass\n", encoding="utf-8")
    try:
        with open_desktop(qtbot, project) as desktop:
            panel = panel_of(qtbot, desktop)
            panel.composer.focus_prompt()
            ask_for(panel, "round_p")
            qtbot.waitUntil(lambda: field(desktop).text() == "3 files not indexed")
            qtbot.waitUntil(lambda: "round_price" in offered(desktop))
            model = explorer_of(desktop).model
            row = model.index_of("mine\n\u202egnp.py")
            assert (row.data(), row.data(Qt.ItemDataRole.EditRole)) == ("mine⟨LF⟩⟨U+202E⟩gnp.py", "mine\n\u202egnp.py")
            assert shown_problems(qtbot, desktop, "Show what is not indexed (3)").splitlines() == [
                "• This account may not look into the folder closed: nothing in it is searched.",
                "• latin�.py has a name that is no text: it is not in the index.",
                "• This account may not read mine⟨LF⟩⟨U+202E⟩gnp.py. It is found by its name alone.",
            ]
    finally:
        (project / "closed").chmod(0o700)
