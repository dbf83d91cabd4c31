"""Long texts through the automaton."""
