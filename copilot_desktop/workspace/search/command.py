"""The ripgrep that comes with the program, and how it is called: nothing in the searched folder can change that."""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from copilot_desktop.child_processes import child_environment
from copilot_desktop.errors import SearchError
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.workspace.search.globs import Globs
from copilot_desktop.workspace.search.values import LIMIT_BYTES, SearchQuery

_NAME = "rg.exe" if sys.platform == "win32" else "rg"
_NEEDS_PCRE = re.compile(r"\(\?<?[=!]|\(\?>|\\[1-9]|\\k[<{']|[*+?}]\+")
"""What ripgrep's own expressions do not know: looking around, and naming again what a group has found."""
_ESCAPED_BREAK = re.compile(r"(?<!\\)(?:\\\\)*\\[nR]")


def ripgrep_program() -> str:
    """Where it is: beside the program, where its package put it, or in a folder of PATH. Raises SearchError."""
    beside = Path(sys.executable).parent
    inside = Path(__file__).parents[3]  # of a program that was made into one folder
    for folder in (beside, Path(sysconfig.get_path("scripts")), inside, inside / "bin"):
        place = folder / _NAME
        if place.is_file():
            return str(place)
    # Never the folder the program was started in, which may be the searched one.
    folders = os.pathsep.join(each for each in os.get_exec_path() if os.path.isabs(each))
    found = shutil.which(_NAME, path=folders)
    if found is None or not os.path.isabs(found):
        raise SearchError(
            "The folder cannot be searched: ripgrep, which does it, is missing.",
            advice="Install the program again, or ripgrep (rg) by your system's packages.",
        )
    return found


def environment() -> Mapping[str, str]:
    """For ripgrep: no settings of its own."""
    return {name: value for name, value in child_environment().items() if name != "RIPGREP_CONFIG_PATH"}


def folder_command(program: str, query: SearchQuery, globs: Globs, paths: Sequence[str] = ()) -> list[str]:
    """Searches the folder it is run in, or paths in it; of those, files are searched be they ignored or not."""
    command = [*_common(program, query.find), "--hidden", f"--max-filesize={LIMIT_BYTES}", *globs.arguments()]
    command += ["--no-require-git"] if query.uses_ignore_rules else ["--no-ignore"]
    return [*command, "--", *(f"./{path}" for path in paths or ("",))]


def text_command(program: str, find: FindQuery) -> list[str]:
    """Searches UTF-8 on its standard input."""
    return [*_common(program, find), "--encoding=none", "--text", "--", "-"]


def _common(program: str, find: FindQuery) -> list[str]:
    """`--line-buffered`: the first results are told at once."""
    command = [program, "--no-config", "--json", "--line-buffered", "--crlf", "--no-follow"]
    command.append("--case-sensitive" if find.is_case_sensitive else "--ignore-case")
    if find.is_whole_word:
        command.append("--word-regexp")
    if not find.is_regex:
        command.append("--fixed-strings")
    elif _NEEDS_PCRE.search(find.text):
        command.append("--pcre2")
    if "\n" in find.text or (find.is_regex and _ESCAPED_BREAK.search(find.text)):
        command.append("--multiline")
    return [*command, f"--regexp={find.text}"]
