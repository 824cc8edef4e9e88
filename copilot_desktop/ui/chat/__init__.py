"""The chat sidebar: transcript, composer, chips and cards. Widgets only; what happens is decided in `bridge`."""
