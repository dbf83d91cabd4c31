"""Several trees of n-grams into one."""
