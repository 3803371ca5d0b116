"""Tests: baselines.tasks."""
