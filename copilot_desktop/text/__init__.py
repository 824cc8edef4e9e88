"""Values and rules on text: offsets, ranges, snapshots, encodings, lines, differences, merge. No Qt, no files.

`merge` is what scripts ask for by this package; it is imported then, and not with every window.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_desktop.text.merging import Merge, merge

__all__ = ["Merge", "merge"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from copilot_desktop.text import merging

        return getattr(merging, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
