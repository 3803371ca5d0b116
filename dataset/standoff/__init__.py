"""Releases without text, and the way back: what is stripped, how a reader's own copies are matched, and how spans find their place."""
