"""What git says of the opened folder, for the window: status, both texts of changed files, staging, commits."""
