"""What a model may look at by itself in the opened folder, within the border that holds for everything it is shown."""
