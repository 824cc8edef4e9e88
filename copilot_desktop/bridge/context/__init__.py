"""What may go to the model, found in the folder: the index of a window, and what `@` in a prompt names."""
