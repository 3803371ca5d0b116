"""The page that ``standpunkt report`` makes of a run: who is told apart from whom, scores, what is mixed up, and the hardest items.

``report.html`` needs nothing but itself: no script, no file, no network. Each module holds one subject; ``dataset/page`` makes sure that
nothing from the data becomes markup.
"""

from __future__ import annotations

from baselines.report.write import Report, write_report

__all__ = ["Report", "write_report"]
