"""How good word vectors are: analogies, and people's judgments of similarity."""
