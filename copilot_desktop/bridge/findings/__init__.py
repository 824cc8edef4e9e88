"""What a model says of one's own changes, for the window: asking for findings, dismissing them, taking their fixes."""
