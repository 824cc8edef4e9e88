"""What has changed since the last commit: the list in the side pane, and the box that a commit is made in."""
