"""Embeddings as OpenAI's servers and those that imitate them make them: texts to vectors."""
