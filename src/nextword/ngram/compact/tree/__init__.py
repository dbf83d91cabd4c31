"""Which n-grams continue which, in little more than one bit an n-gram."""
