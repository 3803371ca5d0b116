"""Tests of Standpunkt: they mirror the packages, and go end to end."""
