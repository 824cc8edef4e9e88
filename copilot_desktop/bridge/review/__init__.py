"""The review of a window between the core and the widgets: proposals, decisions, what becomes of refused blocks."""
