"""A model's answer to placed edits, and from there through the user's decisions to the texts to write."""
