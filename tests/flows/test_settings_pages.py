"""The pages of the settings in the real window: themes, fonts, marks of what is changed, and the mouse wheel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import make_scaled_application
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.appearance_page import AppearancePage, ScalePercent, ThemeChoice
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_header import ChatHeader
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.preferences.price_box import PriceBox
from copilot_desktop.ui.preferences.setting_row import SettingRow
from copilot_desktop.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT
from tests.support.desktop import open_desktop, open_program
from tests.support.models_form import answer, fill
from tests.support.openai_server import OpenAIServer
from tests.support.preferences import settings_page


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "words.txt").write_text("one two\n" * 3)
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


def found(page: PreferencesPage, kind: type[QWidget], name: str) -> QWidget:
    widget = page.findChild(kind, name)
    assert widget is not None, name
    return widget


def turn_wheel(widget: QWidget) -> None:
    """One notch down over the middle of a widget, as the window system sends it."""
    window = widget.window()
    handle = window.windowHandle()
    assert handle is not None
    QTest.wheelEvent(handle, QPointF(widget.mapTo(window, widget.rect().center())), QPoint(0, -120))


def test_high_contrast_is_chosen_by_keys_and_dresses_the_window(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Appearance")
    box = found(page, QComboBox, "setting_theme")
    assert isinstance(box, QComboBox)
    box.setFocus()
    for words, tokens in (("High contrast light", CONTRAST_LIGHT), ("High contrast dark", CONTRAST_DARK)):
        while box.currentText() != words:
            QTest.keyClick(box, Qt.Key.Key_Down)
        sheet = QApplication.instance().styleSheet()  # type: ignore[union-attr]
        assert tokens.border in sheet
        assert desktop.window.palette().window().color().name().upper() == tokens.surface
    store = SettingsStore(program_folders(os.environ).config)
    qtbot.waitUntil(lambda: store.load(AppearancePage).theme is ThemeChoice.CONTRAST_DARK)


def test_what_is_changed_is_marked_and_reset_by_its_button(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Editor")
    box, reset = found(page, QSpinBox, "setting_tab_width"), found(page, QPushButton, "setting_tab_width_reset")
    assert isinstance(box, QSpinBox)
    assert not reset.isVisible()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert reset.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is reset
    QTest.keyClick(reset, Qt.Key.Key_Space)
    assert box.value() == 4
    assert not reset.isVisible()
    assert box.hasFocus()


def test_the_size_of_the_interface_holds_at_once_and_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Appearance")
    size = found(page, QSpinBox, "setting_interface_font_size_pt")
    assert isinstance(size, QSpinBox)
    before, height = QApplication.font().pointSize(), size.height()
    size.setValue(18)
    assert QApplication.font().pointSize() == 18
    qtbot.waitUntil(lambda: size.height() > height)
    size.setValue(0)
    assert QApplication.font().pointSize() == before
    qtbot.waitUntil(lambda: size.height() == height)


def test_less_motion_stills_the_caret(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("words.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("words.txt") is not None)
    view = desktop.window.editors.view_of("words.txt")
    assert view is not None
    before = QApplication.cursorFlashTime()
    page = settings_page(qtbot, desktop, "Appearance")
    box = found(page, QWidget, "setting_reduced_motion")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert QApplication.cursorFlashTime() == 0
    assert view.code.caretPeriod() == 0
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert QApplication.cursorFlashTime() == before


def test_the_scale_waits_for_the_next_start_and_says_so(
    qtbot: QtBot, desktop: DesktopWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = settings_page(qtbot, desktop, "Appearance")
    box = found(page, QComboBox, "setting_scale")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText("150 %"))
    note = found(page, QWidget, "setting_scale_problem")
    assert note.isVisible()
    store = SettingsStore(program_folders(os.environ).config)
    qtbot.waitUntil(lambda: store.load(AppearancePage).scale is ScalePercent.P150)
    seen: list[str] = []
    monkeypatch.setattr(
        "copilot_desktop.app.program.make_application", lambda _a: seen.append(os.environ["QT_SCALE_FACTOR"])
    )
    make_scaled_application(store)
    assert seen == ["1.5"]
    assert "QT_SCALE_FACTOR" not in os.environ


FIELDS = QComboBox | QAbstractSpinBox | QLineEdit | QPlainTextEdit | QCheckBox


def value_of(field: QWidget) -> object:
    """What a field says, whatever its kind."""
    match field:
        case QComboBox():
            return field.currentText(), field.currentIndex()
        case QAbstractSpinBox() | QLineEdit():
            return field.text()
        case QPlainTextEdit():
            return field.toPlainText()
        case _:
            return field.isChecked() if isinstance(field, QCheckBox) else None


def test_the_wheel_changes_no_field_and_gives_none_the_keyboard(qtbot: QtBot, desktop: DesktopWindow) -> None:
    for section in ("Models", "Models of a file", "Appearance", "Editor", "Explorer", "Keys"):
        turn_over_all_fields(qtbot, desktop, section)


def turn_over_all_fields(qtbot: QtBot, desktop: DesktopWindow, section: str) -> None:
    page = settings_page(qtbot, desktop, section.removesuffix(" of a file"))
    desktop.window.resize(900, 480)
    if section.startswith("Models"):
        form = page.models
        qtbot.waitUntil(lambda: form.list.count() > 0)
        QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
        if form.fields.more.body.isHidden():
            QTest.mouseClick(form.fields.more.toggle, Qt.MouseButton.LeftButton)
        if section.endswith("file"):
            form.fields.kind.setCurrentIndex(form.fields.kind.findData("local_file"))
    shown = page.pages.currentWidget()
    assert shown is not None
    fields = [each for each in shown.findChildren(QWidget) if isinstance(each, FIELDS) and each.isVisible()]
    assert fields
    area = shown.findChild(QScrollArea)
    for field in fields:
        if area is not None:
            area.ensureWidgetVisible(field)
        before = value_of(field)
        page.sections.setFocus()
        assert not any(turned_and_focused(field) for _notch in range(3)), field.objectName()
        assert value_of(field) == before, field.objectName()
        field.setFocus()
        turn_wheel(field)
        assert value_of(field) == before, field.objectName()


def turned_and_focused(field: QWidget) -> bool:
    """Turn the wheel where the field is, wherever the page has scrolled to; whether it has the keyboard now."""
    turn_wheel(field)
    return field.hasFocus()


def test_the_wheel_over_a_field_scrolls_the_page_with_the_keyboard_in_it_or_not(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    page = settings_page(qtbot, desktop, "Editor")
    box = found(page, QSpinBox, "setting_tab_width")
    area = [each for each in page.findChildren(QScrollArea) if each.isAncestorOf(box)][-1]
    desktop.window.resize(900, 480)
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    for place in (page.sections, box):
        bar.setValue(0)
        place.setFocus()
        turn_wheel(box)
        assert bar.value() > 0
        assert QApplication.focusWidget() is place


def test_no_price_is_below_zero(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Models")
    form = page.findChild(ModelsForm)
    assert form is not None
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    price = form.fields.input_usd
    assert isinstance(price, PriceBox)
    price.setFocus()
    QTest.keyClick(price, Qt.Key.Key_Up)
    assert price.usd == 0
    QTest.keyClick(price, Qt.Key.Key_Up)
    assert price.usd == pytest.approx(0.1)
    for _ in range(3):
        QTest.keyClick(price, Qt.Key.Key_Down)
    assert price.text() == "from the catalogue"
    price.selectAll()
    QTest.keyClicks(price, "-0.7")
    QTest.keyClick(price, Qt.Key.Key_Return)
    assert price.value() in (-1, 0.7)


@pytest.mark.parametrize("width", [1024, 1280, 1900])
def test_no_button_or_field_of_a_model_is_cut(qtbot: QtBot, desktop: DesktopWindow, width: int) -> None:
    desktop.window.resize(width, 700)
    form = settings_page(qtbot, desktop, "Models").models
    qtbot.waitUntil(lambda: form.list.count() > 0)
    form.add.click()
    qtbot.waitUntil(form.fields.name.hasFocus)
    buttons = (form.add, form.save, form.test, form.delete, form.fields.fetch)
    # Laid out once more where a button has got another look.
    qtbot.waitUntil(lambda: [each for each in buttons if each.width() < each.sizeHint().width()] == [])
    for field in (form.fields.name, form.fields.base_url, form.fields.model):
        place = QRect(field.mapTo(form, QPoint(0, 0)), field.size())
        assert form.rect().left() <= place.left(), field.objectName()
        assert place.right() <= form.rect().right(), field.objectName()
    assert form.list.height() >= min(3, form.list.count()) * 24
    area = form.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0


def test_a_profile_kept_in_one_window_is_in_the_others(qtbot: QtBot, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    with open_program(qtbot, one) as program:
        program.open_places([Place(two)])
        qtbot.waitUntil(lambda: len(program.windows) == 2)
        qtbot.waitUntil(lambda: all(each.window.findChild(ChatInWindow) for each in program.windows))
        first, second = (each.window.findChild(ChatInWindow) for each in program.windows)
        assert first is not None
        assert second is not None
        program.windows[1].window.commands.run("settings.open")
        form = program.windows[1].window.findChild(ModelsForm)
        assert form is not None
        qtbot.waitUntil(lambda: form.list.count() == 1)
        profile = ProfileSetting("Mine", base_url="http://localhost:9/v1", model="m-1", key_source="none")
        first.models.save(profile)
        qtbot.waitUntil(lambda: form.list.count() == 2)
        assert second.models.current.name == "Mine"
        header = program.windows[1].window.findChild(ChatHeader)
        assert header is not None
        assert "m-1" in header.model.text() or "Mine" in header.model.text()
        second.models.delete("Mine")
        qtbot.waitUntil(lambda: first.models.setting("Mine") is None)
        assert SettingsStore(program_folders(os.environ).config).load(ModelsPage).profiles == ()


def test_the_keyboard_stays_at_the_button_that_waits(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Models")
    form = page.models
    qtbot.waitUntil(lambda: form.list.count() > 0)
    with OpenAIServer() as server:
        fill(form, server)
        form.fields.model.setEditText("test-model")
        form.test.setFocus()
        QTest.keyClick(form.test, Qt.Key.Key_Space)
        meanwhile = QApplication.focusWidget()
        assert meanwhile is form.save
        qtbot.waitUntil(form.test.isEnabled, timeout=30_000)
        assert form.test.hasFocus()
        form.fields.fetch.setFocus()
        QTest.keyClick(form.fields.fetch, Qt.Key.Key_Space)
        qtbot.waitUntil(form.fields.fetch.isEnabled, timeout=30_000)
        assert form.fields.fetch.hasFocus()
    form.list.setFocus()
    QTest.keyClick(form.list, Qt.Key.Key_Tab)
    assert form.add.hasFocus()


def test_how_it_went_with_the_key_is_brought_into_sight(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.resize(1280, 600)
    page = settings_page(qtbot, desktop, "Models")
    form = page.models
    qtbot.waitUntil(lambda: form.list.count() > 0)
    with OpenAIServer() as server:
        fill(form, server, KeySource.RUN)
    form.fields.more.toggle.click()
    area = [each for each in page.findChildren(QScrollArea) if each.isAncestorOf(form.key)][-1]
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    form.key.key.setFocus()
    area.ensureWidgetVisible(form.key.key, 0, 0)
    QTest.keyClicks(form.key.key, "sk-test-not-a-real-key-7788")
    QTest.keyClick(form.key.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.key.status.text().startswith("Key found"))

    def is_in_sight() -> bool:
        return not form.key.status.visibleRegion().isEmpty()

    qtbot.waitUntil(is_in_sight)


def test_a_profile_of_an_unknown_kind_is_listed_mended_or_deleted(
    qtbot: QtBot, tmp_path: Path, private_home: Path
) -> None:
    store = SettingsStore(program_folders(os.environ).config)
    broken = [ProfileSetting(name, kind="telepathy", base_url="http://localhost:9/v1", model="m-1", key_source="dream")
              for name in ("Odd", "Other")]  # fmt: skip
    store.save(ModelsPage(tuple(broken), "Odd"))
    with open_desktop(qtbot, tmp_path) as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
        form = settings_page(qtbot, desktop, "Models").models
        qtbot.waitUntil(lambda: form.list.count() == 3)
        assert [form.list.item(row).text() for row in (1, 2)] == ["Odd   unusable", "Other   unusable"]
        assert "cannot be used" in form.list.item(1).toolTip()
        form.list.setFocus()
        form.list.setCurrentRow(1)
        assert form.fields.name.text() == "Odd"
        assert "“Odd” cannot be used" in form.status.text()
        form.fields.kind.setCurrentIndex(form.fields.kind.findData("chat"))
        QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: form.status.text() == "Saved.")
        assert store.load(ModelsPage).profiles[0].kind == "chat"
        form.list.setCurrentRow(form.profiles.names().index("Other"))
        QTest.mouseClick(form.delete, Qt.MouseButton.LeftButton)
        answer(form, "profile_delete_yes")
        qtbot.waitUntil(lambda: [each.name for each in store.load(ModelsPage).profiles] == ["Odd"])


def test_alt_down_opens_the_list_of_a_box(qtbot: QtBot, desktop: DesktopWindow) -> None:
    box = found(settings_page(qtbot, desktop, "Appearance"), QComboBox, "setting_theme")
    assert isinstance(box, QComboBox)
    box.setFocus()
    before = box.currentText()
    handle = desktop.window.windowHandle()
    assert handle is not None
    # As the window system sends it: the commands of the window are asked before the box.
    QTest.keyClick(handle, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(box.view().isVisible)
    box.hidePopup()
    assert box.currentText() == before


def test_a_page_with_one_setting_keeps_its_name_beside_its_field(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Chat")
    row = page.findChild(SettingRow)
    assert row is not None
    layout = row.layout()
    assert layout is not None
    head = layout.itemAt(0)
    assert head is not None
    assert head.geometry().height() < 2 * row.widget.height()
