"""The automaton of what is kept, and the back-off weights that make it a distribution again."""
