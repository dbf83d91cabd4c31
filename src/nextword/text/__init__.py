"""From files to token ids: readers, tokenizers, vocabulary."""
