"""Turns: prompt building, running a turn, the conversation store."""
