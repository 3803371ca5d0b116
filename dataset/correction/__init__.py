"""A text that is corrected on purpose keeps its labels: what the edits do not touch moves exactly, the rest is rejected for a look."""
