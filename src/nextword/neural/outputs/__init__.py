"""The output layers: from a hidden vector to the probability of each word."""
