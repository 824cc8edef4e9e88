"""The theme: every text can be read, the style sheet is whole, and a change reaches the application."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from copilot_desktop.resource_files import resource_path
from copilot_desktop.ui.theme import icons, tokens
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged, ThemeChoice, editor_theme, stylesheet
from copilot_desktop.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens

ALL = (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT)

# Which text stands on which surface. Who puts a text token on another surface adds the pair here.
TEXT_ON: dict[str, tuple[str, ...]] = {
    "text": ("base", "surface", "raised", "hover", "pressed", "line", "accent_bg", "add", "addw", "rem", "remw",
             "amber_bg", "amberw", "conf_bg", "confw", "moved"),
    "muted": ("base", "surface", "raised", "hover", "accent_bg", "add", "rem", "amber_bg", "conf_bg", "moved"),
    "accent": ("base", "surface", "raised"),
    "on_accent": ("accent", "accent_hover"),
    "addf": ("base", "surface", "raised", "hover", "accent_bg", "add", "moved"),
    "remf": ("base", "surface", "raised", "hover", "accent_bg", "rem", "remw", "moved"),
    "amber": ("base", "surface", "raised", "hover", "accent_bg", "amber_bg"),
    "conf": ("base", "surface", "raised", "hover", "accent_bg", "conf_bg"),
    "num": ("base", "line"),
    "kw": ("base", "surface", "line", "accent_bg", "raised", "add", "rem", "conf_bg", "moved"),
    "st": ("base", "surface", "line", "accent_bg", "raised", "add", "rem", "conf_bg", "moved"),
    "co": ("base", "surface", "line", "accent_bg", "raised", "add", "rem", "conf_bg", "moved"),
    "nu": ("base", "surface", "line", "accent_bg", "raised", "add", "rem", "conf_bg", "moved"),
    "df": ("base", "surface", "line", "accent_bg", "raised", "add", "rem", "conf_bg", "moved"),
}  # fmt: skip


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    before = qapp.palette(), qapp.styleSheet()
    yield Theme(ThemeChoice.DARK)
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])


@pytest.mark.parametrize("name", [each.name for each in ALL])
def test_every_text_reaches_its_contrast(name: str) -> None:
    colours = next(each for each in ALL if each.name == name)._asdict()
    limit = 7.0 if colours["is_high_contrast"] else 4.5
    low = [
        f"{text} on {surface}: {contrast(colours[text], colours[surface]):.2f}"
        for text, surfaces in TEXT_ON.items()
        for surface in surfaces
        if contrast(colours[text], colours[surface]) < limit
    ]
    assert not low


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_high_contrast_has_solid_borders() -> None:
    for each in (tokens.CONTRAST_DARK, tokens.CONTRAST_LIGHT):
        assert contrast(each.border, each.surface) >= 7


def test_text_stands_only_on_listed_surfaces_in_the_style_sheet() -> None:
    source = resource_path("themes", "style.qss").read_text(encoding="utf-8")
    for rule in re.findall(r"\{([^}]*)\}", source):
        text = re.search(r"(?<![-\w])color: \$(\w+)", rule)
        surface = re.search(r"(?<![-\w])background: \$(\w+)", rule)
        if text and surface and (text[1], surface[1]) != ("muted", "pressed"):  # a disabled primary button
            assert surface[1] in TEXT_ON[text[1]], rule


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_the_style_sheet_is_whole(each: Tokens) -> None:
    sheet = stylesheet(each)
    assert "$" not in sheet
    assert each.accent in sheet
    for path in re.findall(r"url\(([^)]+)\)", sheet):
        assert resource_path("themes", each.name, path.rsplit("/", 1)[1]).is_file()


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_marks_have_the_colours_of_their_theme(each: Tokens) -> None:
    for name in ("chevron-down", "chevron-right", "chevron-up", "x"):
        assert each.muted in resource_path("themes", each.name, f"{name}.svg").read_text(encoding="utf-8")
    for name in ("check", "minus"):
        assert each.on_accent in resource_path("themes", each.name, f"{name}.svg").read_text(encoding="utf-8")


def test_a_choice_reaches_the_application(qapp: QApplication, theme: Theme) -> None:
    seen: list[ThemeChanged] = []
    theme.changed.connect(seen.append)
    theme.apply(qapp)
    theme.choose(ThemeChoice.LIGHT)
    theme.choose(ThemeChoice.LIGHT)
    assert seen == [ThemeChanged(LIGHT)]
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == LIGHT.base
    assert LIGHT.surface in qapp.styleSheet()
    assert not theme.is_dark


def test_the_system_is_followed(qapp: QApplication, theme: Theme) -> None:
    theme.choose(ThemeChoice.SYSTEM)
    hints = qapp.styleHints()
    try:
        hints.setColorScheme(Qt.ColorScheme.Light)
        light = theme.tokens
        hints.setColorScheme(Qt.ColorScheme.Dark)
        dark = theme.tokens
    finally:
        hints.unsetColorScheme()
    if hints.colorScheme() == Qt.ColorScheme.Unknown and light == dark:
        # The offscreen platform has no colour scheme to change; the signal is what Qt sends where there is one.
        assert light == LIGHT
    else:
        assert (light, dark) == (LIGHT, DARK)


def test_sizes_are_those_of_the_look(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    theme.apply(qapp)
    button, field, choice, tree = QPushButton("Go"), QLineEdit("x"), QComboBox(), QTreeWidget()
    number, price = QSpinBox(), QDoubleSpinBox()
    row = QTreeWidgetItem(["row"])
    tree.addTopLevelItem(row)
    for widget in (button, field, choice, number, price, tree):
        qtbot.addWidget(widget)
        widget.show()
    assert [widget.sizeHint().height() for widget in (button, field, choice, number, price)] == [28] * 5
    assert tree.visualItemRect(row).height() == 24


def test_rows_and_bars_grow_with_large_letters_of_the_system(qapp: QApplication) -> None:
    font = qapp.font()
    try:
        for size_px, bar_px in ((13, 21), (15, 21), (26, 42)):
            large = qapp.font()
            large.setPixelSize(size_px)
            qapp.setFont(large)
            shown = Theme(ThemeChoice.LIGHT)
            shown.apply(qapp)
            assert re.search(rf"QStatusBar {{[^}}]*max-height: {bar_px}px", shown.stylesheet()), size_px
    finally:
        qapp.setStyleSheet("")
        qapp.setFont(font)


def test_icons_are_tinted_and_sharp_at_each_ratio(qapp: QApplication) -> None:
    for ratio in (1.0, 1.5, 2.0):
        drawn = icons.pixmap("search", "#FF0000", 16, ratio)
        assert (drawn.width(), drawn.devicePixelRatio()) == (round(16 * ratio), ratio)
        image = drawn.toImage().convertToFormat(QImage.Format.Format_ARGB32)
        colours = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 200
        }
        assert colours == {"#ff0000"}
    assert icons.icon("search", "#FF0000") is icons.icon("search", "#FF0000")


class OnOtherScreen(QWidget):
    """A window on a screen with more pixels than the one there is in tests."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:  # noqa: N802 - Qt's name
        return self.ratio


