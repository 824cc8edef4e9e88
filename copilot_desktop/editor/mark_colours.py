"""Colours and numbers of the marks that proposals put into a text."""

from __future__ import annotations

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.styling import colour
from copilot_desktop.editor.theme import EditorTheme

KINDS = ("plain", "amber", "conflict")
# First marker or indicator number of each sort; one for each kind.
BACKGROUND, BAR, FORE, WORD = 5, 10, 10, 13
LOADING = 8


def hunk_colours(theme: EditorTheme, kind: int) -> tuple[str, str, str, str, str]:
    """Background, word background and text of removed lines, then background and word background of proposed."""
    return (
        (theme.rem, theme.remw, theme.remf, theme.add, theme.addw),
        (theme.amber_bg, theme.amberw, theme.text, theme.add, theme.addw),
        (theme.conf_bg, theme.confw, theme.text, theme.conf_bg, theme.confw),
    )[kind]


def bar_colours(theme: EditorTheme, kind: int) -> tuple[str, str]:
    """Colours of the bars beside removed and proposed lines."""
    return ((theme.remf, theme.addf), (theme.amber, theme.amber), (theme.conf, theme.conf))[kind]


def define_marks(code: CodeWidget, theme: EditorTheme, style_base: int) -> None:
    """Give markers, indicators and annotation styles (from `style_base` on) the theme's colours."""
    for kind in range(len(KINDS)):
        back, word, fore, new_back, new_word = hunk_colours(theme, kind)
        code.markerDefine(BACKGROUND + kind, 22)
        code.markerSetBack(BACKGROUND + kind, colour(back))
        code.markerDefine(BAR + kind, 26)
        code.markerSetBack(BAR + kind, colour(bar_colours(theme, kind)[0]))
        code.markerSetFore(BAR + kind, colour(bar_colours(theme, kind)[0]))
        code.indicSetStyle(FORE + kind, 17)
        code.indicSetFore(FORE + kind, colour(fore))
        code.indicSetStyle(WORD + kind, 16)
        code.indicSetFore(WORD + kind, colour(word))
        code.indicSetAlpha(WORD + kind, 255)
        code.indicSetOutlineAlpha(WORD + kind, 255)
        code.indicSetUnder(WORD + kind, True)
        for offset, background in ((0, new_back), (1, new_word)):
            style = style_base + 1 + 2 * kind + offset
            code.styleSetFont(style, theme.font_family)
            code.styleSetSizeFractional(style, round(theme.font_size_pt * 100))
            code.styleSetFore(style, colour(theme.text))
            code.styleSetBack(style, colour(background))
    code.styleSetFore(style_base, colour(theme.text))
    code.styleSetBack(style_base, colour(theme.base))
    code.markerDefine(LOADING, 22)
    code.markerSetBack(LOADING, colour(theme.accent_bg))
