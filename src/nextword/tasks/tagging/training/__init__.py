"""How taggers are trained."""
