"""From the exact automaton to the compact one and back."""
