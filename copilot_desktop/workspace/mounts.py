"""Which file systems do not tell what changes on them: those where another machine or program may write."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
_NETWORK: Final = frozenset(
    {
        *("9p", "afs", "afpfs", "beegfs", "ceph", "cifs", "coda", "davfs", "davfs2", "drvfs", "fhgfs", "gfs", "gfs2"),
        *("glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb3"),
        *("smbfs", "vboxsf", "virtiofs", "vmhgfs"),
    }
)
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def silent_mounts(root: Path, mounts: Path = MOUNTS) -> dict[str, str]:
    """The kind of file system by mount point, for those that matter to a folder: the one it stands on, as the folder
    itself, and those mounted below it. Empty where the kernel tells of every change, or none can be known."""
    if not sys.platform.startswith("linux"):
        return {}
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return {}
    place, below, own, own_kind = str(root), dict[str, str](), "", ""
    for line in lines:
        point, kind = _mount(line)
        if place == point or place.startswith(f"{point.rstrip('/')}/"):
            # The last one mounted at a place hides those before it.
            if len(point) >= len(own):
                own, own_kind = point, kind
        elif point.startswith(f"{place.rstrip('/')}/"):
            below[point] = kind
    found = {point: kind for point, kind in below.items() if _is_silent(kind)}
    return {place: own_kind, **found} if _is_silent(own_kind) else found


def _mount(line: str) -> tuple[str, str]:
    """Mount point and kind of file system of a line, "" where it is of another form."""
    left, _dash, right = line.partition(" - ")
    fields, kinds = left.split(" "), right.split(" ")
    if len(fields) < 5 or not kinds:
        return "", ""
    point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])
    return os.path.normpath(point), kinds[0]


def _is_silent(kind: str) -> bool:
    # "fuse" and "fuse.sshfs" are programs; "fuseblk" is a local disk.
    return kind in _NETWORK or kind == "fuse" or kind.startswith("fuse.")
