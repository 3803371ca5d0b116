"""How well annotators agree.

``agreement_report`` makes the whole table of a corpus.

- ``coincidence`` Krippendorff's α, nominal and ordinal; ``bootstrap`` its intervals; ``unitizing`` α for spans
- ``kappa`` Cohen's and Fleiss' κ, observed agreement; ``overlap`` span F1
- ``votes`` which labels are compared with which; ``layers``, ``pairs``, ``annotators`` and ``report`` the tables
"""

from annotation.agreement.coincidence import alpha, coincidences
from annotation.agreement.layers import alpha_with_interval
from annotation.agreement.report import agreement_report

__all__ = ["agreement_report", "alpha", "alpha_with_interval", "coincidences"]
