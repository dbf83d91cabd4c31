"""Counts as text, one ``words TAB count`` a line, as SRILM writes and reads them."""
