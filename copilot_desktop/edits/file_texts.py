"""The texts of files under review, by path: read as str, kept so that an edit need not touch the whole text."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping

from copilot_desktop.text.lined_text import LinedText


class FileTexts(Mapping[str, str | None]):
    """Immutable. None stands for a file that does not exist; of one that has gone, `gone` is what it said last."""

    def __init__(
        self, lined: Mapping[str, LinedText | None] | None = None, gone: Mapping[str, LinedText] | None = None
    ) -> None:
        self._lined = dict(lined or {})
        self._gone = dict(gone or {})

    def __getitem__(self, path: str) -> str | None:
        lined = self._lined[path]
        return None if lined is None else lined.text

    def __iter__(self) -> Iterator[str]:
        return iter(self._lined)

    def __len__(self) -> int:
        return len(self._lined)

    def __contains__(self, path: object) -> bool:
        # Mapping's own would ask for the text, which may have to be joined.
        return path in self._lined

    def lined(self, path: str) -> LinedText | None:
        """The text of a path as lines; None also for a path that is not there."""
        return self._lined.get(path)

    def all_lined(self) -> dict[str, LinedText | None]:
        """All texts as lines; the caller's to change."""
        return dict(self._lined)

    def all_gone(self) -> dict[str, LinedText]:
        """What files that do not exist any more said last; the caller's to change."""
        return dict(self._gone)

    def merged(self, other: FileTexts) -> FileTexts:
        """These texts and others, which win."""
        return FileTexts({**self._lined, **other.all_lined()}, {**self._gone, **other.all_gone()})

    def renamed(self, rename: Callable[[str], str]) -> FileTexts:
        """The same texts under other paths."""
        lined = {rename(path): each for path, each in self._lined.items()}
        return FileTexts(lined, {rename(path): each for path, each in self._gone.items()})

    def only(self, paths: Container[str]) -> FileTexts:
        """The texts of these paths."""
        lined = {path: each for path, each in self._lined.items() if path in paths}
        return FileTexts(lined, {path: each for path, each in self._gone.items() if path in paths})


def file_texts(texts: Mapping[str, str | None]) -> FileTexts:
    """Keep texts given as str."""
    return FileTexts({path: None if text is None else LinedText(text) for path, text in texts.items()})
