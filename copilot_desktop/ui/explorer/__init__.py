"""The tree of the opened folder: lazy, follows the disk."""
