"""Whether arrays from elsewhere are a tree of n-grams."""
