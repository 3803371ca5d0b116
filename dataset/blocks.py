"""Block structure: which stretch of an article is headline, body, caption, boilerplate …

Two steps. Ordered patterns (``profiles/*.toml``, data, not code) name what can be told from a line by itself: crawl dates, datelines,
captions, credits, sign-offs, boilerplate. What is left is told by its place: titles above the body, the lead, subheads, paragraphs.
Nothing is removed: every character that is not white space belongs to exactly one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dataset.files import read_toml

TYPES = (
    "noise",
    "section",
    "kicker",
    "headline",
    "lead",
    "dateline",
    "paragraph",
    "subhead",
    "caption",
    "credit",
    "sign_off",
    "boilerplate",
)
BODY = frozenset({"lead", "paragraph"})

_PROFILES = Path(__file__).parent / "profiles"
_PLACES = ("document", "line", "head_line", "foot_line", "line_start", "line_end", "body_start", "group", "tail")
# Lines longer than this are body text whatever they hold: no pattern is tried on them.
_LONGEST_PATTERN_LINE = 4_000
_TITLE_WORDS, _TITLE_LENGTH = 18, 140
_SUBHEAD_WORDS, _SUBHEAD_LENGTH = 12, 100
_LEAD_WORDS = 80
# The first and the last line of this length bound the middle of an article.
_LONG_LINE = 200
# Blanks that a page sets for its looks count as a blank for every pattern; one character each, so that offsets stay.
_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u202f", " "))
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”“«»]*\s+(?=[A-ZÄÖÜ„»\"«])")
_FULL_STOP = re.compile(r"[a-zäöüß]{3}\.\s+(?=[A-ZÄÖÜ„»\"«])")
_CLOSING = "\"'”“«»‘’›‹)]"


class Block(NamedTuple):
    """A typed stretch of the canonical text, half-open in code points."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Rule:
    """One pattern of a profile."""

    type: str
    at: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Profile:
    """The patterns of one family of pages; without ``detect`` and ``outlets`` they hold for all."""

    name: str
    rules: tuple[Rule, ...]
    sections: frozenset[str]
    detect: re.Pattern[str] | None
    outlets: frozenset[str]


@dataclass
class _Unit:
    """A stretch of a line that no pattern has named yet, or one that a pattern did."""

    start: int
    end: int
    type: str | None = None
    alone: bool = False  # the whole of a line
    behind_dateline: bool = False


