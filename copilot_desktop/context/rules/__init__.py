"""Rule files of a folder: which there are, which apply to a prompt, and why. Only in folders that are trusted."""
