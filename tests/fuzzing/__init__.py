"""A fuzzer of every kind of file: ``python -m tests.fuzzing 5000``."""
