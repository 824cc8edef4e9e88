"""Talking to models: profiles, catalogue and prices, one package per wire format, local server."""
