"""What the window is told about findings. Frozen values, no Qt."""

from __future__ import annotations

from copilot_desktop.bridge.request_words import Phase, RequestWords
from copilot_desktop.conversation.findings.values import Finding
from copilot_desktop.errors import NeverSendError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FindingsChanged:
    """How it stands. `said` is a sentence on what came of the last review, an error where `is_error`.

    `rest` is what the answer says beside findings, as the model wrote it. `turn_id` names the last request that was
    sent, "" for none. `can_undo`: a dismissal can be taken back. `fixed` are the ids of those whose fix was accepted.
    `hidden`: nothing could be sent, and these are the files that the user can allow.
    """

    phase: Phase
    findings: tuple[Finding, ...] = ()
    request: RequestWords | None = None
    said: str = ""
    is_error: bool = False
    rest: str = ""
    turn_id: str = ""
    can_undo: bool = False
    fixed: frozenset[str] = frozenset()
    hidden: tuple[NeverSendError, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """How the draft of a commit message stands: `text` is what has come of it, `said` a sentence on how it ended.
    `hidden`: nothing could be sent, and these are the files that the user can allow."""

    phase: Phase
    request: RequestWords | None = None
    text: str = ""
    said: str = ""
    is_error: bool = False
    hidden: tuple[NeverSendError, ...] = ()
