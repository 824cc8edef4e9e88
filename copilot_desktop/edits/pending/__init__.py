"""What is proposed and not settled, on its way over a restart."""
