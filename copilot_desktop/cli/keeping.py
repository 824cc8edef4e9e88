"""What a command that writes keeps of what it overwrites, and what it says where that does not fit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from copilot_desktop.assembly import keep_limits
from copilot_desktop.errors import NotKeptError
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.workspace.checkpoints.store import SizeLimit


def size_limit(environ: Mapping[str, str]) -> SizeLimit:
    """How many bytes of old contents the settings allow."""
    return lambda: keep_limits(SettingsStore(program_folders(environ).config)).size_bytes


@contextlib.contextmanager
def naming_the_flag() -> Iterator[None]:
    """Say how a script writes what cannot be kept."""
    try:
        yield
    except NotKeptError as error:
        advice = "Let more be kept in Settings, History; --without-undo writes it without a way back."
        raise NotKeptError(error.message, advice=advice, detail=error.detail) from error
