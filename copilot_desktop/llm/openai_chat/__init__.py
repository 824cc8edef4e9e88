"""The wire format Chat Completions: bodies, streams, failures and the connection that carries them."""
