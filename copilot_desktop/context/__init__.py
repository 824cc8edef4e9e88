"""What the model gets to see: context items, token budget."""
