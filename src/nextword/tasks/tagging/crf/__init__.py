"""A chain of tags (Lafferty et al. 2001): each is scored by its word and by the tag before it."""
