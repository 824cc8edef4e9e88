"""After a command that wrote: keep the stores of old contents within their bounds, for a moment and without a word."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import Final

from copilot_desktop.assembly import keep_limits
from copilot_desktop.errors import CopilotError
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.workspace.checkpoints.pruning import Pruner

_LIMIT_S: Final = 0.5
"""A script waits for the command to end; a window, or the next command, does the rest."""
_log = logging.getLogger(__name__)


def prune(environ: Mapping[str, str]) -> None:
    """The output has gone out before."""
    sys.stdout.flush()
    end = time.monotonic() + _LIMIT_S
    try:
        folders = program_folders(environ)
        pruner = Pruner(folders.state, is_stopped=lambda: time.monotonic() > end)
        pruner.prune(keep_limits(SettingsStore(folders.config)))
    except (OSError, CopilotError) as error:
        _log.info("the stores were not pruned: %s", error)
