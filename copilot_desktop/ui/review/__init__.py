"""The review: files and hunks of a change set, their diff, and the decisions by key and button."""
