"""A save that a kill or a power cut ended half-way."""

from __future__ import annotations

from pathlib import Path

from copilot_desktop.workspace.atomic_write import hash_or_none, is_cut_off, kept_beside, replace_file


def recover_save(target: Path, temporary: str, before: str | None) -> str | None:
    """Bring a file that was being saved to the whole of its old or its new text, and remove what lies beside it.

    `temporary`: the name of the file that the new text was staged in. Returns the hash of what the file holds, None
    when nothing was written. Raises OSError.
    """
    staged = target.with_name(temporary)
    old = kept_beside(staged)
    found = hash_or_none(target)
    is_written_through = found != before and staged.exists() and old.exists() and hash_or_none(old) == before
    # A file with other names, then: it is old and new text at once, or new as a whole.
    if is_written_through and is_cut_off(target.read_bytes(), old.read_bytes(), staged.read_bytes()):
        replace_file(staged, target)
        found = hash_or_none(target)
    for left in (staged, old):
        left.unlink(missing_ok=True)
    return None if found == before else found
