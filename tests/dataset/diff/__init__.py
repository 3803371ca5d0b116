"""Tests: dataset.diff."""
