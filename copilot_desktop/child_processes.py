"""What holds for every process that the program starts: keys of the environment are none of its business."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)(?:S|_|\d|$)", re.IGNORECASE)
_KEY_VALUE = re.compile(r"(?:sk|pk|gsk|xai|hf|gh[opsur]|github_pat|glpat)[-_]\S{8,}")


def child_environment(**more: str) -> Mapping[str, str]:
    """This process's environment without variables that hold keys, by their names or by their form, and with `more`.

    A command that gives a key (`op read …`) needs its own and is the one exception.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not _SECRET_NAME.search(name) and not _KEY_VALUE.match(value)
    }
    return kept | more
