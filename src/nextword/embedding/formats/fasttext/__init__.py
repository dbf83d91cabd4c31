"""fastText's ``.bin``: its settings, its words, and the matrix of words and their n-grams, dense or quantised."""
