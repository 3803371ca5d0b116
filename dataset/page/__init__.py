"""HTML pages that need nothing but themselves: no script, no file, no network.

``markup.py`` makes sure that nothing from the data becomes markup, ``document.py`` that nothing from outside gets in; ``canvas.py`` draws
figures whose bytes do not vary. What the pages say lies where it is measured (``annotation/report``, ``baselines/report``).
"""
