"""Tests: baselines.metrics."""
