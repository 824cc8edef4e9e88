"""The side view in which the texts of the folder are searched."""
