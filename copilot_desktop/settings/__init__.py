"""Typed settings, one file per page; migrations; key map. Also the session: what the window remembers by itself."""
