"""Tests of stand-off releases."""
