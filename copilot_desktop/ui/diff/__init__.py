"""Differences as they are shown, for every feature that has some: what is shown, its rows, and the list of them."""
