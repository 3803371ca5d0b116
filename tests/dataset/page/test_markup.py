"""Markup escapes."""

from __future__ import annotations

from dataset.page.markup import escaped, tag


def test_markup_escapes_what_it_did_not_make() -> None:
    """A plain text is escaped wherever it stands; control characters and marks that turn the text's direction are shown as unfit."""
    assert tag("p", "<b>", tag("i", "&"), class_='x"y') == '<p class="x&quot;y">&lt;b&gt;<i>&amp;</i></p>'
    assert escaped("a\x00\u202eb\ud800c") == "a\ufffd\ufffdb\ufffdc"
    assert (
        tag("p", f"{tag('b', 'x')}") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
    )  # what passes through a plain string is safe, too
