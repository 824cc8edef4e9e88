"""Lists whose rows are painted by us: their model, what every row has on it, and what every list of them does."""
