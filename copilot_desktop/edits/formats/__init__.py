"""Readers of the formats a model may answer in: text to intents. Each reads in linear time."""
