"""Tests: significance."""
