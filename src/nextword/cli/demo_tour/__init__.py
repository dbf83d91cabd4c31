"""The tour of ``nextword demo``: what it computes, and how that reads."""
