"""Tests: baselines."""
