"""The labelling interfaces of Label Studio, made from a scheme: German on screen, stable values in the export.

The *article page* has spans (claim, claimant), a relation from claimant to claim, for each claim its kind, target, stance, actor and
"unclear", and for the article its stance toward every target. The *claim page* shows one claim in context with one target and asks for the
stance: one key. Labels that the scheme renamed stay in the page unseen, so that work done under their old names can still be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from annotation.studio.hotkeys import SPAN_HOTKEYS, UNCLEAR_HOTKEY, article_keys, check_hotkeys
from dataset.scheme import Label, Scheme

# Okabe & Ito (2008), colours that people with any colour vision tell apart.
SPAN_COLORS = {"claim": "#0072b2", "claimant": "#e69f00"}
SPAN_NAMES = {"claim": "Behauptung", "claimant": "Urheber"}
LANGUAGE = "de"

STYLE = """
.sp-page { display: flex; gap: 16px; align-items: flex-start; }
.sp-text { flex: 1 1 60%; min-width: 0; font-size: 16px; line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; }
.sp-side { flex: 0 0 360px; position: sticky; top: 8px; max-height: calc(100vh - 120px); overflow-y: auto; }
.sp-side h4 { font-size: 14px; line-height: 1.25; margin: 6px 0 2px !important; }
.sp-side .lsf-choice__item, .sp-side .lsf-choice label { line-height: 1.25; padding: 1px 0; min-height: 0; margin-top: 0; }
.sp-box { border: 1px solid #ccc; border-radius: 6px; padding: 8px; margin-bottom: 8px; }
.sp-context { font-size: 15px; line-height: 1.6; color: #555; overflow-wrap: anywhere; }
.sp-claim { border-left: 6px solid #0072b2; padding-left: 12px; overflow-wrap: anywhere; }
.sp-claim .lsf-richtext { font-size: 18px; line-height: 1.6; }
"""
_HIDDEN = 'style="display: none"'


def article_page(scheme: Scheme) -> str:
    """The XML of the article page.

    Raises:
        SchemeError: two things on the page would have the same hotkey.
    """
    check_hotkeys(scheme)
    spans = "\n".join(
        f'        <Label value="{name}" alias="{id_}" hotkey="{SPAN_HOTKEYS[id_]}" background="{SPAN_COLORS[id_]}"/>'
        for id_, name in SPAN_NAMES.items()
    )
    questions = "\n".join(_article_stances(scheme))
    targets = [(target.id, target.question or "keine der Fragen", target.hotkey, None) for target in scheme.targets]
    region = 'perRegion="true"'
    return f"""<View>
  <Style>{STYLE}</Style>
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
      <View visibleWhen="region-selected" whenTagName="span" whenLabelValue="claim">
       <View className="sp-box">
{_choices("kind", _shown(scheme.kinds), "Art der Behauptung", _old(scheme, "kinds"), extra=region)}
{_choices("target", targets, "Zielfrage", _old(scheme, "targets"), extra=region)}
{_choices("stance", _shown(scheme.stances), "Haltung zur Zielfrage", _old(scheme, "stances"), extra=region)}
        <TextArea name="actor" toName="text" placeholder="Urheber, Normalform" maxSubmissions="1" rows="1" editable="true" {region}/>
        <Choices name="unclear" toName="text" choice="multiple" {region}>
          <Choice value="unklar" alias="unclear" hotkey="{UNCLEAR_HOTKEY}"/>
        </Choices>
       </View>
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
    stances = _choices(
        "stance",
        _shown(scheme.stances),
        "Haltung der Behauptung zu dieser Frage",
        _old(scheme, "stances"),
        to="claim",
        extra='required="true" requiredMessage="Bitte eine Haltung wählen"',
    )
    return f"""<View>
  <Style>{STYLE}</Style>
  <Header value="$question"/>
{stances}
  <View className="sp-context"><Text name="before" value="$before"/></View>
  <View className="sp-claim"><Text name="claim" value="$claim"/></View>
  <View className="sp-context"><Text name="after" value="$after"/></View>
</View>
"""


def instruction(scheme: Scheme, page: str) -> str:
    """The short guidelines that open above the first task of a page, in HTML."""
    kinds = [f"<li><b>{escape(name)}</b>: {escape(hint or '')}</li>" for _, name, _, hint in _shown(scheme.kinds)]
    stances = [f"<li><b>{escape(name)}</b>: {escape(hint or '')}</li>" for _, name, _, hint in _shown(scheme.stances)]
    if page == "adjudication":
        return (
            "<p>Hier steht, worüber sich die Annotierenden nicht einig sind, mit ihren Stimmen. "
            "Entscheide nach den Richtlinien, nicht nach der Mehrheit, und begründe es in einem Satz.</p>"
        )
    if page == "claim":
        return (
            "<p>Lies die Frage, dann die Behauptung am blauen Strich. Der graue Text ist nur Zusammenhang. "
            "Welche Haltung hat die Behauptung zu dieser Frage? Eine Taste, dann abschicken.</p>"
            f"<ul>{''.join(stances)}</ul>"
        )
    return (
        f"<p><b>Behauptung</b>: Taste {SPAN_HOTKEYS['claim']}, dann den Text ziehen, ohne die äußeren Anführungszeichen. "
        "Art, Zielfrage und Haltung folgen mit je einer Taste. "
        f"<b>Urheber</b>: Taste {SPAN_HOTKEYS['claimant']}, die Nennung ziehen; dann Alt+R und die Behauptung anklicken. "
        f"<b>Unsicher?</b> Taste {UNCLEAR_HOTKEY}.</p>"
        f"<ul>{''.join(kinds)}</ul><ul>{''.join(stances)}</ul>"
        "<p>Zum Schluss die Haltung des Artikels zu jeder Frage. Ein Artikel ohne Behauptung wird ohne Markierung abgeschickt. "
        "Übersprungen wird nur, was sich nicht bearbeiten lässt.</p>"
    )


def _article_stances(scheme: Scheme) -> Iterator[str]:
    keys = article_keys(scheme)
    for target in scheme.targets:
        if target.question:
            shown = [
                (id_, name, keys.get((target.id, id_)), hint) for id_, name, _, hint in _shown(scheme.article_stances)
            ]
            old = _old(scheme, "article_stances")
            yield _choices(f"article_stance_{target.id}", shown, f"Artikel: {target.question}", old)
    ids = [*scheme.article_stance_ids, *_old(scheme, "article_stances")]
    for id_ in _old(scheme, "targets"):
        yield f"        <View {_HIDDEN}>\n{_choices(f'article_stance_{id_}', [], id_, ids)}\n        </View>"


def _shown(labels: Iterable[Label]) -> list[tuple[str, str, str | None, str | None]]:
    """Id, German name, hotkey and definition of labels."""
    return [
        (
            label.id,
            label.name.get(LANGUAGE) or label.name.get("en") or label.id,
            label.hotkey,
            label.definition.get(LANGUAGE),
        )
        for label in labels
    ]


def _old(scheme: Scheme, name: str) -> list[str]:
    """What a list's labels were once called."""
    return [one.old for one in scheme.renamed if one.list == name]


def _choices(
    name: str,
    entries: Iterable[tuple[str, str, str | None, str | None]],
    title: str,
    old: Iterable[str],
    *,
    to: str = "text",
    extra: str = "",
) -> str:
    lines = [
        f'        <Header value={quoteattr(title)} size="6"/>',
        f'        <Choices name="{name}" toName="{to}" choice="single" showInline="true" {extra}>',
    ]
    for id_, shown, hotkey, definition in entries:
        key = f" hotkey={quoteattr(hotkey)}" if hotkey else ""
        hint = f" hint={quoteattr(definition)}" if definition else ""
        lines.append(f'          <Choice value={quoteattr(shown)} alias="{id_}"{key}{hint}/>')
    lines += [f'          <Choice value="{id_} (früher)" alias="{id_}" {_HIDDEN}/>' for id_ in old]
    lines.append("        </Choices>")
    return "\n".join(lines)
