"""The side view that shows what the file in front defines."""
