"""Who makes a claim, by rules for German news: "laut …", "… sagte …", and else the last one who was speaking.

Written for this system after reading training articles of the sample corpus; nothing is learnt. The line that a claim stands in, its
paragraph, is all that is looked at, and names are runs of capitalised words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import texts_of
from baselines.tasks.base import Span
from dataset.sentences import split

LABEL = "claimant"

_WORD = r"(?:\d+-)?[A-ZÄÖÜ][\w’'-]*"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}|(?<= [A-Z])\.)*")
# They open a sentence in capitals, or stand before nouns: none of them names anyone.
_NO_NAME = frozenset(
    """
    der die das den dem des ein eine einen einem einer eines er sie es ihr ihre ihren ihrem ihrer
    sein seine seinen seinem seiner wir ich man
    und oder aber doch denn auch nur noch schon so zu zum zur in im an am auf aus bei beim mit nach von vom vor für gegen ohne um über unter
    durch wegen trotz seit bis dass wenn weil ob als wie wer was wo wann warum dabei dazu dafür dagegen damit daran darauf darin davon
    zugleich zudem außerdem allerdings jedoch dennoch trotzdem deshalb daher ferner schließlich
    zuletzt später dann danach zuvor heute gestern
    hier dort nun jetzt nicht kein keine keinen keiner diese dieser dieses diesen diesem jene jener solche alle allen viele manche einige
    andere beide statt laut zwar ebenso ähnlich anders nötig wörtlich endlich eben selbst sogar bereits angaben worten ansicht
    montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli august september oktober november
    dezember euro prozent uhr millionen milliarden
    """.split()
)
_VERB = re.compile(
    r"\b(?:sag(?:t|te|ten)|erklär(?:t|te|ten)|beton(?:t|te|ten)|bericht(?:et|ete|eten)|warn(?:t"
    r"|te|ten)|forder(?:t|te|ten)|verlang(?:t|te|ten)"
    r"|kritisier(?:t|te|ten)|behaupte(?:t|te|ten)|versicher(?:t|te|ten)|mein(?:t|te|ten)"
    r"|nann(?:te|ten)|nennt|beklag(?:t|te|ten)|lob(?:t|te|ten)"
    r"|kündig(?:t|te|ten)|räum(?:t|te|ten)|hielt|hielten|hält|warf|warfen|wirft|rechne(?:t|te"
    r"|ten)|ergänz(?:t|te|ten)|schreib(?:t|en)|schrieb(?:en)?"
    r"|argumentier(?:t|te|ten)|monier(?:t|te|ten)|bezeichne(?:t|te|ten)|befand(?:en)?|findet"
    r"|fand(?:en)?|plädier(?:t|te|ten)|sprach(?:en)?|spricht"
    r"|rief(?:en)?|ruft|bestritt(?:en)?|bestreitet|glaub(?:t|te|ten)|rät|riet(?:en)?"
    r"|appellier(?:t|te|ten)|vermute(?:t|te|ten)|spotte(?:t|te|ten)"
    r"|schimpf(?:t|te|ten)|entgegne(?:t|te|ten)|konter(?:t|te|ten)|urteil(?:t|te|ten)"
    r"|bemängel(?:t|te|ten)|wies(?:en)?|weist|sieht|sah(?:en)?"
    r"|teil(?:t|te|ten)|erinner(?:t|te|ten)|verteidig(?:t|te|ten)|begründe(?:t|te|ten)"
    r"|verwies(?:en)?|verweist|hoff(?:t|te|ten)|fürchte(?:t|te|ten)"
    r"|befürchte(?:t|te|ten)|rechnete|erwarte(?:t|te|ten)|erzähl(?:t|te|ten)|stell(?:t|te|ten)"
    r"|geht|ging(?:en)?|hieß|heißt|zähl(?:t|te|ten))\b"
)
_SOURCE = re.compile(
    r"\b(?:[Ll]aut|[Nn]ach (?:den )?(?:\w+ )?(?:Angaben|Ansicht|Meinung|Worten|Auskunft"
    r"|Einschätzung|Darstellung|Berechnungen|Überzeugung)"
    r"(?: von| vom)?|[Ss]o|[Aa]us Sicht(?: von| vom)?)\s+(?:(?:der|die|des|dem|den|einer|eines"
    r"|einem|ein|eine)\s+)?(?:[a-zäöü]\w*\s+){0,2}"
    rf"(?={_WORD})"
)
_AFTERWARDS = re.compile(r"\s+zufolge\b")
_OF = re.compile(rf" (?:des|der|von|vom) (?={_WORD})")
# A title or a name is about so far from its verb.
NEAR = 45

Place = tuple[int, int]


class AttributionRules(Estimator):
    """Estimator over a frame with ``text, claim_start, claim_end``; each row gets the span of its claimant, or none."""

    def fit(self, X: pd.DataFrame, y: object = None) -> AttributionRules:
        """Nothing to learn."""
        return self

    def predict(self, X: pd.DataFrame) -> list[list[Span]]:
        """At most one span a row."""
        places = zip(texts_of(X, "text"), X["claim_start"], X["claim_end"], strict=True)
        return [[] if place is None else [Span(*place, LABEL)] for place in (claimant(*one) for one in places)]


def claimant(text: str, start: int, end: int) -> Place | None:
    """Who makes the claim at ``[start, end)``: who is named as its source, then who speaks in its sentence, then whoever spoke before in
    the paragraph, then after; None where nobody does."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    parts = split(text, line_start, line_end) or [(line_start, line_end)]
    own = [i for i, (a, b) in enumerate(parts) if a < end and start < b] or [0]
    sentence = parts[own[0]][0], parts[own[-1]][1]
    claim = start, end
    around = _source(text, sentence, None) or _speaker(text, sentence, claim)
    if around:
        return around
    before = reversed(parts[: own[0]])
    for part in [*before, *parts[own[-1] + 1 :][:1]]:
        found = _source(text, part, None) or _speaker(text, part, None)
        if found:
            return found
    outside = [
        name for name in _names(text, (line_start, sentence[1])) if not _inside(name, claim) and _is_person(text, name)
    ]
    return max(outside) if outside else None


