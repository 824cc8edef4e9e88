"""QObjects between the asyncio thread and the widgets."""
