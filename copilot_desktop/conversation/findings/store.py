"""What is kept of findings in one folder, in a file of its own: the ones that were dismissed, and the last review.

Written as a whole, in one step. Blocking: call it on workers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, Final

from copilot_desktop.conversation.findings.values import Finding, Severity, ShownFix
from copilot_desktop.errors import NewerStoreError, StoreError, WriteError
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash, make_private, write_private

VERSION: Final = 2
_MOST_DISMISSED: Final = 2_000
"""The oldest go first: the lines of most are long gone by then."""
_MOST_FIXES: Final = 100


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A finding that is not to come again: its `key`, and what the model is told of it."""

    key: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptFindings:
    """What is kept of a folder. `model` made the last of the findings; not whole: its answer was still arriving."""

    findings: tuple[Finding, ...] = ()
    model: str = ""
    dismissed: tuple[Dismissed, ...] = field(default=())
    fixes: tuple[ShownFix, ...] = field(default=())
    is_whole: bool = True

    @property
    def fixed(self) -> frozenset[str]:
        """The ids of the findings whose fix was accepted."""
        return frozenset(each.finding_id for each in self.fixes if each.is_accepted)

    def with_fix(self, fix: ShownFix) -> KeptFindings:
        """With the fix of a finding as it stands now."""
        others = (each for each in self.fixes if each.finding_id != fix.finding_id)
        return replace(self, fixes=(*others, fix)[-_MOST_FIXES:])

    def without(self, finding: Finding) -> KeptFindings:
        """With a finding dismissed."""
        mark = Dismissed(finding.key, finding.path, finding.reason)
        others = tuple(each for each in self.dismissed if each.key != mark.key)
        return replace(
            self,
            findings=tuple(each for each in self.findings if each.key != mark.key),
            dismissed=(*others, mark)[-_MOST_DISMISSED:],
        )

    def with_back(self, finding: Finding, place: int) -> KeptFindings:
        """With a dismissed finding back where it stood."""
        return replace(
            self,
            findings=(*self.findings[:place], finding, *self.findings[place:]),
            dismissed=tuple(each for each in self.dismissed if each.key != finding.key),
        )


class FindingsStore:
    """One file. Raises StoreError for what the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> KeptFindings:
        """What is kept; nothing where there is no file.

        Raises NewerStoreError for a file of a newer version, StoreError for a damaged one; both stay as they are.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return KeptFindings()
        except OSError as error:
            raise self._unreadable(str(error)) from error
        try:
            values = json.loads(data)
            version = values["version"]
            if not isinstance(version, int):
                raise TypeError("its version is no number")
            if version > VERSION:
                raise NewerStoreError(
                    f"A newer version of the program has written {self._path}, which keeps the findings in this "
                    "folder. It was left untouched.",
                    advice="Start the newer version. Findings of now are not kept over a restart.",
                )
            return _kept(values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unreadable(str(error)) from error

    def save(self, kept: KeptFindings) -> None:
        """Keep this and nothing else; where there is nothing, there is no file."""
        try:
            if not kept.findings and not kept.dismissed:
                self._path.unlink(missing_ok=True)
                return
            make_private(self._path.parent)
            write_private(self._path, json.dumps(_values(kept), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        except (OSError, WriteError) as error:
            raise StoreError(
                "The findings could not be kept, so they would not come back after a restart.",
                advice=f"Check that the disk has space and {self._path.parent} can be written to.",
                detail=str(error),
            ) from error

    def _unreadable(self, detail: str) -> StoreError:
        return StoreError(
            f"The findings in this folder cannot be read: {self._path} is damaged or cannot be opened. It was left "
            "untouched.",
            advice="Move the file away. Until then findings are not kept over a restart, and dismissed ones may come "
            "again.",
            detail=detail,
        )


def place_of(state_folder: Path, root: bytes) -> Path:
    """The file of a folder."""
    return state_folder / "findings" / f"{bytes_hash(root)[:16]}.json"


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep what is kept of a folder under its name of now, unless there is something already. Raises StoreError."""
    source, target = (place_of(state_folder, os.fsencode(each)) for each in (before, root))
    try:
        if source.exists() and not target.exists():
            source.replace(target)
    except OSError as error:
        raise StoreError(
            "The findings in the folder could not follow its new name.",
            advice="They are kept under the old one.",
            detail=str(error),
        ) from error


def _values(kept: KeptFindings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "model": kept.model,
        "findings": [
            {
                "id": each.finding_id,
                "path": each.path,
                "lines": None if each.lines is None else [each.lines.start, each.lines.end],
                "severity": each.severity.value,
                "reason": each.reason,
                "anchor": list(each.anchor),
                "around": list(each.around),
                "fix": each.fix,
                "note": each.note,
                "placeless": each.is_placeless,
            }
            for each in kept.findings
        ],
        "dismissed": [{"key": each.key, "path": each.path, "reason": each.reason} for each in kept.dismissed],
        "fixes": [
            {"id": each.finding_id, "key": each.key, "change_set": each.change_set_id, "accepted": each.is_accepted}
            for each in kept.fixes
        ],
        "whole": kept.is_whole,
    }


def _kept(values: Mapping[str, Any]) -> KeptFindings:
    findings = tuple(
        Finding(
            str(each["id"]),
            str(each["path"]),
            None if each["lines"] is None else LineRange(int(each["lines"][0]), int(each["lines"][1])),
            Severity(each["severity"]),
            str(each["reason"]),
            tuple(map(str, each["anchor"])),
            (str(each["around"][0]), str(each["around"][1])),
            str(each["fix"]),
            str(each["note"]),
            each["placeless"] is True,
        )
        for each in values["findings"]
    )
    dismissed = tuple(
        Dismissed(str(each["key"]), str(each["path"]), str(each["reason"])) for each in values["dismissed"]
    )
    fixes = tuple(  # version 1 had none
        ShownFix(str(each["id"]), str(each["key"]), str(each["change_set"]), each["accepted"] is True)
        for each in values.get("fixes", ())
    )
    return KeptFindings(findings, str(values["model"]), dismissed, fixes, values.get("whole", True) is True)
