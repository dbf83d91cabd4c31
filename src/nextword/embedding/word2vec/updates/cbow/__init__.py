"""CBOW: the words of the window are one example together."""
