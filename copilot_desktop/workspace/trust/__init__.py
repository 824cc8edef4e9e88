"""Whether the user trusts a folder: until then no rule file and no setting of it holds, and nothing of it is run."""
