"""What is known of the trust in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.folder_identity import FolderIdentity


class Decision(StrEnum):
    """What the user has said of a folder."""

    UNDECIDED = "undecided"
    RESTRICTED = "restricted"
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A file, or git's settings that run programs, as it stands. `text` is None where it is none that can be shown."""

    digest: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class GuardedChange:
    """What was agreed to, and what stands there now; None: it was not there, or is gone."""

    name: str
    old: Guarded | None
    new: Guarded | None


@dataclass(frozen=True, slots=True)
class TrustRecord:
    """What is kept of a folder. `seen`: name → what the user has agreed to."""

    root: str
    identity: FolderIdentity
    decision: Decision
    seen: Mapping[str, Guarded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrustState:
    """`found` are the names of what trust lets hold. `changes` are not agreed to, in a folder that is trusted; in
    another one `held` is what would hold, as it stands. `problem` says why nothing is known of a folder.
    """

    decision: Decision = Decision.UNDECIDED
    found: tuple[str, ...] = ()
    changes: tuple[GuardedChange, ...] = ()
    problem: str = ""
    held: tuple[GuardedChange, ...] = ()

    @property
    def is_trusted(self) -> bool:
        """Whether what was agreed to holds."""
        return self.decision is Decision.TRUSTED
