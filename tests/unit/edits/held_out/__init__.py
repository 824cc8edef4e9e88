"""Cases written from the rules of the design alone, before the engine was tried on them."""
