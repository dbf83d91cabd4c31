"""n-gram models: counting, smoothing, the back-off automaton, ARPA files."""
