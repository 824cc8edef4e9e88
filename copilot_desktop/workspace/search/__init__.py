"""Searching the texts of the opened folder with ripgrep, and what replacing makes of what was found."""
