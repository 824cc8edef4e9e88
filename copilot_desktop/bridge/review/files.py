"""The worker side of a review: what stands on disk, and writing decided files. Nothing here touches Qt."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from types import MappingProxyType
from typing import Final

from copilot_desktop.edits.plan import PlannedFile
from copilot_desktop.errors import EncodingError, FileChangedError, StoreError
from copilot_desktop.text.encodings import TextFormat, encode
from copilot_desktop.text.lines import dominant_ending
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import NOTHING_KNOWN, About, FileAbout
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.file_identity import FileIdentity, FolderNames, file_identity
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import FileText, missing_files, names_beside, read_file
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.step_recovery import RecoveryNotice

_FOUND_OUT: Final[Mapping[str, str]] = MappingProxyType({})
_OWNER: Final = "review"
"""Who pins the steps that the review may take back."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands on disk after a step: texts and hashes by path (None: no such file), and what undoes the step.

    `formats` are those of the files as they were before, so that a deleted one can be written again. `linked` are
    those that have other names (hard links): their text is the new one, too.
    """

    texts: Mapping[str, str | None]
    hashes: Mapping[str, str | None]
    checkpoint_id: str
    formats: Mapping[str, TextFormat] = field(default_factory=dict)
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outdated:
    """Nothing was written: these files say something else than the review thought (None: there is no such file)."""

    texts: Mapping[str, str | None]


class ReviewFiles:
    """Reads and writes the files of one workspace for the review; each call waits for the disk.

    `encodings` are those that the user has chosen for open files; that of any other is found out.
    """

    def __init__(self, workspace: Workspace, applier: Applier) -> None:
        self._workspace = workspace
        self._applier = applier

    def recover(self) -> RecoveryNotice | None:
        """Finish or take back a step that a crash cut off. Raises StoreError, WriteError."""
        return self._applier.recover()

    @property
    def history(self) -> History:
        """What was written in the folder, step by step."""
        return self._applier.history

    def keep_for_undo(self, checkpoint_ids: Collection[str]) -> None:
        """These steps, and no others, can be taken back in the review: what they need is not evicted."""
        # A step that is evicted although it was wanted is taken back by its texts.
        with contextlib.suppress(StoreError):
            self._applier.history.pin(_OWNER, checkpoint_ids)

    @property
    def workspace(self) -> Workspace:
        """The folder."""
        return self._workspace

    def identities(self, paths: Iterable[str]) -> dict[str, FileIdentity]:
        """What tells files from others that get their names later, where that is known."""
        found = {path: file_identity(self._workspace.root / path) for path in paths}
        return {path: each for path, each in found.items() if each is not None}

    def there(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths at which there is a file."""
        every = frozenset(paths)
        return every.difference(missing_files(self._workspace, every))

    def names(self) -> FolderNames:
        """The files of the folder that git does not ignore."""
        # Nothing of it is needed where nothing is under review.
        from copilot_desktop.workspace.file_list import list_files
        from copilot_desktop.workspace.ignore import IgnoreRules

        return FolderNames.of(list_files(self._workspace, IgnoreRules(self._workspace)))

    def read(self, paths: Iterable[str], encodings: Mapping[str, str] = _FOUND_OUT) -> dict[str, str | None]:
        """Return the texts of files, None for one that is absent. Raises WorkspaceError for one that is not text."""
        return {path: found.text if (found := self._find(path, encodings)) is not None else None for path in paths}

    def write(
        self,
        files: Sequence[PlannedFile],
        title: str,
        renamed: Mapping[str, str],
        formats: Mapping[str, TextFormat],
        encodings: Mapping[str, str] = _FOUND_OUT,
        about: About = NOTHING_KNOWN,
        *,
        is_kept: bool = True,
        copies: Sequence[FileWrite] = (),
    ) -> Written | Outdated:
        """Write all files or none; a file keeps its encoding, mark and line endings.

        `renamed`: new path → the path whose format and permission bits it takes. `formats`: those of files that are
        absent now. `copies`: the hot-exit copies that are written with them.
        Raises WorkspaceError or StoreError with nothing written: NotKeptError where it does not fit into the store,
        which `is_kept` False does without.
        """
        found = {planned.path: self._find(planned.path, encodings) for planned in files}
        texts = {path: file_text.text if file_text is not None else None for path, file_text in found.items()}
        changed = {planned.path: texts[planned.path] for planned in files if texts[planned.path] != planned.before}
        if changed:
            return Outdated(changed)
        known = dict(formats)
        known.update({path: file_text.format for path, file_text in found.items() if file_text is not None})
        writes = []
        files_about = dict(about.files)
        for planned in files:
            before, data = found[planned.path], None
            if planned.after is not None:
                given = known.get(planned.path) or known.get(renamed.get(planned.path, ""))
                text_format = given or TextFormat("utf-8", False, dominant_ending(planned.after))
                data = _encoded(planned.path, planned.after, text_format)
                told = files_about.get(planned.path, FileAbout())
                files_about[planned.path] = replace(told, encoding=text_format.encoding)
            like = renamed.get(planned.path) if before is None else None
            writes.append(FileWrite(planned.path, before.disk_hash if before is not None else None, data, like))
        try:
            result = self._applier.apply([*writes, *copies], title, replace(about, files=files_about), is_kept=is_kept)
        except FileChangedError:
            # Changed between our reading and the writing: what it says now decides.
            return Outdated(self.read(texts, encodings))
        after = {planned.path: planned.after for planned in files}
        return Written(after, result.hashes, result.checkpoint_id, known, self._linked(after))

    def restore(
        self,
        checkpoint_id: str,
        files: Sequence[PlannedFile],
        encodings: Mapping[str, str] = _FOUND_OUT,
        about: About = NOTHING_KNOWN,
        *,
        is_kept: bool = True,
        copies: Sequence[FileWrite] = (),
    ) -> Written | None:
        """Put back the bytes a step overwrote; None when that cannot be had: a file has changed, or it is not kept."""
        try:
            result = self._applier.restore(checkpoint_id, about, is_kept=is_kept, copies=copies)
        except (FileChangedError, StoreError):
            return None
        texts = self.read([planned.path for planned in files], encodings)
        return Written(texts, result.hashes, result.checkpoint_id, linked=self._linked(texts))

    def _linked(self, texts: Mapping[str, str | None]) -> tuple[str, ...]:
        return tuple(path for path, text in texts.items() if text is not None and names_beside(self._workspace, path))

    def _find(self, path: str, encodings: Mapping[str, str]) -> FileText | None:
        if not os.path.lexists(self._workspace.resolve(path)):
            return None
        return read_file(self._workspace, path, encodings.get(path))


def _encoded(path: str, text: str, text_format: TextFormat) -> bytes:
    """The bytes of a file, whose name an error tells: more than one may be accepted at once."""
    try:
        return encode(text, text_format)
    except EncodingError as error:
        raise EncodingError(f"{path}: {error.message}", advice=error.advice) from error
