"""Tests: baselines.systems."""
