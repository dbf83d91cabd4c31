"""Fewer words: what the dropped ones had becomes ``<unk>``'s."""
