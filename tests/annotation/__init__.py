"""Tests: annotation."""
