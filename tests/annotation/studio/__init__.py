"""Tests: annotation.studio."""
