"""Project search without Qt."""
