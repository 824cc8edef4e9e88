"""Conversations and turns between the core and the widgets."""
