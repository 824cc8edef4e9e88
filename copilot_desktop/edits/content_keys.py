"""What a change says, in a short key: a mark that somebody put on it holds as long as it says the same."""

from __future__ import annotations

import hashlib

from copilot_desktop.edits.change_sets import ChangeHunk

_KEY_BYTES = 12


def content_key(path: str, hunk: ChangeHunk) -> str:
    """The key of a change: of its file, the lines that go and those that come. Where it stands does not count, nor
    what was decided about it."""
    found = hashlib.blake2b(digest_size=_KEY_BYTES)
    for part in (path, hunk.old_text, hunk.new_text):
        said = part.encode("utf-8", "surrogatepass")
        found.update(len(said).to_bytes(8, "big"))
        found.update(said)
    return found.hexdigest()