def tell_of_screen(window: QWidget) -> None:
    """As Qt does it: a window and everything in it, shown or not."""
    for each in (window, *window.findChildren(QWidget)):
        QApplication.sendEvent(each, QEvent(QEvent.Type.DevicePixelRatioChange))


def test_icons_are_drawn_anew_where_a_window_comes_to_another_screen(qapp: QApplication, qtbot: QtBot) -> None:
    theme, window = Theme(ThemeChoice.LIGHT), OnOtherScreen()
    qtbot.addWidget(window)
    theme.follow_screen(window)
    before = icons.icon("search", "#FF0000")
    spaced_before = icons.spaced_icon("search", "#FF0000", QSize(30, 16))
    tell_of_screen(window)
    assert icons.icon("search", "#FF0000") is before
    window.ratio = 1.75
    with qtbot.waitSignal(theme.changed):
        tell_of_screen(window)
    after = icons.icon("search", "#FF0000")
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        assert before.pixmap(QSize(16, 16), 1.75, mode).devicePixelRatio() < 1.75
        drawn = after.pixmap(QSize(16, 16), 1.75, mode)
        assert (drawn.width(), drawn.devicePixelRatio()) == (28, 1.75)
        assert after.pixmap(QSize(16, 16), 1.0, mode).width() == 16
    spaced = icons.spaced_icon("search", "#FF0000", QSize(30, 16))
    assert spaced is not spaced_before
    assert spaced.pixmap(QSize(30, 16), 1.75).height() == 28


def test_every_icon_file_draws_something(qapp: QApplication) -> None:
    for path in resource_path("icons").glob("*.svg"):
        image = icons.pixmap(path.stem, "#112233", 16).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)), path.name


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icons.icon("no-such-icon", "#112233")
    with pytest.raises(ValueError, match="not a colour"):
        icons.pixmap("search", "blurple", 16)


def test_the_application_icon_has_its_sizes(qapp: QApplication) -> None:
    assert {size.width() for size in icons.application_icon().availableSizes()} == set(icons.APPLICATION_SIZES_PX)


def test_the_editor_gets_the_tokens(qapp: QApplication) -> None:
    made = editor_theme(DARK, font_size_pt=12)
    assert (made.kw, made.base, made.font_size_pt, made.is_dark) == (DARK.kw, DARK.base, 12, True)
    assert made.font_family


def test_the_list_of_a_box_shows_all_its_rows(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    theme.apply(qapp)
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["System keyring", "Environment variable", "For this run only", "No key"])
    box.show()
    box.showPopup()
    rows = box.view()
    last = rows.visualRect(rows.model().index(box.count() - 1, 0))
    assert rows.viewport().rect().contains(last)
    # An edge of its own, or the list runs into what it covers.
    image = rows.window().grab().toImage()
    assert image.pixelColor(image.width() // 2, image.height() - 1).name() == theme.tokens.muted.lower()
    box.hidePopup()
