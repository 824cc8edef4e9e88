"""The texts of files under review, by path: read as str, kept so that an edit need not touch the whole text."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from copilot_desktop.text.lined_text import LinedText


class FileTexts(Mapping[str, str | None]):
    """Immutable. None stands for a file that does not exist."""

    def __init__(self, lined: Mapping[str, LinedText | None] | None = None) -> None:
        self._lined = dict(lined or {})

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

    def merged(self, other: FileTexts) -> FileTexts:
        """These texts and others, which win."""
        return FileTexts({**self._lined, **other.all_lined()})

    def only(self, paths: Container[str]) -> FileTexts:
        """The texts of these paths."""
        return FileTexts({path: lined for path, lined in self._lined.items() if path in paths})


def file_texts(texts: Mapping[str, str | None]) -> FileTexts:
    """Keep texts given as str."""
    return FileTexts({path: None if text is None else LinedText(text) for path, text in texts.items()})
