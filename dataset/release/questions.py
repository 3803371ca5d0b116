"""The questions of the datasheet, and a corpus's answers to them in words.

They are the 57 of Gebru et al., Datasheets for Datasets, Communications of the ACM 64(12), 2021, in their order and in our words. A corpus
answers in ``datasheet.toml``: a table a section, a key a question. A number is named there, ``{articles}``, and the build fills it in.
"""

from __future__ import annotations

from pathlib import Path

from dataset.errors import CorpusError
from dataset.files import read_settings, read_toml
from dataset.records.fields import near

ANSWERS = "datasheet.toml"

QUESTIONS: dict[str, dict[str, str]] = {
    "motivation": {
        "purpose": "What was the dataset made for: which task, which gap?",
        "creators": "Who made it, and on whose behalf?",
        "funding": "Who paid for it?",
        "comments": "Anything else about the motivation?",
    },
    "composition": {
        "instances": "What do the instances stand for? Are there several types?",
        "counts": "How many instances are there of each type?",
        "sampling": "Are these all instances there are, or a sample of a larger set, and is it representative?",
        "data": "What does an instance consist of?",
        "labels": "Has an instance a label or target?",
        "missing": "Is something missing from single instances, and why?",
        "relationships": "Are relations between instances made explicit?",
        "splits": "Are there recommended splits, and why these?",
        "errors": "Are there errors, sources of noise or redundancies?",
        "external": "Does the dataset stand alone, or does it rely on resources elsewhere?",
        "confidential": "Is anything in it confidential?",
        "offensive": "Could something in it offend, threaten or frighten a reader?",
        "subpopulations": "Does it identify subpopulations, by age or gender for instance?",
        "identification": "Can persons be identified, directly or indirectly?",
        "sensitive": "Does it hold sensitive data about persons, such as origin, belief, opinion, health or finances?",
        "comments": "Anything else about the composition?",
    },
    "collection": {
        "acquisition": "How were the data of an instance acquired: observed, reported, derived, and were they verified?",
        "mechanisms": "By which mechanisms or procedures were they collected, and how were these validated?",
        "strategy": "If it is a sample: how was it drawn?",
        "people": "Who took part in the collection, and how were they paid?",
        "timeframe": "Over which time were the data collected, and when did they come into being?",
        "ethics": "Was there an ethical review?",
        "source": "Were the data collected from the persons themselves or through others?",
        "notice": "Were the persons told of the collection?",
        "consent": "Did the persons consent to collection and use?",
        "revocation": "Could consent be revoked, and how?",
        "impact": "Was the possible effect on the persons analysed?",
        "comments": "Anything else about the collection?",
    },
    "preprocessing": {
        "done": "Were the data preprocessed, cleaned or labelled?",
        "raw": "Were the raw data kept as well, and where?",
        "software": "Is the software that did it available?",
        "comments": "Anything else about preprocessing, cleaning and labelling?",
    },
    "uses": {
        "used": "Has the dataset been used for a task already?",
        "repository": "Is there a place that lists papers or systems that use it?",
        "tasks": "For which other tasks could it be used?",
        "effects": "May something in its making bear on later uses, such as unfair treatment or harm, and how is that lessened?",
        "unsuitable": "For which tasks should it not be used?",
        "comments": "Anything else about uses?",
    },
    "distribution": {
        "parties": "Is it given to others outside of those who made it?",
        "how": "How is it distributed, and has it a DOI?",
        "when": "When is it distributed?",
        "license": "Under which licence or terms of use?",
        "restrictions": "Have others put restrictions on the data, such as rights of their own?",
        "export": "Do export controls or other regulations apply?",
        "comments": "Anything else about distribution?",
    },
    "maintenance": {
        "who": "Who supports, hosts and maintains it?",
        "contact": "How can they be reached?",
        "erratum": "Is there an erratum?",
        "updates": "Will it be updated, by whom, how often, and how does one learn of it?",
        "retention": "If it is about persons: are there limits on how long their data may be kept?",
        "older": "Are older versions still supported, and how does one learn that they are not?",
        "contributions": "Can others extend it or contribute, and how is that checked?",
        "comments": "Anything else about maintenance?",
    },
}

# The sections as the paper calls them, where a key is shorter.
TITLES = {"collection": "Collection process", "preprocessing": "Preprocessing/cleaning/labelling"}

TEMPLATE_HEAD = f"""\
# Answers for DATASHEET.md. An empty one is shown as not answered. Numbers are named, not written: {{articles}}, {{claims}}, {{outlets}} …
# What the build can answer itself it does; an answer here is then added to it. Plain text; a blank line begins a paragraph.
# Save it as {ANSWERS} beside corpus.toml.
"""


def read_answers(path: Path) -> dict[str, str]:
    """Read ``datasheet.toml``: answers by ``section.key``; empty ones are none.

    Raises:
        CorpusError: an answer to no question, or one that is no text; names the file and the field.
    """
    if not path.exists() and not path.is_symlink():
        return {}
    answers = {}
    for section, entries in read_settings(path, read_toml(path), dict[str, dict[str, str]]).items():
        if section not in QUESTIONS:
            known = f"{', '.join(QUESTIONS)}{near(section, QUESTIONS)}"
            raise CorpusError(f"{path}: unknown section {section!r}; known are {known}")
        for key, answer in entries.items():
            if key not in QUESTIONS[section]:
                known = f"{', '.join(QUESTIONS[section])}{near(key, QUESTIONS[section])}"
                raise CorpusError(f"{path}: {section}: unknown question {key!r}; known are {known}")
            if answer.strip():
                answers[f"{section}.{key}"] = answer.strip()
    return answers


def answers_template() -> str:
    """A ``datasheet.toml`` with every question and no answer."""
    parts = [TEMPLATE_HEAD]
    for section, entries in QUESTIONS.items():
        parts.append(f"\n[{section}]\n" + "".join(f'# {text}\n{key} = ""\n' for key, text in entries.items()))
    return "".join(parts)
