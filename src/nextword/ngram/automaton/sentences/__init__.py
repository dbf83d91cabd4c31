"""Single sentences through the automaton."""
