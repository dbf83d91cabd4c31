"""Long texts, read in many places at once."""
