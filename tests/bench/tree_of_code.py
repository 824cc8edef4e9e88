"""Makes a large tree of small Python files whose names, symbols and imports differ, as those of a large project do."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

_NOUNS = """
account address archive basket batch border branch buffer cache cart catalogue change channel client clock
colour column command commit config content contract counter course cursor customer date delivery device
discount driver edge editor engine entry error event export family field figure file filter folder font format
frame gateway graph grid group handle header image import index input invoice item journal key label layer
layout ledger length level library limit line link list locale lock log mail map margin market measure member
memory menu message meter method model module monitor name network node note number object offer option order
output owner page panel parser part password path payment period picture place plan point policy pool port
position price process product profile project prompt query queue range rate reader record region release report
request result review role route row rule sample schema score screen search section session setting shape share
sheet signal size snapshot source span stack stage state step store stream string style subject switch symbol
table target task tax team template term text theme ticket time token tool trace tree trigger type unit update
user value vendor version view voucher window word
"""
WORDS = _NOUNS.split()
NEEDLE, RARE = "common_needle", "rare_needle"
MARK = "made.txt"
"""Beside the tree, once it is whole: making it takes a minute, and it can be kept."""


def make_tree(root: Path, files: int, folders: int, *, with_git: bool) -> list[str]:
    """Folders three deep with the files dealt out evenly; returns their paths. One that is there is taken as it is."""
    places = [f"{WORDS[at % 25]}/{WORDS[25 + at // 25 % 25]}/{WORDS[at % len(WORDS)]}_{at}" for at in range(folders)]
    paths = [f"{places[at % folders]}/{name_of(at)}.py" for at in range(files)]
    mark = root.with_name(f"{root.name}-{MARK}")
    wanted = f"{files} {folders} {with_git}"
    if mark.exists() and mark.read_text() == wanted:
        return paths
    shutil.rmtree(root, ignore_errors=True)
    for place in places:
        (root / place).mkdir(parents=True)
    for at, path in enumerate(paths):
        (root / path).write_text(source_of(at, paths))
    if with_git:
        commit_all(root)
    mark.write_text(wanted)
    return paths


def name_of(at: int) -> str:
    """No two files of a folder are called the same."""
    return f"{WORDS[at * 7 % len(WORDS)]}_{at}"


def source_of(at: int, paths: list[str], word: str = "") -> str:
    """A class with two methods and a function, with names of their own, and what another file is imported for."""
    rng = random.Random(f"{at}{word}")  # noqa: S311 - the same text each time
    one, two, three, four = rng.sample(WORDS, 4)
    other = paths[rng.randrange(len(paths))][:-3].replace("/", ".")
    rare = f"{RARE} = 1\n" if at % 97 == 0 else ""
    return (
        f"from {other} import {two}\n\n{rare}{NEEDLE} = {at}\n\n\n"
        f"class {one.title()}{two.title()}{word}:\n    def {three}_of_{one}(self, {two}):\n"
        f"        return self.{four}[{two}] + {at}\n\n"
        f"    def {four}_{word or three}(self):\n        return {two}.{one}\n\n\n"
        f"def {two}_{three}_{four}({one}):\n    return {one} * {at}\n"
    )


def commit_all(root: Path) -> None:
    """Put the tree under git, as one commit."""
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "-q", "-m", "The tree"),
    ):
        subprocess.run(("git", "-C", str(root), *arguments), check=True)


def restore(root: Path) -> None:
    """Have the tree as it was made."""
    for arguments in (("checkout", "-q", "-f", "main"), ("checkout", "-q", "-f", "."), ("clean", "-qfd")):
        subprocess.run(("git", "-C", str(root), *arguments), check=True)
