"""A model's findings on changes: what is sent for them, how the answer is read, and where they stand afterwards."""
