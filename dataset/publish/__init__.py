"""Releases in public places: pushed whole or not at all, fetched as they were published or not at all."""
