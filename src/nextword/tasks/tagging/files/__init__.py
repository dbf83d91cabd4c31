"""Tagged files, in and out: CoNLL columns and CoNLL-U."""
