"""The theme in use: follows the system or the user's choice; style sheet and palette come from the tokens."""

from __future__ import annotations

import re
from string import Template
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.resource_files import resource_path
from copilot_desktop.settings.appearance_page import AppearancePage, ThemeChoice
from copilot_desktop.ui.theme import icons
from copilot_desktop.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens

__all__ = ("STYLE", "Theme", "ThemeChanged", "ThemeChoice", "editor_theme", "palette", "stylesheet")
STYLE = ("-style", "fusion")
"""Arguments of the QApplication. Its own `setStyle` hands the style to Python, whose 500 names take 7 ms to make."""
_SIZES = r"((?:min-|max-)?(?:height|width)|font-size): (\d+)px"
_DRAWN_FOR_PX = 13
"""Letters of the interface that the sizes of the sheet are thought for."""
_USUAL = 1.2
_EFFECTS = (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_FadeMenu)
_FADES = (Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_AnimateToolBox)


class ThemeChanged(NamedTuple):
    """The theme is another one now."""

    tokens: Tokens


_FIXED = {
    ThemeChoice.LIGHT: LIGHT,
    ThemeChoice.DARK: DARK,
    ThemeChoice.CONTRAST_LIGHT: CONTRAST_LIGHT,
    ThemeChoice.CONTRAST_DARK: CONTRAST_DARK,
}


