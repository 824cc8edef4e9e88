"""The ledger of requests: tokens, price, latency."""
