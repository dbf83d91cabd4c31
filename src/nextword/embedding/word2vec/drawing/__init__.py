"""What word2vec leaves to chance: which words are read, how wide a window is, which words are negatives."""
