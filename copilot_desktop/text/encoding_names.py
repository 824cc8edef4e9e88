"""The encodings a user can choose, with names for people."""

from __future__ import annotations

from typing import Final, NamedTuple


class NamedEncoding(NamedTuple):
    """One choice. `codec` is Python's name; `has_bom`: files are written with a byte order mark; `aliases`: what else
    people call it."""

    name: str
    codec: str
    has_bom: bool = False
    aliases: str = ""


ENCODINGS: Final = (
    NamedEncoding("UTF-8", "utf-8"),
    NamedEncoding("UTF-8 with BOM", "utf-8", True),
    NamedEncoding("UTF-16 LE with BOM", "utf-16-le", True),
    NamedEncoding("UTF-16 BE with BOM", "utf-16-be", True),
    NamedEncoding("UTF-16 LE", "utf-16-le"),
    NamedEncoding("UTF-16 BE", "utf-16-be"),
    NamedEncoding("UTF-32 LE with BOM", "utf-32-le", True),
    NamedEncoding("UTF-32 BE with BOM", "utf-32-be", True),
    NamedEncoding("UTF-32 LE", "utf-32-le"),
    NamedEncoding("UTF-32 BE", "utf-32-be"),
    NamedEncoding("Western (Windows 1252)", "cp1252", aliases="CP1252, ANSI"),
    NamedEncoding("Western (ISO 8859-1)", "iso8859-1", aliases="Latin 1"),
    NamedEncoding("Western (ISO 8859-15)", "iso8859-15", aliases="Latin 9"),
    NamedEncoding("Western (Mac Roman)", "mac_roman", aliases="Macintosh"),
    NamedEncoding("Western (DOS 850)", "cp850", aliases="CP850"),
    NamedEncoding("US (DOS 437)", "cp437", aliases="CP437, OEM-US"),
    NamedEncoding("Central European (Windows 1250)", "cp1250", aliases="CP1250"),
    NamedEncoding("Central European (ISO 8859-2)", "iso8859-2", aliases="Latin 2"),
    NamedEncoding("Cyrillic (Windows 1251)", "cp1251", aliases="CP1251"),
    NamedEncoding("Cyrillic (KOI8-R)", "koi8_r"),
    NamedEncoding("Cyrillic (KOI8-U)", "koi8_u"),
    NamedEncoding("Cyrillic (ISO 8859-5)", "iso8859-5"),
    NamedEncoding("Cyrillic (DOS 866)", "cp866", aliases="CP866"),
    NamedEncoding("Greek (Windows 1253)", "cp1253", aliases="CP1253"),
    NamedEncoding("Greek (ISO 8859-7)", "iso8859-7"),
    NamedEncoding("Turkish (Windows 1254)", "cp1254", aliases="CP1254"),
    NamedEncoding("Hebrew (Windows 1255)", "cp1255", aliases="CP1255"),
    NamedEncoding("Arabic (Windows 1256)", "cp1256", aliases="CP1256"),
    NamedEncoding("Baltic (Windows 1257)", "cp1257", aliases="CP1257"),
    NamedEncoding("Vietnamese (Windows 1258)", "cp1258", aliases="CP1258"),
    NamedEncoding("Thai (Windows 874)", "cp874", aliases="CP874, TIS-620"),
    NamedEncoding("Japanese (Shift JIS)", "shift_jis", aliases="SJIS"),
    NamedEncoding("Japanese (Windows 932)", "cp932", aliases="CP932, MS932"),
    NamedEncoding("Japanese (EUC-JP)", "euc_jp"),
    NamedEncoding("Korean (EUC-KR)", "euc_kr"),
    NamedEncoding("Korean (Windows 949)", "cp949", aliases="CP949, UHC"),
    NamedEncoding("Simplified Chinese (GB 18030)", "gb18030"),
    NamedEncoding("Simplified Chinese (GBK)", "gbk", aliases="CP936"),
    NamedEncoding("Traditional Chinese (Big5)", "big5"),
    NamedEncoding("Traditional Chinese (Big5-HKSCS)", "big5hkscs"),
)


def name_of(codec: str, *, has_bom: bool = False) -> str:
    """The name of an encoding for people."""
    found = (each.name for each in ENCODINGS if (each.codec, each.has_bom) == (codec, has_bom))
    return next(found, codec.upper())
