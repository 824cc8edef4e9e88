"""What is done to files of the opened folder, and finding them, between the core and the widgets."""
