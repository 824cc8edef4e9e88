"""Triples to merge, random ones and from a history, and what `git merge-file` makes of one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

Triple = tuple[str, str, str]
"""Base, ours and theirs."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ENDINGS = (["\n"], ["\n"], ["\r\n"], ["\n", "\r\n"], ["\n", "\r\n", "\r"])


def git_merge(folder: Path, triple: Triple) -> tuple[int, str]:
    """How many conflicts `git merge-file` finds, and what it prints: the merge, or marks as `--diff3` sets them."""
    for name, text in zip(("base", "ours", "theirs"), triple, strict=True):
        (folder / name).write_bytes(text.encode())
    names = [str(folder / name) for name in ("ours", "base", "theirs")]
    labels = ["-L", "ours", "-L", "base", "-L", "theirs"]
    done = subprocess.run(["git", "merge-file", "-p", "--diff3", *labels, *names], capture_output=True, check=False)
    plain = subprocess.run(["git", "merge-file", "-p", *names], capture_output=True, check=False)
    assert (done.returncode == 0) == (plain.returncode == 0)
    return done.returncode, done.stdout.decode()


def random_triple(random: Random) -> Triple:
    """Short texts of few different lines, so that changes meet; line endings and the last one's at random."""
    alphabet, endings = _LETTERS[: random.choice([2, 3, 5, 26])], random.choice(_ENDINGS)

    def lines(count: int) -> list[str]:
        return [random.choice(alphabet + "XY") + random.choice(endings) for _ in range(count)]

    def edited(old: list[str]) -> list[str]:
        new = list(old)
        for _ in range(random.randint(0, 3)):
            at = random.randint(0, len(new))
            new[at : at + random.randint(0, 3)] = lines(random.randint(0, 3))
        return new

    base = lines(random.randint(0, 14))
    texts = ["".join(each) for each in (base, edited(base), edited(base))]
    base_text, ours, theirs = (text.rstrip("\r\n") if random.random() < 0.25 else text for text in texts)
    return base_text, ours, theirs


def history_triples(repository: Path, limit: int) -> Iterator[Triple]:
    """Three versions of a file in a row: taking back a change of an older day while a newer one stands."""
    found = 0
    for path in _git(repository, "ls-files").splitlines():
        commits = _git(repository, "log", "--format=%H", "-n", "12", "--", path).split()
        texts = [_text_of(repository, commit, path) for commit in commits]
        for newer, middle, older in zip(texts, texts[1:], texts[2:], strict=False):
            if newer is not None and middle is not None and older is not None:
                yield middle, newer, older
                found += 1
                if found == limit:
                    return


def _git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], capture_output=True, check=True, text=True, errors="replace"
    ).stdout


def _text_of(repository: Path, commit: str, path: str) -> str | None:
    done = subprocess.run(["git", "-C", str(repository), "show", f"{commit}:{path}"], capture_output=True, check=False)
    try:
        return done.stdout.decode() if done.returncode == 0 and b"\0" not in done.stdout else None
    except UnicodeDecodeError:
        return None
