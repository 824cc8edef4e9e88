"""The history page: a time line of what the program wrote, each step as a diff, and what puts it back."""
