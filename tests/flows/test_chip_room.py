"""The composer with many chips: they scroll above the prompt, and what opens above them stays inside the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat.budget_popup import BudgetPopup
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipPreview
from copilot_desktop.ui.chat.mention_list import MentionList
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.pane_splitter import PaneSplitter
from copilot_desktop.ui.secrets_popup import SecretsPopup
from tests.support.clipping import wait_unclipped
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of

WIDTH, HEIGHT, FILES = 1280, 800, 20


@pytest.fixture
def desktop(qtbot: QtBot, server: OpenAIServer, tmp_path: Path) -> Iterator[DesktopWindow]:
    folder = make_shop(tmp_path)
    (folder / "parts").mkdir()
    for number in range(FILES):
        (folder / f"parts/part_{number:02}.py").write_text(f"N = {number}\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as shown:
        shown.window.resize(WIDTH, HEIGHT)
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def name(qtbot: QtBot, desktop: DesktopWindow, letters: str, title: str) -> ChatPanel:
    """Choose what `@` offers first for these letters, once it is that."""
    panel = panel_of(qtbot, desktop)
    count = len(panel.composer.chips.views)
    QTest.keyClicks(panel.composer.prompt, f" @{letters}")

    def is_offered() -> bool:
        lists = [each for each in desktop.window.findChildren(MentionList) if each.isVisible()]
        rows = [each.row() for each in lists]
        return any(row is not None and row.title == title for row in rows)

    qtbot.waitUntil(is_offered)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) > count)
    return panel


def inside(widget: QWidget, window: QWidget) -> bool:
    place = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
    return QRect(window.mapToGlobal(QPoint(0, 0)), window.size()).contains(place)


def in_sight(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect().size() == widget.size()


def test_many_chips_leave_the_window_its_size_and_the_prompt_in_sight(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel, window = name(qtbot, desktop, "parts/", "parts/"), desktop.window
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == FILES)
    views = panel.composer.chips.views
    qtbot.waitUntil(lambda: in_sight(views[0]) and not in_sight(views[-1]))
    assert window.size().toTuple() == (WIDTH, HEIGHT)
    assert inside(panel.composer, window)
    assert in_sight(panel.composer.send)
    assert in_sight(panel.composer.budget)
    # What is added now can be seen, and so can whatever the keyboard goes to.
    name(qtbot, desktop, "basket", "basket.py")
    qtbot.waitUntil(lambda: in_sight(panel.composer.chips.views[-1]))
    panel.composer.chips.views[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: in_sight(panel.composer.chips.views[0]))
    assert not in_sight(panel.composer.chips.views[-1])


def test_one_chip_takes_one_row_and_none_takes_no_room(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = name(qtbot, desktop, "basket", "basket.py")
    area, (chip,) = panel.composer.chip_area, panel.composer.chips.views
    qtbot.waitUntil(lambda: in_sight(chip) and area.height() == chip.height())
    chip.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not area.isVisible())


def test_the_table_of_the_prompt_opens_inside_the_window(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    QTest.keyClicks(panel.composer.prompt, "what is it")
    qtbot.waitUntil(lambda: "tk" in panel.composer.budget.accessibleName() or bool(panel.composer.budget.toolTip()))
    desktop.window.commands.run("chat.show_parts")
    (popup,) = desktop.window.findChildren(BudgetPopup)
    qtbot.waitUntil(popup.isVisible)
    assert inside(popup, desktop.window)
    # Figures that come later may make it larger.
    popup.resize(popup.width() + 150, popup.height() + 40)
    qtbot.waitUntil(lambda: inside(popup, desktop.window))
    foot = popup.mapToGlobal(QPoint(0, popup.height())).y()
    assert foot <= panel.composer.budget.mapToGlobal(QPoint(0, 0)).y()


def close_popups() -> None:
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


@pytest.mark.parametrize("size_pt", [13, 18])
def test_what_chips_and_secrets_open_stays_beside_them_and_inside(
    qtbot: QtBot, tmp_path: Path, desktop: DesktopWindow, size_pt: int
) -> None:
    panel, window = panel_of(qtbot, desktop), desktop.window
    chat = window.findChild(ChatInWindow)
    assert chat is not None
    chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
    qtbot.waitUntil(lambda: window.font().pointSize() == size_pt)
    folder = tmp_path / "shop"
    path = "a_rather_long_folder/with_another_one_inside/and_one_more/keys_of_the_environment.py"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("URL = 'postgres://app:hunter2x@db/prod'\nS = 'q8Zr4TnVw2XkPb7LsD3mHf6c'\n")
    panel.add_file(path)
    qtbot.waitUntil(panel.composer.secrets.isVisible)
    panel.composer.secrets.open()
    (secrets,) = panel.composer.findChildren(SecretsPopup)
    qtbot.wait(100)
    assert inside(secrets, window)
    foot = secrets.mapToGlobal(QPoint(0, secrets.height())).y()
    assert 0 <= panel.composer.secrets.mapToGlobal(QPoint(0, 0)).y() - foot < 12
    close_popups()
    panel.composer.chips.views[0].click()
    (preview,) = panel.composer.findChildren(ChipPreview)
    qtbot.wait(100)
    assert inside(preview, window)
    wait_unclipped(qtbot, preview)
    close_popups()


def test_a_narrow_chat_tells_of_secrets_and_long_names(qtbot: QtBot, tmp_path: Path, desktop: DesktopWindow) -> None:
    panel, window = panel_of(qtbot, desktop), desktop.window
    path = "keys_of_the_production_environment_in_europe.py"
    (tmp_path / "shop" / path).write_text("URL = 'postgres://app:hunter2x@db/prod'\nS = 'q8Zr4TnVw2XkPb7LsD3mHf6c'\n")
    for each in (path, "basket.py"):
        panel.add_file(each)
    secrets = panel.composer.secrets
    qtbot.waitUntil(secrets.isVisible)
    (chip, _other) = panel.composer.chips.views
    qtbot.waitUntil(lambda: "1 masked, 1 may be secret" in chip.text())
    chat, splitter = window.findChild(ChatInWindow), window.findChild(PaneSplitter)
    assert chat is not None
    assert splitter is not None
    splitter.set_widths((240, WIDTH - 240 - 280, 280))
    for size_pt, told in (
        (9, "1 masked, 1 may be secret. Choose…"),
        (12, "1 masked, 1 sent. Choose…"),
        (18, "2 found. Choose…"),
    ):
        chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
        qtbot.waitUntil(lambda told=told: secrets.fitting() == told)  # type: ignore[misc]
        # Something of the name and of the mark.
        assert chip.fitting().startswith("keys…  1 m")
        wait_unclipped(qtbot, panel.composer)
    QTest.keyClicks(panel.composer.prompt, "is it safe")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send" and bool(panel.conversation.transcript.turns))
    wait_unclipped(qtbot, panel)


def test_a_long_name_gives_way_and_the_tokens_stay(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = name(qtbot, desktop, "basket", "basket.py")
    (chip,) = panel.composer.chips.views
    qtbot.waitUntil(lambda: chip.text().endswith(" tk"))
    assert chip.fitting() == chip.text()
    panel.composer.chip_area.setFixedWidth(chip.width() - 30)
    qtbot.waitUntil(lambda: "…" in chip.fitting())
    assert chip.fitting().startswith("b")
    assert chip.fitting().endswith(chip.text().partition("  ")[2])
    panel.composer.chip_area.setFixedWidth(WIDTH)
    qtbot.waitUntil(lambda: chip.fitting() == chip.text())
