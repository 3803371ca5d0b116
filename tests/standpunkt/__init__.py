"""Tests of the front door: the library and the command line."""
