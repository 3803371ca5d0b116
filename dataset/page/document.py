"""A page that needs nothing but itself, and the policy that lets nothing in from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dataset.page.markup import Html, tag
from dataset.page.style import STYLE, STYLE_SHA256

POLICY = f"default-src 'none'; img-src data:; style-src 'sha256-{STYLE_SHA256}'; base-uri 'none'; form-action 'none'"


def whole_page(
    title: str, opening: Iterable[str | None], sections: Mapping[str, tuple[str, str]], end: str | None = None
) -> str:
    """The whole page.

    Args:
        title: its heading, too.
        opening: what stands before the links to the sections.
        sections: heading and content, by the name that links lead to; that name never comes from data.
        end: what stands last.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    links = (tag("a", name, href=f"#{id_}") for id_, (name, _) in sections.items())
    body = tag(
        "body",
        tag(
            "main",
            tag("h1", title),
            *opening,
            tag("nav", *links, aria_label="Sections"),
            *(tag("section", tag("h2", name), content, id=id_) for id_, (name, content) in sections.items()),
            end,
        ),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"
