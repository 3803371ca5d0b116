"""Sentence boundaries in German news text, as offsets.

One regular expression proposes every place where sentence-ending punctuation meets a blank; German rules then refuse the
proposals after abbreviations, initials and ordinals, and before a lower-case word. Measured against kept libraries on UD PUD, UD GSD
and the seed articles in ``docs/decisions.md``.
"""

from __future__ import annotations

import re

# Abbreviations that are followed by the word they belong to. Written without their last full stop, in lower case.
_ABBREVIATIONS = frozenset(
    """
    abb abs abschn abt adr allg amerik anm apr aufl aug bd bearb begr beil betr bez brit bsp bspl bspw bzgl bzw ca
    chr dez dgl dipl dr dt ebd ehem eigtl einschl engl entspr erg ev evang evtl exkl fam feb frhr frz geb gebr gefr
    gegr gem gest ggf ggfs habil hist hl hptm hr hrn hrsg ing inkl insb insbes inst ital jan jul jun jur kap kapt
    kath kfm lat lfd lgt lic lt maj med mind mr mrs mrz mär nachm nov nr nrn nördl oberst oblt obltn okt orig pfr
    phil pkt prof rd ref rel rer resp russ röm sen sep sept sgt soc sog sogen st sta std ste stellv stk südl tel
    univ urspr verh verl verw vgl vol vorm vors vs westl zt zz zzgl österr östl
    """.split()
)
# These can end a sentence too: a word that usually opens one decides.
_OPEN_ABBREVIATIONS = frozenset(
    """
    co corp etc ff inc jh jhd jhdt jr ltd mio mrd sr str tsd usf usw
    """.split()
)
_TIED = _ABBREVIATIONS | _OPEN_ABBREVIATIONS
# Words that open a sentence and hardly ever follow an ordinal or an abbreviation within one.
_OPENERS = frozenset(
    """
    aber alle allerdings als also am an andere anschließend auch auf aufgrund aus außer außerdem bei beide bereits
    bevor bis bisher da dabei dafür dagegen daher damit danach dann darauf daraufhin darin darum darunter darüber
    das davon davor dazu dem den denn dennoch der des deshalb deswegen die dies diese diesem dieser dieses doch dort
    ebenso ein eine einem einen einer eines einige einmal er erst es etwa falls fast ferner für gegen hat hier
    hierbei hierzu hinzu häufig ich ihr im immer in insgesamt ist jede jeder jedes jedoch jene jener jetzt kein
    keine kurz laut letztlich man manche mehr meist mit nach nachdem neben nicht nun nur ob obwohl oft ohne schon
    sein seine seiner seit seitdem sie so sobald sollte somit sowie sowohl später statt trotz trotzdem um und unser
    unter viel viele vielmehr von vor war was weil weiter weitere welche wenn wer wie wir wird wo wurde während
    würde zahlreiche zu zudem zuerst zuletzt zum zunächst zur zusätzlich zuvor zwar zwischen über
    """.split()
)
_AFTER_ORDINAL = frozenset(
    """
    april august dezember februar jahrhundert januar juli juni jänner mai märz november oktober september
    """.split()
)
# Articles, possessives and prepositions: a number behind them is an ordinal, whatever follows …
_BEFORE_ORDINAL = frozenset(
    """
    am beim das dem den der des die diesen dieser ein eine einem einen einer ihr ihre ihren im jedem jeden mein
    meinen sein seine seinem seinen seiner unser vom zum zur
    """.split()
)
# … behind these only if no sentence opener follows.
_MAYBE_ORDINAL = frozenset(
    """
    ab bis nach oder seit und vor
    """.split()
)

_CLOSERS = "\"'”“«»‘’›‹)\\]"
# Possessive and anchored by the look-behind: a run of a million full stops is read once.
_PROPOSAL = re.compile(rf"(?<![.!?…])[.!?…]++[{_CLOSERS}]*+(?:[.!?…]++[{_CLOSERS}]*+)?+(?=\s+(\S))")
_NEXT_WORD = re.compile(r"[`\"„“”»«‚‘›‹'(\[–—-]*\s?([^\W_]+)")
_LAST_TOKENS = re.compile(r"(?:(\S+)\s+)?(\S+)$")
_OPENING = "\"'„“”»«‚‘›‹([–—-"
_NUMBER = re.compile(r"\d+(?:[./-]\d+)*")
_ROMAN = re.compile(r"[IVX]+")
# Far enough back to see the two tokens that decide.
_WINDOW = 60


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split ``text[start:end]`` into sentences.

    Returns:
        Half-open offsets into ``text``, in order, without overlap; between them, before and after stands white space only.
    """
    end = len(text) if end is None else end
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    spans = []
    for proposal in _PROPOSAL.finditer(text, start, end):
        if _ends_sentence(text, start, proposal):
            spans.append((start, proposal.end()))
            start = proposal.start(1)
    if start < end:
        spans.append((start, end))
    return spans


def _ends_sentence(text: str, start: int, proposal: re.Match[str]) -> bool:
    following = _NEXT_WORD.match(text, proposal.start(1), proposal.endpos)
    if following is None:
        return False
    word = following[1]
    if word[0].islower():
        return False
    punctuation = proposal[0]
    if punctuation[0] != "." or punctuation[:2] == ".." or "!" in punctuation or "?" in punctuation:
        return True
    tokens = _LAST_TOKENS.search(text, max(start, proposal.start() - _WINDOW), proposal.start())
    if tokens is None:
        return True
    return not _tied(tokens[1] or "", tokens[2].lstrip(_OPENING), word)


def _tied(before: str, token: str, word: str) -> bool:
    """Whether the full stop behind ``token`` belongs to it, so that the sentence goes on with ``word``."""
    opens = word.lower() in _OPENERS
    if _NUMBER.fullmatch(token):
        return _ordinal(before.lower(), token, word, opens)
    last = re.split(r"[.\-/–(]", token)[-1]
    if _ROMAN.fullmatch(token):
        return not opens
    if len(last) == 1 and last.isalpha():
        return True
    if last.lower() in _OPEN_ABBREVIATIONS:
        return not opens
    return last.lower() in _TIED or token.lower() in _TIED


def _ordinal(before: str, token: str, word: str, opens: bool) -> bool:
    if len(re.split(r"[./-]", token)[-1]) > 2:
        return False
    if word[0].isdigit() or word.lower() in _AFTER_ORDINAL:
        return True
    if before in _BEFORE_ORDINAL:
        return True
    if before in _MAYBE_ORDINAL and not opens:
        return True
    return not opens
