"""The loops that walk."""
