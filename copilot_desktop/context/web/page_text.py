"""The text of a web page as a reader sees it, by the parser of the standard library. Scripts, styles and what is hidden
are left out. On workers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from copilot_desktop.values import dataclass

MOST_CHARACTERS: Final = 80_000
_LEFT_OUT: Final = frozenset(
    ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea", "button")
)
_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption"),
    *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
    *("pre", "section", "table", "tr", "ul"),
}
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\v\xa0]+")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class PageText:
    """`title` is "" where it has none; `is_cut`: there was more."""

    title: str
    text: str
    is_cut: bool


def page_text(source: str, *, is_html: bool, most_characters: int = MOST_CHARACTERS) -> PageText:
    """What a page says."""
    title, text = "", source.replace("\r\n", "\n").replace("\r", "\n")
    if is_html:
        reader = _Reader()
        reader.feed(source)
        reader.close()
        title, text = reader.title, reader.text
    text = _GAPS.sub("\n\n", text).strip("\n")
    return PageText(title, text[:most_characters] + "\n", len(text) > most_characters)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._titles: list[str] = []
        self._is_title = False
        self._skipped, self._depth = "", 0
        self._pre = 0

    @property
    def title(self) -> str:
        return _BLANKS.sub(" ", "".join(self._titles)).strip()

    @property
    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return "\n".join(line.rstrip() for line in lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            # Only what is named alike can end it later.
            self._depth += tag == self._skipped
            return
        named = dict(attrs)
        is_hidden = "hidden" in named or bool(_HIDDEN.search(named.get("style") or ""))
        if tag not in _VOID and (tag in _LEFT_OUT or is_hidden):
            self._skipped, self._depth = tag, 1
            return
        if tag == "title":
            self._is_title = not self._titles
        elif tag in _BLOCKS:
            self._break()
        if tag == "li":
            self._pieces.append("- ")
        elif tag in ("td", "th") and self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append(" | ")
        elif tag in _HEADINGS:
            self._pieces.append("\n" + _HEADINGS[tag])
        self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if not self._depth:
                self._skipped = ""
            return
        if tag == "title":
            self._is_title = False
        elif tag in _BLOCKS:
            self._break()
            if tag == "p":
                self._pieces.append("\n")
        self._pre = max(0, self._pre - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._is_title:
            self._titles.append(data)
        elif self._pre:
            self._pieces.append(data)
        else:
            text = _BLANKS.sub(" ", data)
            if text == " " and (not self._pieces or self._pieces[-1].endswith(("\n", " "))):
                return
            begins = not self._pieces or self._pieces[-1].endswith("\n")
            self._pieces.append(text.lstrip() if begins else text)

    def _break(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")
