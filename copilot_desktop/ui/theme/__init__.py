"""How the window looks: colours, style sheet, icons. Every colour in the program comes from here."""
