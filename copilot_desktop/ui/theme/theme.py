"""The theme in use: follows the system or the user's choice; style sheet and palette come from the tokens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.resource_files import resource_path
from copilot_desktop.ui.theme import icons
from copilot_desktop.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens


class ThemeChoice(StrEnum):
    """What the user chose; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast-light"
    CONTRAST_DARK = "contrast-dark"


@dataclass(frozen=True, slots=True)
class ThemeChanged:
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
        hints = QGuiApplication.styleHints()
        self._tokens = self._chosen()
        hints.colorSchemeChanged.connect(self._on_system_colour_scheme_changed)

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

    def apply(self, app: QApplication) -> None:
        """Dress the application."""
        self._app = app
        app.setStyle("Fusion")
        # Pixmaps must not outlive the application.
        app.aboutToQuit.connect(icons.icon.cache_clear)
        self._dress()

    def stylesheet(self) -> str:
        """Return the style sheet of the tokens in use."""
        return stylesheet(self._tokens)

    def editor_theme(self, font_size_pt: float | None = None, font_family: str | None = None) -> EditorTheme:
        """Return the editor's colours with the system's fixed font, or the given family and size."""
        return editor_theme(self._tokens, font_size_pt, font_family)

    def _chosen(self) -> Tokens:
        fixed = _FIXED.get(self._choice)
        if fixed is not None:
            return fixed
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _refresh(self) -> None:
        chosen = self._chosen()
        if chosen == self._tokens:
            return
        self._tokens = chosen
        self._dress()
        self.changed.emit(ThemeChanged(chosen))

    def _dress(self) -> None:
        if self._app is not None:
            self._app.setPalette(palette(self._tokens))
            self._app.setStyleSheet(self.stylesheet())

    def _on_system_colour_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._refresh()


def stylesheet(tokens: Tokens) -> str:
    """Fill the style sheet of resources/themes with one set of tokens."""
    marks = resource_path("themes", tokens.name).as_posix()
    template = Template(resource_path("themes", "style.qss").read_text(encoding="utf-8").partition("*/")[2])
    return template.substitute({**asdict(tokens), "marks": marks})


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
        **{name: value for name, value in asdict(tokens).items() if name in EditorTheme.colour_names()},
    )
