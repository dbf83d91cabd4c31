"""One step of word2vec: the rows of a window and of a few outputs, moved against the gradient of their loss."""
