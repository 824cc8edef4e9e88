"""Web pages that the user names: fetched when asked for, and read as text."""
