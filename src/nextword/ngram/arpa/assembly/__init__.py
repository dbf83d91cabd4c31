"""From the sections of an ARPA file, in any order, to a back-off automaton."""
