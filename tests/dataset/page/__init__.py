"""Tests of dataset/page."""
