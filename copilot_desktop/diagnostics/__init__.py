"""What helps when something goes wrong: log, crash reports, and a report of what runs here. No content, no keys."""
