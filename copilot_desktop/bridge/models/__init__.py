"""Models, profiles and their keys between the core and the widgets."""
