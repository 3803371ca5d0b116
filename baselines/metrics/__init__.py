"""Metrics, one family a module. What is wrong with their input is a ``ValueError`` of one line, never a silent zero or NaN.

Everything that can be is a function of counts that add up over groups of items, so that the counts of thousands of resamples go
through one call: confusion matrices (``classification``, ``fnc``), span counts (``spans``), bins (``calibration``), sums of item
values (``means``). ``ranking`` takes item weights instead.
"""
