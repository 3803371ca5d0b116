"""The labelling interfaces of Label Studio, made from a scheme: German on screen, stable values in the export.

The *article page* has spans (claim, claimant), a relation from claimant to claim, for each claim its kind, target, stance, actor and
"unclear", and for the article its stance toward every target. The *claim page* shows one claim in context with one target and asks for the
stance: one key.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from dataset.errors import SchemeError
from dataset.scheme import Label, Scheme, Target

# Hotkeys that the interface itself takes; a scheme that uses one of them is refused.
SPAN_HOTKEYS = {"claim": "c", "claimant": "v"}
UNCLEAR_HOTKEY = "x"
# Okabe & Ito (2008), colours that people with any colour vision tell apart.
SPAN_COLORS = {"claim": "#0072b2", "claimant": "#e69f00"}
LANGUAGE = "de"

_STYLE = """
.lsf-main-view__annotation { max-width: 100%; }
.sp-page { display: flex; gap: 16px; align-items: flex-start; }
.sp-text { flex: 1 1 60%; min-width: 0; font-size: 16px; line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; }
.sp-side { flex: 0 0 340px; position: sticky; top: 8px; max-height: calc(100vh - 120px); overflow-y: auto; }
.sp-box { border: 1px solid #ccc; border-radius: 6px; padding: 8px; margin-bottom: 8px; }
.sp-claim { font-size: 18px; line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def article_page(scheme: Scheme) -> str:
    """The XML of the article page.

    Raises:
        SchemeError: two things on the page would have the same hotkey.
    """
    _check_hotkeys(scheme)
    spans = "\n".join(
        f'        <Label value={quoteattr(name)} alias="{id_}" hotkey="{SPAN_HOTKEYS[id_]}" background="{SPAN_COLORS[id_]}"/>'
        for id_, name in (("claim", "Behauptung"), ("claimant", "Urheber"))
    )
    questions = "\n".join(
        _choices(
            f"article_stance_{target.id}",
            scheme.article_stances,
            f"Artikel: {target.question}",
            hotkeys=False,
            extra='required="false"',
        )
        for target in scheme.targets
        if target.question
    )
    per_claim = 'perRegion="true" whenTagName="span" whenLabelValue="claim" visibleWhen="region-selected"'
    return f"""<View>
  <Style>{_STYLE}</Style>
  <Relations>
    <Relation value="hat Urheber" alias="claimant"/>
  </Relations>
  <View className="sp-page">
    <View className="sp-text">
      <Labels name="span" toName="text" showInline="true">
{spans}
      </Labels>
      <Text name="text" value="$text" granularity="symbol"/>
    </View>
    <View className="sp-side">
      <View className="sp-box">
{_choices("kind", scheme.kinds, "Art der Behauptung", extra=per_claim)}
{_targets(scheme.targets, per_claim)}
{_choices("stance", scheme.stances, "Haltung", extra=per_claim)}
        <TextArea name="actor" toName="text" placeholder="Urheber, Normalform" maxSubmissions="1" rows="1" editable="true" {per_claim}/>
        <Choices name="unclear" toName="text" choice="multiple" {per_claim}>
          <Choice value="unklar" alias="unclear" hotkey="{UNCLEAR_HOTKEY}"/>
        </Choices>
      </View>
      <View className="sp-box">
{questions}
      </View>
    </View>
  </View>
</View>
"""


def claim_page(scheme: Scheme) -> str:
    """The XML of the claim page: one claim, one question, one key."""
    return f"""<View>
  <Style>{_STYLE}</Style>
  <Header value="$question"/>
  <View className="sp-claim">
    <Text name="context" value="$context" granularity="symbol"/>
    <Header value="$claim" size="4"/>
  </View>
{_choices("stance", scheme.stances, "Haltung der Behauptung", to="context", extra='required="true"')}
</View>
"""


def _choices(
    name: str, labels: Iterable[Label], title: str, *, to: str = "text", hotkeys: bool = True, extra: str = ""
) -> str:
    lines = [
        f'        <Header value={quoteattr(title)} size="6"/>',
        f'        <Choices name="{name}" toName="{to}" choice="single" showInline="true" {extra}>',
    ]
    for label in labels:
        key = f" hotkey={quoteattr(label.hotkey)}" if hotkeys and label.hotkey else ""
        hint = f" hint={quoteattr(label.definition[LANGUAGE])}" if LANGUAGE in label.definition else ""
        shown = label.name.get(LANGUAGE) or label.name.get("en") or label.id
        lines.append(f'          <Choice value={quoteattr(shown)} alias="{label.id}"{key}{hint}/>')
    lines.append("        </Choices>")
    return "\n".join(lines)


def _targets(targets: Iterable[Target], extra: str) -> str:
    lines = [
        '        <Header value="Zielfrage" size="6"/>',
        f'        <Choices name="target" toName="text" choice="single" {extra}>',
    ]
    for target in targets:
        key = f" hotkey={quoteattr(target.hotkey)}" if target.hotkey else ""
        shown = target.question or "keine der Fragen"
        lines.append(f'          <Choice value={quoteattr(shown)} alias="{target.id}"{key}/>')
    lines.append("        </Choices>")
    return "\n".join(lines)


def _check_hotkeys(scheme: Scheme) -> None:
    taken = {key: f"the span {id_}" for id_, key in SPAN_HOTKEYS.items()} | {UNCLEAR_HOTKEY: "the box unclear"}
    for name, entries in (("targets", scheme.targets), ("kinds", scheme.kinds), ("stances", scheme.stances)):
        for entry in entries:
            if entry.hotkey is None:
                continue
            if entry.hotkey in taken:
                raise SchemeError(
                    f"scheme.toml: {name}: {entry.id}: hotkey {entry.hotkey!r} is that of {taken[entry.hotkey]}; choose another"
                )
            taken[entry.hotkey] = f"{name} {entry.id}"
