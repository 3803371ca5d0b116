"""Tests: dataset.takedown."""
