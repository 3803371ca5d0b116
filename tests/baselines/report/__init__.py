"""Tests of the report page of a run."""
