"""The datasheet: every question of *Datasheets for Datasets*, answered by the build where it can, and by ``datasheet.toml`` in words.

``DATASHEET.md`` in the repository's root holds one marked section a corpus; ``build --datasheet FILE`` writes it anew between its marks
and leaves everything else in the file alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from dataset.errors import CorpusError
from dataset.files import write_atomic
from dataset.release.caveats import first_lines
from dataset.release.facts import Facts
from dataset.release.markdown import paragraphs, plain
from dataset.release.measures import PART, WHOLE
from dataset.release.questions import ANSWERS, QUESTIONS, TITLES
from dataset.release.tables import computed, marked

NOT_ANSWERED = "*Not answered.*"
_NAMED = re.compile(r"\{([^{}]*)\}")


def section(facts: Facts) -> str:
    """The section of one corpus, in Markdown."""
    corpus = facts.corpus
    parts = [
        f"## {corpus.name} {corpus.version}",
        computed("first_lines", first_lines(facts)),
        *([paragraphs(corpus.settings.description)] if corpus.settings.description else []),
    ]
    missing = unanswered(facts)
    if missing:
        parts.append(f"Not answered (in `{ANSWERS}` of the corpus): {', '.join(missing)}.")
    number = 0
    for name, questions in QUESTIONS.items():
        parts.append(f"### {TITLES.get(name, name.capitalize())}")
        for key, question in questions.items():
            number += 1
            parts += [f"#### {number}. {question}", *_answer(facts, f"{name}.{key}")]
    return "\n\n".join(parts) + "\n"


def unanswered(facts: Facts) -> list[str]:
    """The questions without an answer, ``section.key``."""
    keys = [f"{name}.{key}" for name, questions in QUESTIONS.items() for key in questions]
    return [key for key in keys if key not in facts.answers and key not in WHOLE]


def open_questions(facts: Facts) -> list[str]:
    """A line that says how many questions a corpus leaves open; none where it answers all."""
    missing = unanswered(facts)
    asked = sum(len(questions) for questions in QUESTIONS.values())
    path = facts.corpus.path / ANSWERS
    return [f"{path}: {len(missing)} of {asked} questions of the datasheet are not answered"] if missing else []


def answer_in_words(facts: Facts, key: str) -> str | None:
    """Return the answer of ``datasheet.toml`` to a question, as Markdown, with its numbers filled in and marked; None if there is none.

    Raises:
        CorpusError: it names an unknown number.
    """
    known = facts.numbers

    def fill(match: re.Match[str]) -> str:
        name = plain(match[1])
        if name not in known:
            path = facts.corpus.path / ANSWERS
            raise CorpusError(f"{path}: {key}: no number is called {{{name}}}; known are {', '.join(sorted(known))}")
        return marked(name, known[name])

    answer = facts.answers.get(key)
    return None if answer is None else _NAMED.sub(fill, paragraphs(answer))


def _answer(facts: Facts, key: str) -> list[str]:
    measure = WHOLE.get(key) or PART.get(key)
    found = [computed(key, measure(facts))] if measure else []
    words = answer_in_words(facts, key)
    if words:
        return [*found, words]
    return found if key in WHOLE else [*found, NOT_ANSWERED]


def update(path: Path, name: str, text: str) -> bool:
    """Write a corpus's section into a datasheet file between its marks.

    Returns:
        Whether the file changed.

    Raises:
        CorpusError: the file has no marks for this corpus.
    """
    begin, end = f"<!-- computed: {name} -->", f"<!-- end of {name} -->"
    try:
        old = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CorpusError(f"{path}: no such datasheet; make a file that holds {begin} and {end}, a line each") from None
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if not pattern.search(old):
        raise CorpusError(f"{path}: holds no marks {begin} and {end}; add them, a line each")
    new = pattern.sub(lambda _: f"{begin}\n\n{text}\n{end}", old, count=1)
    if new != old:
        write_atomic(path, new)
    return new != old
