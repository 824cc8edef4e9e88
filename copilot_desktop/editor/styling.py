"""Colours of the text: the lexer's styles get the theme's colours by what each style means."""

from __future__ import annotations

from lexilla import create_lexer  # type: ignore[import-untyped] # it has stubs but no py.typed
from lexilla.pyside6_scintilla import set_lexer  # type: ignore[import-untyped]
from PySide6.QtWidgets import QApplication
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.languages import EditorLanguage
from copilot_desktop.editor.theme import EditorTheme

STYLE_DEFAULT, STYLE_NUMBER, STYLE_BRACE, STYLE_BRACE_BAD, STYLE_GUIDE, STYLE_FOLD = 32, 33, 34, 35, 37, 39
# First word of a style's meaning that decides wins: (word among the lexer's tags, token).
_MEANINGS = (
    ("interpolated", "st"), ("comment", "co"), ("numeric", "nu"), ("keyword", "kw"), ("string", "st"),
    ("regex", "st"), ("literal", "st"), ("preprocessor", "nu"), ("annotation", "nu"), ("macro", "nu"),
    ("tag", "kw"), ("attribute", "df"), ("key", "df"), ("label", "df"),
)  # fmt: skip


def colour(value: str, alpha: int | None = None) -> int:
    """Scintilla's number for `#RRGGBB`: 0xBBGGRR, or 0xAABBGGRR with an alpha (0 to 255)."""
    red, green, blue = (int(value[i : i + 2], 16) for i in (1, 3, 5))
    number = red | green << 8 | blue << 16
    return number if alpha is None else number | alpha << 24


def apply_language(code: CodeWidget, language: EditorLanguage) -> None:
    """Give the widget the lexer and key words of a language; unknown lexers leave plain text.

    Plain text has the lexer that only says it is done: without any Scintilla would wait for somebody to style the text,
    and go on asking for it whenever nothing else is to be done, a third of a core for as long as the tab is open.
    """
    code.clearDocumentStyle()
    lexer = create_lexer(language.lexer) if language.lexer else None
    if lexer is None:
        set_lexer(code, create_lexer("null"))
        return
    for name, value in language.properties:
        lexer.property_set(name, value)
    set_lexer(code, lexer)
    code.setProperty("fold", "1")
    code.setProperty("fold.compact", "0")
    code.setProperty("fold.html", "1")
    for number, words in language.keywords:
        code.setKeyWords(number, words)


def apply_theme(code: CodeWidget, theme: EditorTheme, language: EditorLanguage) -> None:
    """Set font and every colour of the widget."""
    code.styleSetFont(STYLE_DEFAULT, theme.font_family)
    code.styleSetSizeFractional(STYLE_DEFAULT, round(theme.font_size_pt * 100))
    code.styleSetFore(STYLE_DEFAULT, colour(theme.text))
    code.styleSetBack(STYLE_DEFAULT, colour(theme.base))
    # Letters that are all as wide as each other need not be measured one by one: a line of 5 MB takes 0.1 s, not 3.
    code.styleSetCheckMonospaced(STYLE_DEFAULT, True)
    code.styleClearAll()
    code.setExtraAscent(2)
    code.setExtraDescent(2)
    _colour_syntax(code, theme, language)
    code.styleSetFore(STYLE_NUMBER, colour(theme.num))
    code.styleSetBack(STYLE_NUMBER, colour(theme.base))
    code.styleSetFore(STYLE_GUIDE, colour(theme.guide))
    code.styleSetFore(STYLE_BRACE, colour(theme.accent))
    code.styleSetBack(STYLE_BRACE, colour(theme.accent_bg))
    code.styleSetBold(STYLE_BRACE, True)
    code.styleSetFore(STYLE_BRACE_BAD, colour(theme.remf))
    code.styleSetFore(STYLE_FOLD, colour(theme.muted))
    code.setEdgeColour(colour(theme.guide))
    code.setElementColour(Scintilla.Element.Caret, colour(theme.text, 255))
    code.setElementColour(Scintilla.Element.CaretLineBack, colour(theme.line, 255))
    code.setCaretLineVisibleAlways(True)
    code.setCaretWidth(2)
    code.setCaretPeriod(QApplication.cursorFlashTime() // 2)
    for element in (11, 13, 15, 17, 19):  # selection backgrounds: main, additional, secondary, inactive
        code.setElementColour(element, colour(theme.accent_bg, 255))
    code.setFoldMarginColour(True, colour(theme.base))
    code.setFoldMarginHiColour(True, colour(theme.base))
    for marker in range(25, 32):
        code.markerSetFore(marker, colour(theme.muted))
        code.markerSetBack(marker, colour(theme.muted))
    code.setElementColour(Scintilla.Element.WhiteSpace, colour(theme.num, 150))
    code.setWhitespaceSize(2)
    code.fit_to_text()


def style_tokens(code: CodeWidget, language: EditorLanguage) -> dict[int, str]:
    """What each style of the lexer at hand is drawn as: a token of the look."""
    styles = dict(language.styles)
    for style in range(min(code.namedStyles(), 128)):
        if style in styles or 32 <= style < 40:
            continue
        tags = bytes(code.tagsOfStyle(style).data()).decode("ascii", "replace").split()
        styles[style] = next((token for word, token in _MEANINGS if word in tags), "text")
    return styles


def _colour_syntax(code: CodeWidget, theme: EditorTheme, language: EditorLanguage) -> None:
    for style, token in style_tokens(code, language).items():
        code.styleSetFore(style, colour(getattr(theme, token)))
        if token == "co":  # noqa: S105 - a colour token
            code.styleSetItalic(style, False)
