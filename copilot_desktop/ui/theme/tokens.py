"""The colour tokens, each with one meaning, in four sets; tests/qt/theme/test_theme.py lists which text stands on which
surface, and measures it."""

from __future__ import annotations

from typing import NamedTuple


class Tokens(NamedTuple):
    """Colours as `#RRGGBB`."""

    name: str
    is_dark: bool
    is_high_contrast: bool
    # Surfaces.
    base: str
    surface: str
    raised: str
    border: str
    hover: str
    pressed: str
    line: str
    # Text and accent.
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_bg: str
    on_accent: str
    # Differences: background, background of changed words, foreground.
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
    moved: str
    # Code.
    num: str
    guide: str
    kw: str
    st: str
    co: str
    nu: str
    df: str


# `co`, `num`, `nu`, `st` and the light accent are a shade stronger than the sketch: there they miss 4.5 : 1 on the
# current line, on a selection or on the side panes.
DARK = Tokens(
    name="dark", is_dark=True, is_high_contrast=False,
    base="#1B1D21", surface="#212429", raised="#2A2E35", border="#363B44", hover="#2C3038", pressed="#343943",
    line="#24272D", text="#E4E6EA", muted="#9DA5B1", accent="#6CA8FF", accent_hover="#85B7FF", accent_bg="#22395A",
    on_accent="#0B1524", add="#1D3A2A", addw="#2B6342", addf="#93DBA9", rem="#43252B", remw="#773440",
    remf="#F6B2B8", amber="#E6B058", amber_bg="#3C3019", amberw="#5E4A1F", conf="#CFA0F0", conf_bg="#33253F",
    confw="#543A6B", moved="#25344F", num="#868F9C", guide="#33373F", kw="#C49BF2", st="#98CB7F", co="#9AA3AF",
    nu="#E0A270", df="#7DB7FF",
)  # fmt: skip

LIGHT = Tokens(
    name="light", is_dark=False, is_high_contrast=False,
    base="#FFFFFF", surface="#F5F6F8", raised="#FFFFFF", border="#D8DCE2", hover="#E9ECF0", pressed="#DDE1E7",
    line="#F3F5F8", text="#1F2328", muted="#5A636E", accent="#1A65DA", accent_hover="#1457C2", accent_bg="#DCEAFF",
    on_accent="#FFFFFF", add="#E2F6E7", addw="#A8E2B7", addf="#116329", rem="#FDE8E9", remw="#F5B3B8",
    remf="#A00D25", amber="#855700", amber_bg="#FFF3D3", amberw="#FBDD95", conf="#7A3EB1", conf_bg="#F3E8FC",
    confw="#DFC4F4", moved="#E1EBFB", num="#69717B", guide="#E3E6EB", kw="#7A3EB1", st="#1B7330", co="#5F6872",
    nu="#A34F00", df="#1F5FBF",
)  # fmt: skip

CONTRAST_DARK = Tokens(
    name="contrast-dark", is_dark=True, is_high_contrast=True,
    base="#000000", surface="#000000", raised="#0A0A0A", border="#C8C8C8", hover="#262626", pressed="#333333",
    line="#141414", text="#FFFFFF", muted="#D6D6D6", accent="#8FBFFF", accent_hover="#B3D4FF", accent_bg="#12305A",
    on_accent="#000000", add="#06301A", addw="#0B4F2A", addf="#A9F5C2", rem="#3D0A12", remw="#6B1020",
    remf="#FFD0D4", amber="#FFD27A", amber_bg="#332400", amberw="#4D3700", conf="#EBD0FF", conf_bg="#2E1245",
    confw="#48206A", moved="#10284A", num="#C4C4C4", guide="#555555", kw="#E2C6FF", st="#BDF2A4", co="#CFD3D9",
    nu="#FFCDA3", df="#B5D7FF",
)  # fmt: skip

CONTRAST_LIGHT = Tokens(
    name="contrast-light", is_dark=False, is_high_contrast=True,
    base="#FFFFFF", surface="#FFFFFF", raised="#FFFFFF", border="#3B3B3B", hover="#E6E6E6", pressed="#D6D6D6",
    line="#F2F2F2", text="#000000", muted="#3A3F45", accent="#0B3F94", accent_hover="#082F70", accent_bg="#DCEAFF",
    on_accent="#FFFFFF", add="#DDF7E4", addw="#B4EBC4", addf="#06401A", rem="#FFE6E8", remw="#FFC9CE",
    remf="#6E0014", amber="#553700", amber_bg="#FFF1CC", amberw="#FFE19A", conf="#4C1C7A", conf_bg="#F4EAFD",
    confw="#E3CDF6", moved="#DFEAFC", num="#454B52", guide="#9A9A9A", kw="#4F1C80", st="#0B4A1C", co="#3D444C",
    nu="#662F00", df="#0B3B85",
)  # fmt: skip
