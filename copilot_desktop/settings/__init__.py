"""Typed settings, one file per page; migrations; key map."""
