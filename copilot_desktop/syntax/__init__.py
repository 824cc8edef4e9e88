"""What a text is made of, by tree-sitter: its definitions. A grammar is loaded when its first file is asked about."""
