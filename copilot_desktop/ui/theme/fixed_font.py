"""Letters of one width, for code and for what other programs say."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase


def fixed_font() -> QFont:
    """The system's fixed font without a size of its own: a widget shows it as large as the letters around it."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made = QFont()
    made.setFamilies([system.family()])
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setFixedPitch(True)
    return made
