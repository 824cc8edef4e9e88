"""The checks of others on what was built: desktop-file-validate, appstreamcli, lintian."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from installers.environment import SetupError

TOOLS: Final = {
    "dpkg-deb": "dpkg", "readelf": "binutils", "strip": "binutils", "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream", "lintian": "lintian", "mksquashfs": "squashfs-tools", "gcc": "gcc",
}  # fmt: skip
"""Programs that a build runs, and the packages of Debian and Ubuntu that bring them."""


def require(tools: Iterable[str]) -> None:
    """Raise SetupError with the command that installs what is missing, before anything was built."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        packages = " ".join(sorted({TOOLS[tool] for tool in missing}))
        raise SetupError(f"{', '.join(missing)} missing: sudo apt install {packages}")


def against_shared(share: Path) -> list[str]:
    """What the two validators say against the files below a folder like /usr/share; [] is good."""
    found = []
    for entry in sorted(share.glob("applications/*.desktop")):
        found += _said(["desktop-file-validate", str(entry)])
    for component in sorted(share.glob("metainfo/*.xml")):
        found += _said(["appstreamcli", "validate", "--no-net", str(component)], quiet=True)
    return found


def against_package(package: Path) -> list[str]:
    """What lintian says against a .deb beyond the tags that its overrides explain: errors and warnings; [] is good."""
    command = ["lintian", "--no-cfg", "--allow-root", "--fail-on", "none", "--tag-display-limit", "0", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"lintian failed: {done.stderr.strip()}"]
    return [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))]


def _said(command: Sequence[str], *, quiet: bool = False) -> list[str]:
    """Lines of a check. `quiet`: only those of one that failed, since it also says when all is well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode and not lines:
        return [f"{command[0]} failed"]
    return [] if quiet and done.returncode == 0 else lines
