"""The labelling interfaces of Label Studio, made from a scheme: German on screen, stable values in the export.

The *article page* has spans (claim, claimant), a relation from claimant to claim, for each claim its kind, target, stance, actor and
"unclear", and for the article its stance toward every target. The *claim page* shows one claim in context with one target and asks for the
stance: one key. Labels that the scheme renamed stay in the page unseen, so that work done under their old names can still be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from annotation.studio.hotkeys import SPAN_HOTKEYS, UNCLEAR_HOTKEY, article_keys, check_hotkeys, claim_keys
from dataset.errors import SchemeError
from dataset.records.scheme import Label
from dataset.scheme import Scheme

PLACEHOLDER = "Soll … ?"  # of dataset/scheme_template.toml
# Okabe & Ito (2008), colours that people with any colour vision tell apart.
SPAN_COLORS = {"claim": "#0072b2", "claimant": "#e69f00"}
SPAN_NAMES = {"claim": "Behauptung", "claimant": "Urheber"}
LANGUAGE = "de"

# The label bar stays in sight; the panel is dense, so that four questions and a claim fit on a screen of 1366 by 768.
STYLE = """
.sp-page { display: flex; gap: 16px; align-items: flex-start; }
.sp-text { flex: 1 1 60%; min-width: 0; max-width: 900px; }
.sp-text { font-size: 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
.sp-text .lsf-richtext__container { line-height: 1.6; }
.sp-text .lsf-labels { position: sticky; top: 0; z-index: 20; padding: 6px 0; margin: 0; }
.sp-text .lsf-labels { background: var(--color-neutral-background, #fff); }
.relations-overlay { opacity: 0.6; }
.sp-side { flex: 0 0 388px; position: sticky; top: 0; max-height: calc(100vh - 110px); overflow-y: auto; }
.sp-side h4 { font-size: 13px; line-height: 1.2; margin: 4px 0 1px !important; }
.sp-side .lsf-choices { display: flex; flex-flow: row wrap; gap: 0 8px; margin: 0; }
.sp-side .lsf-choices_hidden { display: none; }
.sp-side .lsf-choice, .sp-side .lsf-choice__item, .sp-side .lsf-choice label { margin: 0; padding: 0; min-height: 0; }
.sp-side .lsf-choice label { display: flex; padding: 1px 0; font-size: 13px; font-weight: 400; line-height: 1.2; }
.sp-side .ant-checkbox + span { padding: 0 0 0 5px; }
.sp-side .lsf-hint { top: 0; margin-left: 2px; font-size: 11px; font-weight: 700; }
.sp-side .lsf-text-area, .sp-side .lsf-text-area .ant-form-item, .sp-side .lsf-text-area div { margin: 0 !important; }
.sp-side .lsf-text-area .ant-form-item-control-input { min-height: 0; }
.sp-side .lsf-text-area input { padding: 2px 8px; min-height: 0; height: 28px; font-size: 13px; }
.sp-row { display: flex; gap: 12px; align-items: center; }
.sp-row .lsf-text-area { flex: 1; }
.sp-box { border: 1px solid #ccc; border-radius: 6px; padding: 3px 8px 4px; margin-bottom: 6px; }
.sp-now { border: 2px solid #0072b2; }
.sp-flow { margin-top: 14px; max-width: 860px; overflow-wrap: anywhere; }
.sp-flow div, .sp-flow .lsf-richtext__line { display: inline; padding: 0; }
.sp-context .lsf-richtext__container { font-size: 17px; line-height: 1.7; color: var(--color-neutral-content-subtler, #555); }
.sp-claim .lsf-richtext__container { padding: 3px 0; font-size: 17px; line-height: 1.7; color: #000; background: #cce3f0; }
.sp-claim .lsf-richtext__container { border-bottom: 2px solid #0072b2; }
"""
# A claim in its context, as one text.
FLOW = """  <View className="sp-flow">
    <View className="sp-context"><Text name="before" value="$before"/></View>
    <View className="sp-claim"><Text name="claim" value="$claim"/></View>
    <View className="sp-context"><Text name="after" value="$after"/></View>
  </View>
"""
_HIDDEN = 'style="display: none"'
# What is not seen needs a key that nobody presses: Label Studio gives every choice without one a free letter or digit.
_NO_KEY = 'hotkey="ctrl+alt+shift+f19"'


def article_page(scheme: Scheme) -> str:
    """The XML of the article page.

    Raises:
        SchemeError: two things on the page would have the same hotkey, or a question is still that of ``standpunkt new``.
    """
    check_hotkeys(scheme)
    for target, question in scheme.questions.items():
        if question == PLACEHOLDER:
            raise SchemeError(
                f"scheme.toml: targets: {target}: {question!r} is only a place for your question: put it in"
            )
    spans = "\n".join(
        f'        <Label value="{name}" alias="{id_}" hotkey="{SPAN_HOTKEYS[id_]}" background="{SPAN_COLORS[id_]}"/>'
        for id_, name in SPAN_NAMES.items()
    )
    questions = "\n".join(_article_stances(scheme))
    keys = claim_keys(scheme)
    targets = [
        (one.id, one.question or "keine der Fragen", keys.get(("target", one.id)), None) for one in scheme.targets
    ]
    # On each control and not only around them: keys that were pressed while a claimant was selected stay without effect.
    region = 'perRegion="true" visibleWhen="region-selected" whenTagName="span" whenLabelValue="claim"'
    kind, target, stance = (
        f'{region} required="true" requiredMessage="Bei einer Behauptung fehlt noch: {what}."'
        for what in ("die Art", "die Zielfrage", "die Haltung")
    )
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
       <View className="sp-box sp-now">
        <View className="sp-row">
        <TextArea name="actor" toName="text" placeholder="Urheber, Normalform" maxSubmissions="1" rows="1" editable="true" {region}/>
        <Choices name="unclear" toName="text" choice="multiple" {region}>
          <Choice value="unklar" alias="unclear" hotkey="{UNCLEAR_HOTKEY}"/>
        </Choices>
        </View>
{_choices("kind", _shown(scheme.kinds, "kind", keys), "Art der Behauptung", _old(scheme, "kinds"), extra=kind)}
{_choices("target", targets, "Zielfrage", _old(scheme, "targets"), extra=target)}
{_choices("stance", _shown(scheme.stances, "stance", keys), "Haltung zur Zielfrage", _old(scheme, "stances"), extra=stance)}
       </View>
      </View>
      <View className="sp-box">
        <Header value="Der Artikel als Ganzes" size="5"/>
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
        _shown(scheme.stances, "stance", claim_keys(scheme)),
        "Haltung der Behauptung zu dieser Frage",
        _old(scheme, "stances"),
        to="claim",
        extra='required="true" requiredMessage="Bitte eine Haltung wählen"',
    )
    return f"""<View>
  <Style>{STYLE}</Style>
  <Header value="$question"/>
{stances}
{FLOW}</View>
"""


def instruction(scheme: Scheme, page: str) -> str:
    """The short guidelines that open above the first task of a page, in HTML; Label Studio takes dots, numbers and margins from lists."""
    stances = _defined(scheme.stances)
    if page == "adjudication":
        return (
            "Hier steht, worüber sich die Annotierenden nicht einig sind, mit ihren Stimmen.<br><br>"
            "Entscheide nach den Richtlinien, nicht nach der Mehrheit: eine Taste, dann die Begründung in einem Satz, <b>Enter</b>, "
            "<b>Strg+Enter</b>."
        )
    if page == "claim":
        return (
            "Lies die Frage, dann die blau unterlegte Behauptung. Der graue Text drumherum dient nur dem Verstehen.<br><br>"
            f"Welche Haltung hat die Behauptung zu dieser Frage? Eine Taste, dann <b>Strg+Enter</b>.<br><br>{stances}"
        )
    claim, claimant = SPAN_HOTKEYS["claim"], SPAN_HOTKEYS["claimant"]
    return (
        "<b>Einmal in jedem Browser:</b> das Zeichen mit den zwei Reglern unten links anklicken (nicht „Settings“ oben), "
        "„Select region after creating it“ einschalten, mit Esc schließen.<br><br>"
        f"1. <b>{claim}</b>, dann die Behauptung mit der Maus überstreichen, ohne Anführungszeichen am Rand.<br>"
        "2. <b>Tab</b>, Normalform des Urhebers, <b>Enter</b>. Dann Art, Zielfrage und Haltung: je eine Taste, sie steht in "
        f"Klammern. Unsicher? <b>{UNCLEAR_HOTKEY}</b>.<br>"
        f"3. <b>Esc</b>, <b>{claimant}</b>, den Urheber überstreichen, <b>Alt+R</b>, die Behauptung anklicken.<br>"
        "4. Zum Schluss für jede Frage die Haltung des Artikels, dann <b>Strg+Enter</b>.<br><br>"
        f"{_defined(scheme.kinds)}<br>{stances}<br>"
        "Ein Artikel ohne Behauptung wird ohne Markierung abgeschickt. Übersprungen (Strg+Leertaste) wird nur, was sich "
        "nicht bearbeiten lässt."
    )


def _defined(labels: Iterable[Label]) -> str:
    """What each label of a list means, a line each."""
    return "".join(f"<b>{escape(name)}</b>: {escape(hint or '')}<br>" for _, name, _, hint in _shown(labels, "", {}))


def _article_stances(scheme: Scheme) -> Iterator[str]:
    keys = article_keys(scheme)
    for target in scheme.targets:
        if target.question:
            shown = _shown(scheme.article_stances, target.id, keys)
            old = _old(scheme, "article_stances")
            yield _choices(f"article_stance_{target.id}", shown, target.question, old, plain=True)
    ids = [*scheme.article_stance_ids, *_old(scheme, "article_stances")]
    for id_ in _old(scheme, "targets"):
        yield f"        <View {_HIDDEN}>\n{_choices(f'article_stance_{id_}', [], id_, ids)}\n        </View>"


def _shown(
    labels: Iterable[Label], control: str, keys: Mapping[tuple[str, str], str]
) -> list[tuple[str, str, str | None, str | None]]:
    """Id, German name, hotkey and definition of labels."""
    return [
        (
            label.id,
            label.name.get(LANGUAGE) or label.name.get("en") or label.id,
            keys.get((control, label.id)),
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
    plain: bool = False,
) -> str:
    style = ' style="font-weight: 400"' if plain else ""
    lines = [
        f'        <Header value={_said(title)} size="5"{style}/>',
        f'        <Choices name="{name}" toName="{to}" choice="single" showInline="true" {extra}>',
    ]
    for id_, shown, hotkey, definition in entries:
        key = f" hotkey={quoteattr(hotkey)}" if hotkey else ""
        hint = f" hint={quoteattr(definition)}" if definition else ""
        lines.append(f'          <Choice value={_said(shown)} alias="{id_}"{key}{hint}/>')
    lines += [f'          <Choice value="{id_} (früher)" alias="{id_}" {_NO_KEY} {_HIDDEN}/>' for id_ in old]
    lines.append("        </Choices>")
    return "\n".join(lines)


def no_fields(text: str) -> str:
    """A text to show: Label Studio takes ``$name`` and ``$5`` for fields of the task, unless a word joiner parts them."""
    return text.replace("$", "$\u2060")


def _said(text: str) -> str:
    return quoteattr(no_fields(text))
