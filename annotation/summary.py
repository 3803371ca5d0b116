"""What ``standpunkt gold`` prints."""

from __future__ import annotations

from annotation.gold import Summary


def as_text(summary: Summary) -> str:
    """Counts, agreement by layer and pair, and what could not be computed, a line each."""
    kind = "silver (models alone labelled)" if summary.silver else "gold"
    lines = [
        f"{kind} by {summary.method}, {summary.claims} claims in {summary.articles} articles,"
        f" {summary.undecided} labels undecided, {summary.adjudicated} adjudicated"
    ]
    for layer, reason in summary.why.items():
        lines.append(f"  {layer}: {reason}")
    for layer, value in summary.agreement.alpha.items():
        if value.alpha is None:
            lines.append(f"  α {layer}: not defined: {value.why or 'no two annotators labelled the same item'}")
        else:
            interval = f"95 % interval {_number(value.low)} – {_number(value.high)}, "
            interval = interval if value.low is not None else ""
            why = f": {value.why}" if value.why else ""
            lines.append(f"  α {layer}: {value.alpha:.3f} ({interval}{value.units} units){why}")
    for pair, values in summary.agreement.pairs.items():
        kappas = ", ".join(f"κ {layer} {_number(value)}" for layer, value in values.kappa.items())
        lines.append(f"  {pair}: span F1 {_number(values.span_f1)}, exact {_number(values.span_f1_exact)}, {kappas}")
    for name, again in summary.agreement.intra.items():
        kappas = ", ".join(f"κ {layer} {_number(value)}" for layer, value in again.kappa.items())
        lines.append(f"  {name} again: {again.articles} repeats, span F1 {_number(again.span_f1)}, {kappas}")
    if mixed := summary.agreement.guidelines.why:
        lines.append(f"  guidelines: {mixed}")
    for what, number in summary.not_counted.items():
        if number:
            lines.append(f"  {number} {what} make no gold")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
