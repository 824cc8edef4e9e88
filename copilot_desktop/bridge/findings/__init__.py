"""What a model is asked about one's own changes: findings, their fixes, and drafts of commit messages."""
