"""Finding the lines a block means, and what they become. Several equal places are never chosen from."""
