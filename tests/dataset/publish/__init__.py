"""Tests: publishing and fetching releases."""
