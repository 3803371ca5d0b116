"""From a file to decoded text, one format a module."""
