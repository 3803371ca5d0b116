"""Tests: annotation.agreement."""
