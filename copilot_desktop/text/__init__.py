"""Values and rules on text: offsets, ranges, snapshots, encodings, lines, differences, merge. No Qt, no files."""
