"""Metrics from confusion matrices, one family a module."""
