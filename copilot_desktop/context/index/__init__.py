"""The index of a folder: which file, function or section a question is about, found without reading everything anew."""
