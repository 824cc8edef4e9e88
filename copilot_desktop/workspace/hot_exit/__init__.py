"""Unsaved texts on disk: within a second of every change, through crash, kill and power cut, until they are saved."""
