"""The opened folder: safe paths, documents, reading and atomic writing, ignore rules, watching, git."""
