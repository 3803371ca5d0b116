"""Text of a corpus in card and datasheet: a reader sees it as it is, and nothing of it is active."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dataset.build import build_release
from dataset.release.markdown import code, inline, paragraphs, plain
from dataset.release.tables import marked, marks, table, unmarked
from tests.make import article, write_corpus

ATTACKS = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "[x]: http://evil.example",
    "# no heading",
    "Title\n===",
    "Title\n---",
    "> no quote",
    "```\nno fence\n```",
    "~~~\nno fence",
    "    no code",
    "a | b\n--|--\nc | d",
    "a\n:-",
    "**no** _emphasis_ ~~at all~~",
    "<!-- end of c --> &lt; &amp; <img src=x>",
    "\\<b> \\[x](y) \\`x`",
    "- a\n- b\n1. c",
    "`` ` `` `a` `<b>`",
    "2024. Jahr",
]
TEXTS = st.text(st.sampled_from("ab1 \n\\`*_[]()<>&|#~$!-+=:.\t") | st.characters(codec="utf-8"), max_size=60)
TAG = re.compile(r"</?([a-z][a-z0-9]*)[^>]*>|<!")


class Shown(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        """Without any yet."""
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        """Add a piece."""
        self.text += data


def tags(html: str) -> set[str]:
    """The names of all tags."""
    return {match[1] or match[0] for match in TAG.finditer(html)}


def rendered(markdown: str) -> str:
    """HTML, as GitHub and the Hub make it."""
    return str(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown))


def shown(html: str) -> list[str]:
    """The words that a reader sees."""
    parser = Shown()
    parser.feed(html)
    parser.close()
    return parser.text.split()


def words(text: str) -> list[str]:
    """The words of a text, with what no page shows replaced."""
    return "".join("\ufffd" if (char < " " and not char.isspace()) or char == "\x7f" else char for char in text).split()


@given(TEXTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_paragraphs_are_text(attack: str, text: str) -> None:
    """Every tag is a paragraph, a line or a name in code, and every character is shown."""
    for one in (attack, text, f"{text}\n{attack}", f"{attack}{text}"):
        html = rendered(paragraphs(one))
        assert tags(html) <= {"p", "br", "code"}, html
        assert shown(html.replace("<code>", "`").replace("</code>", "`")) == words(one)


@given(TEXTS)
@example("a\\|b")
@example("\\")
@example("`a|b`")
def test_cells_and_headings_are_text(text: str) -> None:
    """One cell stays one, and a heading has no tags in it."""
    html = rendered(table(["head"], [[text], [code(text)]]))
    assert html.count("<td>") == 2
    assert tags(html) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}, html
    heading = rendered(f"# {inline(text)} 1.0.0")
    assert tags(heading) <= {"h1", "code"}, heading


@given(TEXTS)
def test_plain_undoes_it(text: str) -> None:
    """For documents that are no Markdown."""
    assert words(plain(paragraphs(text))) == words(text)


def test_paragraphs_and_lists_read_well() -> None:
    """Blank lines divide paragraphs, the lines of a list stay lines, names in backticks are code."""
    html = rendered(paragraphs("One\nline.\n\nThree:\n- a\n- b\n\nSee `votes` in `a/b.json`."))
    assert html.count("<p>") == 3
    assert html.count("<br") == 2
    assert "<code>votes</code>" in html


def test_marks_of_a_long_text_are_found_at_once() -> None:
    """A megabyte without a blank, and marks in it."""
    text = "x" * 1_000_000 + " " + marked("claims", 12) + " y" * 100_000
    start = time.perf_counter()
    assert marks(text) == [("claims", "12")]
    assert unmarked(text).endswith(" y")
    assert time.perf_counter() - start < 2


def test_a_hostile_corpus(tmp_path: Path) -> None:
    """Description, answers, names, licence and rights holder in every document of a release."""
    bad = "<script>x</script> ![p](http://evil.example/p.png) [l](javascript:x) | `c` <!-- end of c -->"
    corpus = write_corpus(tmp_path / "c", {f"a{i}": article(i) for i in range(3)})
    settings = corpus / "corpus.toml"
    quoted = bad.replace("\\", "\\\\")
    settings.write_text(
        f"title = '{quoted}'\ndescription = '''\n{quoted}\n# h\n---\n'''\nsynthetic = '{quoted}'\nlabels_license = '{quoted}'\n"
        + settings.read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    (corpus / "datasheet.toml").write_text(
        f"[motivation]\npurpose = '''\n{quoted}\n\n{{articles}} articles\n# h\n'''\n", encoding="utf-8"
    )
    built = build_release(corpus, out=tmp_path / "dist")
    for name in ("README.md", "DATASHEET.md"):
        text = (built.path / name).read_text(encoding="utf-8")
        html = rendered(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))
        assert "script>x" not in html.replace("&lt;script&gt;", "")
        assert "<img" not in html
        assert "<a " not in html
        assert "evil.example/p.png" in html
        assert "<h1>h</h1>" not in html
        # In the card it is in YAML and in the code of BibTeX, where it is no comment.
        assert (name == "README.md") == ("<!-- end of c -->" in text)
    croissant = (built.path / "croissant.json").read_text(encoding="utf-8")
    assert "\\\\[" not in croissant
    assert "&lt;" not in croissant
