"""What git has of a file, as it would stand on disk: what the editor's margin compares its text with."""

from __future__ import annotations

from copilot_desktop.errors import RepositoryError, UndecodableError
from copilot_desktop.text.encodings import decode, decode_as
from copilot_desktop.workspace.git.contents import SHOWN_BYTES
from copilot_desktop.workspace.git.filtering import Filters
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.values import LINK_MODE, SUBMODULE_MODE


def baseline_text(repository: GitRepository, inner_path: str, encoding: str) -> str | None:
    """The staged text of a file of the opened folder, in the encoding of its document where that fits.

    None where git does not know the file, or its text cannot be had: not staged, in conflict, no text, too large.
    """
    path = f"{repository.prefix}{inner_path}"
    with refusals_as_sentences(f"read what git has of {inner_path}"):
        index = repository.git.index
        if path not in index:
            return None
        entry = index[path]
        if int(entry.mode) in (LINK_MODE, SUBMODULE_MODE):
            return None
        try:
            data = Filters(repository, path).to_disk(repository.blob(str(entry.id)))
        except RepositoryError:
            return None
    if data is None or len(data) > SHOWN_BYTES:
        return None
    try:
        return decode_as(data, encoding)[0]
    except UndecodableError:
        pass
    try:
        return decode(data)[0]
    except UndecodableError:
        return None
