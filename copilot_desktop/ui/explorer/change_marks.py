"""What git says of the files in the tree: a letter for each, and a dot for the folders they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from copilot_desktop.values import dataclass

DOT = "•"


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """A letter, the word that it stands for, and its colour (`#RRGGBB`)."""

    letter: str
    word: str
    colour: str


@dataclass(frozen=True, slots=True)
class ChangeMarks:
    """By workspace path. Of the folders the marks of what is in them: the last that was given counts most."""

    files: Mapping[str, ChangeMark] = field(default_factory=dict)
    folders: Mapping[str, ChangeMark] = field(default_factory=dict)

    @classmethod
    def of(cls, files: dict[str, ChangeMark]) -> ChangeMarks:
        """Mark these files, and the folders above them."""
        folders: dict[str, ChangeMark] = {}
        dots: dict[str, ChangeMark] = {}
        # From the last: a folder that has its mark keeps it, and so do all above it. Of 10,000 files each of a few
        # folders is looked at once.
        for path, mark in reversed(files.items()):
            dot = dots.get(mark.word)
            if dot is None:
                dot = dots[mark.word] = ChangeMark(DOT, f"holds files that are {mark.word}", mark.colour)
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders[folder] = dot
                folder = folder.rpartition("/")[0]
        return cls(files, folders)

    def find(self, path: str, *, is_folder: bool) -> ChangeMark | None:
        """The mark of a row."""
        return (self.folders if is_folder else self.files).get(path)
