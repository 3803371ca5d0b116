"""How German news reports: content and tag, source, object of a verb, lead-in, and the subjunctive that goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.suggest.claims import pieces
from annotation.suggest.leads import lead, named
from annotation.suggest.reading import (
    QUOTES,
    Word,
    phrase,
    quotations,
    read_words,
    reported,
    subjunctive,
    verb_like,
)
from annotation.suggest.sources import source
from annotation.suggest.voices import Voices
from annotation.suggest.words import (
    DENIALS,
    DETERMINERS,
    FUNCTION,
    NUMBERS,
    PREPOSITIONS,
    RELATIVES,
    REPORTS,
    SPLIT_REPORTS,
    SUBORDINATORS,
)
from dataset.blocks import Block
from dataset.records.types import Span

# A sentence of news is shorter; what is longer is a list or noise.
_LONGEST = 2_000
LABEL = re.compile(r"([^\W\d_][^:\n„“”\"«»?!.]{1,60}?)(?:\s\([^()\n]{1,40}\))?:\s")
_ALL_QUOTES = "".join(QUOTES)


@dataclass
class Found:
    """A claim in the making."""

    span: Span
    claimant: Span | None
    rule: str
    zone: Span | None  # the quotation that it stands in


Quoted = list[tuple[Span, int]]


class Reader:
    """Reads an article's blocks in order and keeps in mind who speaks."""

    def __init__(self, text: str, labels: Mapping[str, bool]) -> None:
        self.text = text
        self.labels = labels  # that several blocks begin with: an interview's voices, and whether they answer
        self.found: list[Found] = []
        self.voices = Voices()
        self.live = False  # whether this block has a voice that a subjunctive may go on with
        self.zones: list[Span] = []
        self.block = Block(0, len(text), "paragraph")

    def read_block(self, block: Block, sentences: Sequence[tuple[int, int]], before: int) -> None:
        """Read one block; what is found is added to ``found``.

        Args:
            block: a lead or paragraph.
            sentences: its sentences.
            before: where its line begins, if it begins in another block: a voice may be named there.
        """
        self.block = block
        start = before
        zones = quotations(self.text, start, block.end)
        self.zones = [zone for zone in zones if self._speech(zone, block)]
        self.live = False
        label = LABEL.match(self.text, start, block.end)
        voice = None
        if label and label[1] in self.labels:
            voice = Span(*label.span(1)) if self.labels[label[1]] else None
            start = label.end()
        words = read_words(self.text, before, block.end, self.zones)
        at = 0
        for first, last in sentences:
            if last <= start:
                continue
            first = max(before if first == block.start else first, start)
            while at < len(words) and words[at].start < first:
                at += 1
            until = at
            while until < len(words) and words[until].start < last:
                until += 1
            sentence, at = words[at:until], until
            if not sentence or last - first > _LONGEST:
                continue
            if voice is not None:
                self._add((first, last), voice, "colon", quoted=True)
            else:
                self._read_sentence(sentence, Span(first, last))

    def _speech(self, zone: Span, block: Block) -> bool:
        """Whether a quotation is somebody's words, not a title or a word held at arm's length."""
        inner = self.text[zone.start + 1 : zone.end - 1].strip()
        if not inner:
            return False
        before = self.text[max(block.start, zone.start - 3) : zone.start].rstrip()[-1:]
        after = self.text[zone.end : zone.end + 2]
        if before == ":":
            return True
        ends = inner[-1] in ".!?…" or (after[:1] == ".") or after[:1] == ","
        begins = (not before or before in '.!?…,“”«»"–') and (inner[0].isupper() or not inner[0].isalpha())
        short = len(inner) < 60 and len(inner.split()) < 3
        return ends and begins and (not short or after[:1] == ",")

    def _read_sentence(self, words: Sequence[Word], span: Span) -> None:
        plain = [word for word in words if word.zone < 0]
        quoted = self._quoted(words, span)
        if not quoted and self.text[span.start : span.end].rstrip(_ALL_QUOTES).endswith("?"):
            self._notice(plain)
            return
        known = len(self.found)
        if not (
            self._tag(plain, quoted, span)
            or self._source(plain, span)
            or self._object(plain, quoted, span)
            or self._lead(plain, quoted, span)
        ):
            verb = reported(plain)
            if quoted:
                self._notice(plain)
                for part, zone in quoted:
                    self._add(part, self.voices.speaker if self.live else None, "quote", quoted=True, zone=zone)
            elif verb is not None and self.live:
                self._add(span, self.voices.speaker, "subjunctive")
            else:
                self._notice(plain)
        if len(self.found) > known:
            self.live = True

    def _quoted(self, words: Sequence[Word], span: Span) -> Quoted:
        """The stretches of a sentence that are somebody's words, without the marks, each with its quotation."""
        parts = []
        for number in dict.fromkeys(word.zone for word in words if word.zone >= 0):
            zone = self.zones[number]
            start, end = max(span.start, zone.start + 1), min(span.end, zone.end - 1)
            if start < end:
                parts.append((Span(start, end), number))
        return parts

    def _notice(self, plain: Sequence[Word]) -> None:
        """Remember whom a sentence in the article's own voice is about: whoever is named first."""
        i = 0
        while i < len(plain):
            found = phrase(plain, i, initial=i == 0)
            if found is None:
                i += 1
                continue
            behind_preposition = i > 0 and (plain[i - 1].low in PREPOSITIONS or plain[i - 1].low in NUMBERS)
            if found.name and not found.oblique and not behind_preposition and plain[found.first].low not in FUNCTION:
                self.voices.speaker = self.voices.mention(plain, found, i)
                self.live = True
                return
            i = found.behind

    def _add(
        self,
        span: Span | tuple[int, int],  # a tuple may be empty
        who: Span | None,
        rule: str,
        *,
        quoted: bool = False,
        whole: bool = False,
        zone: int | None = None,
    ) -> None:
        place = None if zone is None else self.zones[zone]
        start, end = span
        start, end = max(start, self.block.start), min(end, self.block.end)
        for piece in pieces(self.text, start, end, quoted=quoted, whole=whole):
            self.found.append(Found(piece, who, rule, place))

    # --- content first, then who says it -------------------------------------------------------------------------------------

    def _tag(self, plain: Sequence[Word], quoted: Quoted, span: Span) -> bool:
        """``…, sagte X``, ``…, so X``, ``…, wie X mitteilte``."""
        for i, word in enumerate(plain):
            if not word.lower:
                continue
            has_quote = any(part.end <= word.start for part, _ in quoted)
            comma = i > 0 and plain[i - 1].text == ","
            if not comma and not any(part.end <= word.start <= part.end + 3 for part, _ in quoted):
                continue
            content = [one for one in plain[:i] if one.text not in QUOTES and one.text != ","]
            if not has_quote and len(content) < 2:
                continue
            if word.low in DENIALS:
                return True
            if word.low == "wie":
                if self._wie(plain, i, quoted, span):
                    return True
                continue
            sure = has_quote or reported(content) is not None
            if not has_quote and self._apposed(plain, i):
                continue
            if not (word.low == "so" or word.low in REPORTS or self._split(plain, i) or (sure and verb_like(word))):
                continue
            if subjunctive(plain, i):
                continue
            who, behind = self.voices.who(plain, i + 1)
            if behind is None:
                continue
            if word.low in {"heißt", "hieß"}:
                who = self._it_says(plain, i) or self.voices.speaker
            self._around(plain, i, behind, who, quoted, span)
            return True
        return False

    def _apposed(self, plain: Sequence[Word], i: int) -> bool:
        """Whether what stands before a verb is but a subject with its apposition: ``X, Chef von Y, sagte``."""
        found = phrase(plain, 0, initial=True) or (phrase(plain, 1) if len(plain) > 1 else None)
        if found is None or found.behind >= i or plain[found.behind].text not in {",", "("}:
            return False
        if any(subjunctive(plain, j) and plain[j + 1].text != "," for j in range(found.behind, i - 1)):
            return False
        colon = any(word.text == ":" for word in plain[:i])
        return not colon and (found.behind < i - 1 or reported(plain[i + 1 :]) is None)

    def _split(self, plain: Sequence[Word], i: int) -> bool:
        """Whether a verb that needs its particle to report has it in its clause."""
        particles = SPLIT_REPORTS.get(plain[i].low)
        if particles is None:
            return False
        for word in plain[i + 1 : i + 30]:
            if word.text in {",", ";", ":"}:
                return False
            if word.low in particles:
                return True
        return False

    def _around(
        self, plain: Sequence[Word], tag: int, behind: int, who: Span | None, quoted: Quoted, span: Span
    ) -> None:
        """Claims before, around and behind a tag whose verb is word ``tag`` and whose speaker ends before word ``behind``."""
        if who is not None:
            self.voices.speaker = who
        zones = {self.zones[number] for _, number in quoted}
        for one in reversed(self.found):
            # The same quotation, sentences earlier: its tag comes only now.
            if one.zone is None or one.zone not in zones:
                break
            one.claimant = who
        for part, zone in quoted:
            self._add(part, who, "quote", quoted=True, zone=zone)
        rest = next((j for j in range(behind, len(plain)) if plain[j].text in {",", ";", ":"}), len(plain))
        tail = plain[rest + 1 :]
        tail_verb = None if not tail or self._relative(tail) else reported(tail)
        more = tail_verb is not None and all(part.end <= plain[tag].start for part, _ in quoted)
        content = [word for word in plain[:tag] if word.text not in QUOTES and word.text != ","]
        if content and not any(part.end <= plain[tag].start for part, _ in quoted):
            begin = max((j + 1 for j, mark in enumerate(content[:-1]) if mark.text == ":"), default=0)
            if reported(content[begin:]) is not None:
                for j, mark in enumerate(content[:-1]):
                    if mark.text == ";" and reported(content[begin:j]) is None:
                        begin = j + 1
            begins = content[begin].start if begin else span.start
            verb = reported(content)
            split = subjunctive(content, len(content) - 1) and tail_verb is None
            if (
                tail
                and plain[rest].text == ","
                and ((verb is not None and split) or (verb is None and more and len(content) <= 7))
            ):
                self._add((begins, span.end), who, "verb")
                return
            self._add((begins, content[-1].end), who, "verb")
        if more:
            self._add((tail[0].start, span.end), who, "verb")

    def _relative(self, words: Sequence[Word]) -> bool:
        if len(words) < 2 or words[0].low not in RELATIVES:
            return len(words) < 2 or words[0].low in SUBORDINATORS
        return not (words[0].low in DETERMINERS and words[1].capital)

    def _wie(self, plain: Sequence[Word], i: int, quoted: Quoted, span: Span) -> bool:
        stop = next((j for j in range(i + 1, len(plain)) if plain[j].text in {",", ".", ";"}), len(plain))
        last = plain[stop - 1].low
        if (
            i < 3
            or stop - i < 3
            or not (last in REPORTS or last.startswith(("mitteil", "ankündig", "hinzufüg", "einräum")))
        ):
            return False
        owned = plain[i + 1].low in {"dessen", "deren"}
        found = phrase(plain, i + 1 + owned)
        who = self.voices.mention(plain, found, i + 1 + owned) if found else self.voices.resolve(plain[i + 1].low)
        self.voices.speaker = who or self.voices.speaker
        for part, zone in quoted:
            self._add(part, who, "quote", quoted=True, zone=zone)
        if not quoted:
            self._add((span.start, plain[i - 2].end), who, "verb")
        return True

    def _it_says(self, plain: Sequence[Word], verb: int) -> Span | None:
        """The source in ``heißt es aus dem Ministerium``."""
        for j in range(verb + 1, min(verb + 8, len(plain))):
            if plain[j].low in {"aus", "in", "im", "vom", "von", "bei", "beim"}:
                found = phrase(plain, j + 1)
                if found:
                    return self.voices.mention(plain, found, j + 1)
        return None

    # --- the other frames ----------------------------------------------------------------------------------------------------

    def _source(self, plain: Sequence[Word], span: Span) -> bool:
        """``laut X``, ``X zufolge``, ``nach Angaben von X``: the source outside at an edge, inside in the middle."""
        place = source(plain, self.voices, self.live)
        if place is None:
            return False
        first, behind, who = place
        self.voices.speaker = who or self.voices.speaker
        start, end = span
        if first == 0:
            start = plain[behind].start if behind < len(plain) else span.end
        elif behind >= len(plain) - 1 and plain[first - 1].text == ",":
            end = plain[first - 1].start
        if start >= end:
            return False
        self._add((start, end), self.voices.speaker, "source")
        return True

    def _object(self, plain: Sequence[Word], quoted: Quoted, span: Span) -> bool:
        """``X nannte Y einen Fehler``, ``X hält Y für Z``, ``X warnt vor Y``: one claim, whatever clauses hang on it."""
        place = None if quoted else named(plain, self.voices)
        if place is None:
            return False
        first, behind, who = place
        self.voices.speaker = who or self.voices.speaker
        end = span.end if behind >= len(plain) else plain[behind - 1].end
        self._add((span.start if first == 0 else plain[first].start, end), self.voices.speaker, "object", whole=True)
        return True

    def _lead(self, plain: Sequence[Word], quoted: Quoted, span: Span) -> bool:
        """``X sagte, …``, ``X betonte, dass …``, ``X: …``."""
        place = lead(plain, [part for part, _ in quoted], self.voices, span)
        if place is None:
            return False
        first, who = place
        self.voices.speaker = who or self.voices.speaker
        behind = [(part, zone) for part, zone in quoted if part.start > first - 4]
        for part, zone in behind:
            self._add(part, self.voices.speaker, "quote", quoted=True, zone=zone)
        if not behind:
            self._add((first, span.end), self.voices.speaker, "verb")
        return bool(behind) or first < span.end
