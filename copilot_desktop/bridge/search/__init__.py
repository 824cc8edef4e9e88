"""Project search between the widgets and the asyncio thread."""
