"""Open texts between the core and the widgets: files, formats, hot exit, what others do to them."""
