"""The only importer of pyside6_scintilla and lexilla: view, lexers, diff marks, accessibility."""
