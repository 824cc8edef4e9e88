"""All tests. `python3 tests/run.py` runs everything."""
