"""What test files import from one another."""

from hypothesis import strategies as st

small_lines = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=7).map(" ".join), min_size=1, max_size=12
).filter(lambda lines: any(lines))
"""Small texts: few words, empty lines among them."""
