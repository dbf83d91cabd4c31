"""From the bytes of an ARPA file to arrays of word ids and logarithms, one pair a section."""