@dataclass
class _Draft:
    text: str
    units: list[_Unit] = field(default_factory=list)

    def add(self, start: int, end: int, type_: str | None, *, alone: bool = False) -> None:
        """Add a unit without the white space at its edges, if anything is left of it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start < end:
            previous = self.units[-1] if self.units else None
            same_line = previous is not None and "\n" not in self.text[previous.end : start]
            behind = same_line and previous is not None and previous.type == "dateline"
            self.units.append(_Unit(start, end, type_, alone, behind))


def structure(text: str, outlet: str | None = None) -> list[Block]:
    """Find the blocks of a canonical text.

    Args:
        text: canonical text.
        outlet: its outlet's name where known; a profile may be meant for it.

    Returns:
        Blocks in order, disjoint, without white space at their edges; together they hold every other character.
    """
    text = text.translate(_BLANKS)
    rules, sections = _rules_for(text, outlet)
    draft = _Draft(text)
    start = 0
    for rule in rules["document"]:
        if match := rule.pattern.match(text):
            draft.add(match.start(), match.end(), rule.type)
            start = match.end()
            break
    _read_lines(draft, start, rules)
    _read_body_start(draft, rules["body_start"])
    _classify(draft, sections)
    return [Block(unit.start, unit.end, unit.type or "paragraph") for unit in draft.units]


def _read_lines(draft: _Draft, start: int, rules: dict[str, list[Rule]]) -> None:
    text = draft.text
    groups = list(_groups(text, start))
    lines = [line for group in groups for line in group]
    longest = max((line_end - line_start for line_start, line_end in lines), default=0)
    long = [line_start for line_start, line_end in lines if line_end - line_start >= min(_LONG_LINE, longest)]
    head_end, foot_start = (long[0], long[-1]) if long else (start, len(text))
    for group in groups:
        first = text[slice(*group[0])].strip()
        tail = _first_fit(rules["tail"], first)
        if tail:
            draft.add(group[0][0], len(text), tail.type)
            return
        whole = _first_fit(rules["group"], first)
        for line_start, line_end in group:
            if line_end - line_start > _LONGEST_PATTERN_LINE:
                draft.add(line_start, line_end, None)
                continue
            places = {"line", "line_start", "line_end"}
            places |= {"head_line"} if line_start < head_end else set()
            places |= {"foot_line"} if line_start > foot_start else set()
            _read_line(draft, line_start, line_end, [rule for rule in rules["any_line"] if rule.at in places], whole)


def _read_line(draft: _Draft, start: int, end: int, rules: list[Rule], whole_group: Rule | None) -> None:
    text = draft.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    if whole_group is not None:
        # A source line stays one, in whatever box it stands.
        signed = any(rule.type == "sign_off" and rule.pattern.fullmatch(text, start, end) for rule in rules)
        draft.add(start, end, "sign_off" if signed else whole_group.type)
        return
    whole, endings = True, []
    for rule in rules:
        if rule.at.endswith("line"):
            if match := rule.pattern.fullmatch(text, start, end):
                _add_match(draft, match, rule.type)
                start = end
                break
        elif rule.at == "line_start":
            if match := rule.pattern.match(text, start, end):
                _add_match(draft, match, rule.type)
                start, whole = match.end(), False
                while start < end and text[start].isspace():
                    start += 1
        else:
            found = [match for match in rule.pattern.finditer(text, start, end) if match.end() == end]
            if found and found[0].start() > start:
                endings.append((found[0].start(), end, rule.type))
                end, whole = found[0].start(), False
    draft.add(start, end, None, alone=whole)
    for ending_start, ending_end, type_ in reversed(endings):
        draft.add(ending_start, ending_end, type_)


def _add_match(draft: _Draft, match: re.Match[str], type_: str) -> None:
    if match.re.groupindex:
        for name in sorted(match.re.groupindex, key=match.start):
            draft.add(*match.span(name), re.sub(r"_\d$", "", name))
    else:
        draft.add(*match.span(), type_)


def _read_body_start(draft: _Draft, rules: list[Rule]) -> None:
    """Split off what stands only where body text begins (behind the lead, where there is one), such as a place alone."""
    body = [u for u in draft.units if u.type is None and not _is_title(draft.text[u.start : u.end])]
    for unit in body[:2]:
        for rule in rules:
            match = rule.pattern.match(draft.text, unit.start, unit.end)
            if match and not unit.behind_dateline:
                rest = _Draft(draft.text)
                rest.add(*match.span(), rule.type)
                rest.add(match.end(), unit.end, None)
                position = draft.units.index(unit)
                draft.units[position : position + 1] = rest.units
                return


def _classify(draft: _Draft, sections: frozenset[str]) -> None:
    """Give every unit that no pattern named the type its place tells."""
    text = draft.text
    open_units = [unit for unit in draft.units if unit.type is None]
    if not open_units:
        return
    words = [text[unit.start : unit.end] for unit in open_units]
    # What stands behind a dateline on its line is body, or the subhead of a live blog's entry.
    body = next((i for i, unit in enumerate(open_units) if unit.behind_dateline or not _is_title(words[i])), None)
    if body is None:
        body = len(open_units) - 1
    interview = sum(line.rstrip(_CLOSING).endswith("?") for line in words[body:]) >= 3
    for i, unit in enumerate(open_units[:body]):
        if i == 0 and words[0].strip(" :") in sections:
            unit.type = "section"
        else:
            unit.type = "headline" if i == body - 1 else "kicker"
    last = len(open_units) - 1
    for i, unit in enumerate(open_units[body:], body):
        place = unit.behind_dateline or (unit.alone and i > body)
        subhead = place and i < last and _is_subhead(words[i], interview)
        unit.type = "subhead" if subhead else "paragraph"
    if _is_lead(draft, open_units, words, body):
        open_units[body].type = "lead"


def _is_lead(draft: _Draft, open_units: list[_Unit], words: list[str], body: int) -> bool:
    unit = open_units[body]
    if unit.behind_dateline or body + 1 >= len(open_units) or len(_WORD.findall(words[body])) > _LEAD_WORDS:
        return False
    position = draft.units.index(unit)
    above = {other.type for other in draft.units[:position]}
    if "headline" in above:
        # A lead comes with a made-up page; a headline alone stands over wire copy and short tabloid paragraphs.
        return len(above) > 1
    return draft.units[position + 1].type in {"caption", "credit", "dateline"}


def _is_title(line: str) -> bool:
    """Above the body: short, not closed like a sentence, and no second sentence behind a first."""
    bare = line.rstrip(_CLOSING)
    if len(line) > _TITLE_LENGTH or len(_WORD.findall(line)) > _TITLE_WORDS:
        return False
    return not bare.endswith((".", ":", "…")) and len(_SENTENCE_END.findall(line)) < 2 and not _FULL_STOP.search(line)


def _is_subhead(line: str, interview: bool) -> bool:
    bare = line.rstrip(_CLOSING)
    if len(line) > _SUBHEAD_LENGTH or len(_WORD.findall(line)) > _SUBHEAD_WORDS or line[0].islower():
        return False
    if bare.endswith("?"):
        return not interview
    return not bare.endswith((".", "!", ":", "…", ",", ";"))


def _groups(text: str, start: int) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines without an empty one between, as spans; a hard-wrapped run counts as one line."""
    group: list[tuple[int, int]] = []
    for match in re.compile(r"[^\n]*").finditer(text, start):
        if (
            match.end() == match.start()
            and match.start() < len(text)
            and text[match.start() - 1 : match.start()] != "\n"
        ):
            continue  # the empty match between a line's last character and its line end
        if match[0].strip():
            group.append(match.span())
        elif group:
            yield _unwrapped(text, group)
            group = []
    if group:
        yield _unwrapped(text, group)


