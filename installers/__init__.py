"""Setting the program up: from a checkout (`run.py`), and one folder per system for the packages."""
