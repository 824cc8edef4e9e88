"""The colours and font of the editor, as a value; the window's theme makes it from its tokens."""

from __future__ import annotations

from typing import NamedTuple


class EditorTheme(NamedTuple):
    """Colours as `#RRGGBB`, named as the tokens of the look; the font size is in points."""

    is_dark: bool
    font_family: str
    font_size_pt: float
    base: str
    raised: str
    border: str
    line: str
    text: str
    muted: str
    accent: str
    accent_bg: str
    add: str
    addw: str
    addf: str
    rem: str
    remw: str
    remf: str
    amber: str
    amber_bg: str
    amberw: str
    conf: str
    conf_bg: str
    confw: str
    num: str
    guide: str
    kw: str
    st: str
    co: str
    nu: str
    df: str

    @classmethod
    def colour_names(cls) -> frozenset[str]:
        """Names of the fields that are colours."""
        return frozenset(cls._fields) - {"is_dark", "font_family", "font_size_pt"}
