"""Corrected texts keep their labels."""
