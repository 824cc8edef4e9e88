"""What the program wrote into a folder, and every byte it overwrote or deleted: contents, journal, history.

docs/maintainers/history.md tells the files, the order of the writes and what they guarantee.
"""
