"""The opened folder itself between the core and the widgets: its tree, watching, presence."""