class Theme(QObject):
    """Owns the tokens in use. `apply(app)` once; after that every change reaches the application by itself."""

    changed = Signal(object)
    """Carries one `ThemeChanged`."""

    def __init__(self, choice: ThemeChoice = ThemeChoice.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._app: QApplication | None = None
        self._system_font = QFont()
        self._flash_ms = 0
        self._page = AppearancePage()
        hints = QGuiApplication.styleHints()
        self._tokens = self._chosen()
        hints.colorSchemeChanged.connect(self._on_system_colours_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_colours_changed)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what it stands on."""
        return self._tokens.is_dark

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Use another theme, or follow the system, from now on."""
        self._choice = choice
        self._refresh()

    def follow(self, page: AppearancePage) -> None:
        """Look as the settings say from now on."""
        before, self._page, self._choice = self._page, page, page.theme
        is_other = (before.interface_font_size_pt, before.reduced_motion) != (
            page.interface_font_size_pt,
            page.reduced_motion,
        )
        self._refresh(is_other=is_other)

    def apply(self, app: QApplication) -> None:
        """Dress the application, which is made with the style Fusion (`STYLE`): the sheet is drawn for it."""
        self._app = app
        self._system_font, self._flash_ms = app.font(), app.cursorFlashTime()
        app.aboutToQuit.connect(icons.forget_icons)
        self._dress()

    def follow_screen(self, window: QWidget) -> None:
        """Have icons drawn anew where the window's screen has more or fewer pixels for them, now or later."""
        self._draw_for(window)
        # Qt tells everything in a window of it; a filter on the window would be asked at each blink of the caret.
        watched = QWidget(window)
        watched.setObjectName("screen_watch")
        watched.hide()
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """A window has come to another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and isinstance(watched, QWidget):
            self._draw_for(watched.window())
        return False

    def _draw_for(self, window: QWidget) -> None:
        if icons.is_new_ratio(window.devicePixelRatioF()):
            self._refresh(is_other=True)

    def stylesheet(self) -> str:
        """Return the style sheet of the tokens in use."""
        system_pt = self._system_font.pointSizeF()
        size_pt = self._page.interface_font_size_pt
        scale = size_pt / system_pt if size_pt and system_pt > 0 else 1.0
        return stylesheet(self._tokens, scale * _system_scale(self._system_font))

    def editor_theme(self, font_size_pt: float | None = None, font_family: str | None = None) -> EditorTheme:
        """Return the editor's colours with the system's fixed font, or the given family and size."""
        return editor_theme(self._tokens, font_size_pt, font_family)

    def _chosen(self) -> Tokens:
        fixed = _FIXED.get(self._choice)
        if fixed is not None:
            return fixed
        hints = QGuiApplication.styleHints()
        is_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST_DARK if is_dark else CONTRAST_LIGHT
        return DARK if is_dark else LIGHT

    def _refresh(self, *, is_other: bool = False) -> None:
        chosen = self._chosen()
        if chosen == self._tokens and not is_other:
            return
        self._tokens = chosen
        self._dress()
        self.changed.emit(ThemeChanged(chosen))

    def _dress(self) -> None:
        if self._app is not None:
            self._move_less(self._app)
            font = QFont(self._system_font)
            if self._page.interface_font_size_pt:
                font.setPointSize(self._page.interface_font_size_pt)
            if font != self._app.font():
                self._app.setFont(font)
            self._app.setPalette(palette(self._tokens))
            # A sheet in place of another: Qt dresses each widget anew once by itself and once more for every widget
            # around it, of which there are up to ten. A sheet where there is none: once.
            self._app.setStyleSheet("")
            self._app.setStyleSheet(self.stylesheet())

    def _move_less(self, app: QApplication) -> None:
        is_still = self._page.reduced_motion
        app.setCursorFlashTime(0 if is_still else self._flash_ms)
        if is_still:
            for effect in (*_EFFECTS, *_FADES):
                app.setEffectEnabled(effect, False)

    def _on_system_colours_changed(self, _changed: object) -> None:
        self._refresh()


def _system_scale(font: QFont) -> float:
    """How much larger the system's letters are than those the sheet is drawn for; usual ones count as the same."""
    ratio = QFontInfo(font).pixelSize() / _DRAWN_FOR_PX
    return ratio if ratio > _USUAL else 1.0


def stylesheet(tokens: Tokens, scale: float = 1.0) -> str:
    """Fill the style sheet of resources/themes with one set of tokens; rows and buttons grow with the letters."""
    marks = resource_path("themes", tokens.name).as_posix()
    template = Template(resource_path("themes", "style.qss").read_text(encoding="utf-8").partition("*/")[2])
    sheet = template.substitute({**tokens._asdict(), "marks": marks})
    return sheet if scale == 1.0 else re.sub(_SIZES, lambda size: _scaled(size[1], int(size[2]), scale), sheet)


def _scaled(name: str, size_px: int, scale: float) -> str:
    # Lines of one or two pixels are borders, and nothing shrinks below what a mouse can hit.
    is_letter, is_line = name == "font-size", size_px <= 2
    grown = round(size_px * (scale if is_letter else max(scale, 1.0)))
    return f"{name}: {size_px if is_line else grown}px"


def palette(tokens: Tokens) -> QPalette:
    """Return the palette for what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, tokens.surface), (role.WindowText, tokens.text), (role.Base, tokens.base),
        (role.AlternateBase, tokens.surface), (role.Text, tokens.text), (role.Button, tokens.raised),
        (role.ButtonText, tokens.text), (role.BrightText, tokens.remf), (role.Highlight, tokens.accent_bg),
        (role.HighlightedText, tokens.text), (role.ToolTipBase, tokens.raised), (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.muted), (role.Link, tokens.accent), (role.LinkVisited, tokens.accent),
        (role.Accent, tokens.accent), (role.Mid, tokens.border), (role.Dark, tokens.border),
        (role.Light, tokens.raised), (role.Midlight, tokens.hover), (role.Shadow, tokens.border),
    ):  # fmt: skip
        made.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, QColor(tokens.muted))
    return made


def editor_theme(tokens: Tokens, font_size_pt: float | None = None, font_family: str | None = None) -> EditorTheme:
    """Return the colours the editor needs, with a fixed font."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    size_pt = font.pointSizeF() if font.pointSizeF() > 0 else 10.0
    return EditorTheme(
        is_dark=tokens.is_dark,
        font_family=font_family or font.family(),
        font_size_pt=font_size_pt or size_pt,
        **{name: value for name, value in tokens._asdict().items() if name in EditorTheme.colour_names()},
    )
