"""The finished model as an automaton."""
