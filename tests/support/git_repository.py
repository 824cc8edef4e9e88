"""Real repositories, made by the git program, and what that program says of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

NumStat = dict[str, tuple[int | None, int | None]]
_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "A U Thor",
    "GIT_COMMITTER_EMAIL": "author@example.com",
    "GIT_ALLOW_PROTOCOL": "file",
    # Looking must not hold the lock that the program under test needs.
    "GIT_OPTIONAL_LOCKS": "0",
}


class GitFolder:
    """A folder with a repository on the branch `main`, and the git program in it."""

    def __init__(self, root: Path, *, is_new: bool = True) -> None:
        self.root = root
        if is_new:
            root.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main")
            self.git("config", "user.name", "A U Thor")
            self.git("config", "user.email", "author@example.com")

    def git(self, *arguments: str | bytes, may_fail: bool = False) -> bytes:
        """Run a git command and return its output."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **_SETTINGS},
            capture_output=True,
            check=False,
        )
        assert may_fail or done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def write(self, path: str, data: str | bytes) -> Path:
        """Write a file, with the folders above it."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data.encode() if isinstance(data, str) else data)
        return place

    def commit(self, title: str = "A commit", **files: str | bytes) -> str:
        """Commit everything that there is, and files by their names (`a_py`: a.py), and return the commit's id."""
        for name, data in files.items():
            self.write(name.replace("_", "."), data)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", title)
        return self.git("rev-parse", "HEAD").decode().strip()

    def numstat(self, *arguments: str) -> NumStat:
        """What `git diff --numstat` counts, by path; None for binary files."""
        tokens = self.git("diff", "--numstat", "-z", *arguments).split(b"\0")
        found: NumStat = {}
        at = 0
        while at < len(tokens) - 1:
            added, removed, path = tokens[at].split(b"\t", 2)
            if not path:
                path = tokens[at + 2]
                at += 2
            at += 1
            found[os.fsdecode(path)] = (_number(added), _number(removed))
        return found

    def staged(self, path: str) -> bytes:
        """The content of a file in the index."""
        return self.git("show", b":" + os.fsencode(path))

    def status(self) -> list[str]:
        """The lines of git's short status."""
        return os.fsdecode(self.git("status", "--porcelain", "-z", "-uall")).split("\0")[:-1]


def _number(said: bytes) -> int | None:
    return None if said == b"-" else int(said)
