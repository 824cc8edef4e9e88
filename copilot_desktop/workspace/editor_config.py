"""What `.editorconfig` files ask for a file: those from its own folder up to the one that says `root = true`.

Above the workspace, too, as the format has it: they are read there, and nothing else is.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.errors import CopilotError
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace.paths import Workspace

FILE_NAME: Final = ".editorconfig"
SIZE_LIMIT_BYTES: Final = 100_000
PATTERN_LIMIT_S: Final = 0.2
"""Some patterns would be matched for hours, and a folder of a stranger may hold one."""
_ENDINGS = {"lf": LineEnding.LF, "crlf": LineEnding.CRLF, "cr": LineEnding.CR}
_CHARSETS = {
    "utf-8": ("utf-8", False), "utf-8-bom": ("utf-8", True), "latin1": ("latin-1", False),
    "utf-16le": ("utf-16-le", True), "utf-16be": ("utf-16-be", True),
}  # fmt: skip


class EditorConfig(NamedTuple):
    """What is asked for; None where nothing is. `charset` is an encoding and whether it begins with a mark.

    `problems` are sentences on files that could not be used.
    """

    is_indented_by_tabs: bool | None = None
    indent_columns: int | None = None
    tab_columns: int | None = None
    ending: LineEnding | None = None
    charset: tuple[str, bool] | None = None
    trims_trailing_blanks: bool | None = None
    has_final_newline: bool | None = None
    ruler_column: int | None = None
    problems: tuple[str, ...] = ()


def read_editor_config(workspace: Workspace, path: str) -> EditorConfig:
    """The settings for a workspace-relative path. Nothing that stands in the files can make this fail."""
    options: dict[str, str] = {}
    problems: list[str] = []
    for folder in (*Path(path).parents, *workspace.root.parents):  # the innermost first
        name = (folder / FILE_NAME).as_posix()
        try:
            place = Path(name) if folder.is_absolute() else workspace.resolve(name)
            if not place.is_file():
                continue
            found = _read(place, workspace.root / path)
        except (CopilotError, OSError, ValueError) as error:
            reason = error.message if isinstance(error, CopilotError) else str(error)
            problems.append(f"{name} is not followed: {reason}")
            continue
        if found.problem:
            problems.append(f"{name}: {found.problem}")
        options = found.options | options
        if found.is_root:
            break
    return _values(options)._replace(problems=tuple(problems))


class _File(NamedTuple):
    """What one file says of the target, and whether it is the outermost."""

    is_root: bool
    options: dict[str, str]
    problem: str


def _read(place: Path, target: Path) -> _File:
    """Raises OSError and ValueError for a file that cannot be used at all."""
    # Imported where a project has such a file.
    from editorconfig.exceptions import ParsingError
    from editorconfig.ini import EditorConfigParser

    data = place.read_bytes()
    if len(data) > SIZE_LIMIT_BYTES:
        raise ValueError(f"it is larger than {SIZE_LIMIT_BYTES // 1000} KB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8.") from error

    class Parser(EditorConfigParser):
        """The library's, with an end in time for its patterns."""

        def read_text(self, text: str) -> None:
            """The library's own leaves the file open when a line is wrong."""
            self._read(io.StringIO(text), str(place))  # type: ignore[arg-type] # any text stream will do

        def matches_filename(self, config_filename: str, glob: str) -> bool:
            """Whether a section is about the target."""
            return _is_about(target.as_posix(), place.parent.as_posix(), glob)

    parser, problem = Parser(target.as_posix()), ""
    try:
        parser.read_text(text)
    except ParsingError:
        problem = "lines that cannot be read are passed over."
    except TimeoutError as error:
        raise ValueError("one of its patterns takes too long.") from error
    options = {str(key).lower(): str(value) for key, value in parser.options.items()}
    return _File(parser.root_file, options, problem)


def _is_about(target: str, folder: str, glob: str) -> bool:
    """Whether a pattern matches a file, as the library says it, but with an end. Raises TimeoutError."""
    import regex
    from editorconfig.fnmatch import translate

    inner = glob.replace("\\#", "#").replace("\\;", ";")
    whole = f"{folder}/{inner.removeprefix('/')}" if "/" in inner else f"**/{inner}"
    try:
        pattern, ranges = translate(whole)
        found = regex.compile(pattern).match(target, timeout=PATTERN_LIMIT_S, concurrent=True)
    except (regex.error, RecursionError, ValueError):
        return False
    if found is None:
        return False
    numbers = [number or "" for number in found.groups()]
    return all(
        number[:1] != "0" and number.lstrip("+-").isdigit() and low <= int(number) <= high
        for number, (low, high) in zip(numbers, ranges, strict=False)
    )


def _values(options: dict[str, str]) -> EditorConfig:
    style = options.get("indent_style", "").lower()
    is_tabs = {"tab": True, "space": False}.get(style)
    size, tab = options.get("indent_size", "").lower(), _number(options.get("tab_width", ""))
    columns = tab if size == "tab" else _number(size)
    if size == "tab" and is_tabs is None:
        is_tabs = True
    if tab is None and is_tabs:
        tab = columns
    return EditorConfig(
        is_indented_by_tabs=is_tabs,
        indent_columns=columns or (tab if is_tabs else None),
        tab_columns=tab,
        ending=_ENDINGS.get(options.get("end_of_line", "").lower()),
        charset=_CHARSETS.get(options.get("charset", "").lower()),
        trims_trailing_blanks=_switch(options.get("trim_trailing_whitespace", "")),
        has_final_newline=_switch(options.get("insert_final_newline", "")),
        ruler_column=_number(options.get("max_line_length", ""), limit=1_000),
    )


def _number(text: str, limit: int = 16) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= limit else None


def _switch(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())
