"""What git knows of the opened folder: its rules, its state, and what has changed since the last commit."""
