"""The wire format Chat Completions: bodies and answers."""
