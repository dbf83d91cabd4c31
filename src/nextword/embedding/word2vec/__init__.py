"""word2vec: vectors of words, learned from the company they keep (Mikolov et al. 2013)."""
