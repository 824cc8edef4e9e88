"""Values and rules on text: offsets, ranges, snapshots, encodings, lines, differences, merge. No Qt, no files."""

from copilot_desktop.text.merge import Merge, merge

__all__ = ["Merge", "merge"]
