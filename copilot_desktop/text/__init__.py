"""Values and rules on text: offsets, ranges, snapshots, encodings, lines, differences. No Qt, no files."""
