"""The report page that ``standpunkt gold`` writes: how far annotators agree, and what to do about it.

``agreement.html`` needs nothing but itself: no script, no file, no network. Each module holds one subject; ``markup.py`` makes sure that
nothing from the data becomes markup.
"""

from __future__ import annotations

from annotation.report.write import PAGE, write_report

__all__ = ["PAGE", "write_report"]
