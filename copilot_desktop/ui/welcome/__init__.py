"""What is shown while no folder is open."""
