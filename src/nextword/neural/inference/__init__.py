"""A trained network's answers, in NumPy alone."""