def _unwrapped(text: str, group: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """One span for a paragraph whose lines were broken at a column, the lines themselves otherwise."""
    if len(group) < 2:
        return group
    lengths = [end - start for start, end in group[:-1]]
    broken = sum(text[end - 1] not in ".!?:" + _CLOSING for _, end in group[:-1])
    last = group[-1][1] - group[-1][0]
    wrapped = min(lengths) >= 45 and max(*lengths, last) <= 100 and broken * 2 >= len(lengths)
    return [(group[0][0], group[-1][1])] if wrapped else group


def _first_fit(rules: list[Rule], line: str) -> Rule | None:
    if len(line) > _LONGEST_PATTERN_LINE:
        return None
    return next((rule for rule in rules if rule.pattern.fullmatch(line)), None)


def _rules_for(text: str, outlet: str | None) -> tuple[dict[str, list[Rule]], frozenset[str]]:
    chosen = [profile for profile in profiles() if _fits(profile, text, outlet)]
    rules: dict[str, list[Rule]] = {place: [] for place in (*_PLACES, "any_line")}
    for profile in chosen:
        for rule in profile.rules:
            rules[rule.at].append(rule)
            if "line" in rule.at:
                rules["any_line"].append(rule)
    return rules, frozenset().union(*(profile.sections for profile in chosen))


def _fits(profile: Profile, text: str, outlet: str | None) -> bool:
    if profile.detect is None and not profile.outlets:
        return True
    return outlet in profile.outlets or bool(profile.detect and profile.detect.search(text))


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles: those for certain pages first, the default last."""
    found = [_read_profile(path) for path in sorted(_PROFILES.glob("*.toml"))]
    return tuple(sorted(found, key=lambda profile: (profile.name == "default", profile.name)))


def _read_profile(path: Path) -> Profile:
    data: dict[str, Any] = read_toml(path)
    rules = tuple(Rule(rule["type"], rule["at"], re.compile(rule["pattern"])) for rule in data["rules"])
    for rule in rules:
        names = {re.sub(r"_\d$", "", name) for name in rule.pattern.groupindex} | {rule.type}
        if not names <= set(TYPES) or rule.at not in _PLACES:
            raise ValueError(f"{path.name}: a rule names an unknown block type or place")
    detect = re.compile(data["detect"]) if "detect" in data else None
    return Profile(path.stem, rules, frozenset(data.get("sections", ())), detect, frozenset(data.get("outlets", ())))
