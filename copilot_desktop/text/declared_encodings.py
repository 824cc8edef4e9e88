"""The encoding that a file says it is in: what reads the file goes by it, so what is written must fit it."""

from __future__ import annotations

import codecs
import re
from typing import Final

_HEAD_BYTES = 1024
"""Where browsers look for it; the others want it in the first line or two."""
_COOKIE = rb"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)"
_XML = rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([-\w.]+)"
_STYLE = rb"@charset \"([-\w.]+)\";"
_HTML = rb"(?is)\s*<[^\x00]*?<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?([-\w.]+)"
_CODECS: Final = {
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (1, 2, 5, 7, 15)},
    **{f"cp{page}": f"cp{page}" for page in (437, 850, 866, 874, 932, 949, *range(1250, 1259))},
    **{name: name for name in ("shift_jis", "euc_jp", "euc_kr", "gb18030", "gbk", "big5", "big5hkscs")},
    "gb2312": "gbk",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "mac-roman": "mac_roman",
}
"""The encodings besides UTF-8 in which all of ASCII is itself, by Python's name for them."""
_HTML_MEANS: Final = {"iso8859-1": "cp1252", "gbk": "gb18030"}
"""What browsers take a name for (WHATWG Encoding Standard)."""


def declared_encoding(data: bytes) -> str | None:
    """The codec of the legacy encoding that a file's first lines name; None where they name none, or another.

    A PEP 263 comment (also Ruby's and Emacs's), the XML declaration, `<meta charset>`, and `@charset` of style sheets.
    """
    head = data[:_HEAD_BYTES]
    if b"coding" not in head and b"charset" not in head:
        return None
    for pattern in (_COOKIE, _XML, _STYLE, _HTML):
        found = re.match(pattern, head)
        if found is not None:
            try:
                codec = _CODECS.get(codecs.lookup(found[1].decode("ascii")).name)
            except (LookupError, UnicodeError):
                return None
            return _HTML_MEANS.get(codec, codec) if codec is not None and pattern is _HTML else codec
    return None