def _source(text: str, part: Place, claim: Place | None) -> Place | None:
    """After "laut", "nach Angaben", or before "zufolge"."""
    names = _names(text, part)
    for match in _SOURCE.finditer(text, *part):
        after = [name for name in names if name[0] <= match.end() < name[1]]
        if after and (
            match.group()[:2].lower() != "so"
            or text[max(match.start() - 2, 0) : match.start()].strip() in {",", "“", "«", "»"}
        ):
            return _extended(text, (match.end(), after[0][1]), part)
    return next((name for name in names if _AFTERWARDS.match(text, name[1])), None)


def _speaker(text: str, part: Place, claim: Place | None) -> Place | None:
    """The name next to a verb of saying that stands outside the claim: before it in its clause, or after it."""
    names = [name for name in _names(text, part) if claim is None or not _inside(name, claim)]
    best: tuple[float, Place] | None = None
    for verb in _VERB.finditer(text, *part):
        if claim is not None and claim[0] <= verb.start() < claim[1]:
            continue
        for name in names:
            ahead = name[0] >= verb.end()
            gap = text[verb.end() : name[0]] if ahead else text[name[1] : verb.start()]
            if len(gap) > NEAR or any(mark in gap for mark in "„“«».:;"):
                continue
            # A person outweighs a noun; a name behind a comma is further away.
            cost = len(gap) + 25 * gap.count(",") - 30 * _is_person(text, name)
            if best is None or cost < best[0]:
                best = cost, name
    return _extended(text, best[1], part) if best else None


def _names(text: str, part: Place) -> list[Place]:
    """Runs of capitalised words without the words before them that name nobody."""
    found = []
    for match in _NAME.finditer(text, *part):
        start, end = match.span()
        while start < end:
            word = re.match(r"\S+", text[start:end])
            if word is None or word.group().lower().rstrip(".") not in _NO_NAME:
                break
            start += word.end() + 1
        if start < end:
            found.append((start, end))
    return found


def _extended(text: str, name: Place, part: Place) -> Place:
    """With what it belongs to, where it is one word: "Gutachten des Büros Tannwald"."""
    more = _OF.match(text, name[1])
    if " " in text[name[0] : name[1]] or not more:
        return name
    return next(((name[0], other[1]) for other in _names(text, part) if other[0] == more.end()), name)


def _is_person(text: str, name: Place) -> bool:
    return " " in text[name[0] : name[1]]


def _inside(name: Place, claim: Place) -> bool:
    return claim[0] <= name[0] and name[1] <= claim[1]


def make(seed: int = SEED) -> Estimator:
    """A system; nothing in it is trained."""
    return AttributionRules()


__all__: Sequence[str] = ["AttributionRules", "claimant", "make"]
