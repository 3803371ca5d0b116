"""The page's only style sheet. Its hash stands in the page's Content-Security-Policy, so no other style can get in."""

from __future__ import annotations

import base64
import hashlib

_HEAT = "\n".join(f".h{step} {{ background: rgba(var(--heat), {0.06 * step:.2f}); }}" for step in range(11))

STYLE = f"""
:root {{
  color-scheme: light dark;
  --ink: #1a1a1a; --quiet: #555; --paper: #fff; --soft: #f3f4f6; --rule: #c9ccd1; --link: #00568a;
  --heat: 0, 114, 178; --fill: #0072b2; --good: #00694d; --fair: #8a5a00; --poor: #a63c00; --mark: #ffe9a8;
}}
@media screen and (prefers-color-scheme: dark) {{
  :root {{
    --ink: #e8e8e8; --quiet: #b0b0b0; --paper: #16181b; --soft: #22262b; --rule: #4a4f57; --link: #7cc4f0;
    --heat: 56, 150, 205; --fill: #56b4e9; --good: #4fd1a5; --fair: #f0b429; --poor: #ff8a4c; --mark: #5c4a00;
  }}
}}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; }}
body {{
  margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; overflow-wrap: anywhere;
}}
h1 {{ font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--rule); }}
h3 {{ font-size: 1.05rem; margin: 1.5rem 0 .25rem; }}
p, ul {{ margin: .5rem 0; max-width: 46rem; }}
ul {{ padding-left: 1.25rem; }}
a {{ color: var(--link); }}
nav {{ display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }}
nav a {{ padding: .25rem 0; }}
.quiet {{ color: var(--quiet); font-size: .9rem; }}
.notice {{ border-left: .4rem solid var(--poor); background: var(--soft); padding: .6rem .8rem; }}
.verdicts {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .75rem; margin: 1rem 0; }}
.verdict {{ border: 1px solid var(--rule); border-left: .4rem solid var(--rule); border-radius: .25rem; padding: .5rem .75rem; }}
.verdict h3 {{ margin: 0; }}
.verdict p {{ margin: .25rem 0 0; }}
.verdict strong {{ text-transform: uppercase; letter-spacing: .03em; font-size: .85rem; }}
.good {{ border-left-color: var(--good); }} .good strong {{ color: var(--good); }}
.fair {{ border-left-color: var(--fair); }} .fair strong {{ color: var(--fair); }}
.poor {{ border-left-color: var(--poor); }} .poor strong {{ color: var(--poor); }}
.scroll {{ overflow-x: auto; max-width: 100%; margin: 0 0 .75rem; }}
.scroll:focus-visible, summary:focus-visible {{ outline: 2px solid var(--link); }}
table {{ border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }}
.caption {{ color: var(--quiet); font-size: .9rem; margin: .75rem 0 .25rem; }}
th, td {{ padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }}
thead th {{ vertical-align: bottom; background: var(--soft); }}
th {{ font-weight: 600; }}
tbody th {{ font-weight: 400; }}
.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.bounds {{ display: block; font-size: .9em; }}
.role {{ border: 1px solid; border-radius: .75rem; padding: 0 .4rem; font-size: .8rem; white-space: nowrap; }}
.probe {{ color: var(--poor); }}
.model {{ color: var(--good); }}
.empty, .same {{ color: var(--quiet); }}
.same {{ background: var(--soft); }}
.name {{ white-space: nowrap; }}
.matrices {{ display: flex; flex-wrap: wrap; gap: 0 2.5rem; }}
.matrices > *, .item > *, .beside > * {{ min-width: 0; max-width: 100%; }}
.matrices p {{ max-width: 24rem; }}
.beside {{ display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }}
.beside > figure {{ flex: 0 1 32rem; }}
.beside > .grid {{ flex: 1 1 30rem; }}
.bar {{ display: block; width: 10rem; }}
.track {{ fill: var(--soft); stroke: var(--rule); }}
.fill {{ fill: var(--fill); opacity: .65; }}
.gate {{ stroke: var(--ink); stroke-dasharray: 3 2; }}
.interval {{ stroke: var(--ink); stroke-width: 3; }}
details {{ margin: .75rem 0; }}
summary {{ color: var(--link); cursor: pointer; padding: .25rem 0; }}
figure {{ margin: .75rem 0; }}
figure img {{ display: block; width: 100%; max-width: 34rem; height: auto; }}
.item {{ border: 1px solid var(--rule); border-radius: .25rem; padding: .5rem .75rem; margin: .75rem 0; }}
.item h3, .item h4 {{ margin: 0; }}
.item h4 .quiet {{ font-weight: 400; }}
.item blockquote {{ margin: .5rem 0; padding: .25rem .75rem; border-left: .25rem solid var(--rule); white-space: pre-line; }}
mark {{ background: var(--mark); color: inherit; padding: 0 .1em; }}
{_HEAT}
@media screen and (min-width: 40rem) {{
  tbody th, thead th:first-child {{ position: sticky; left: 0; white-space: nowrap; }}
  tbody th {{ background: var(--paper); }}
}}
@media (max-width: 30rem) {{ body {{ padding: .75rem; }} th, td {{ padding: .25rem .4rem; }} .bar {{ width: 6rem; }} }}
@media print {{
  html {{ font-size: 9.5pt; }}
  body {{ max-width: none; padding: 0; }}
  figure img {{ max-width: 26rem; }}
  nav, details:not([open]) {{ display: none; }}
  .scroll {{ overflow: visible; }}
  table {{ font-size: 7.5pt; }}
  th, td {{ padding: .15rem .35rem; }}
  .name {{ white-space: normal; overflow-wrap: anywhere; }}
  thead .n {{ white-space: normal; }}
  .bar {{ width: 5rem; }}
  h2, h3 {{ break-after: avoid; }}
  .item, .verdict, figure, tr {{ break-inside: avoid; }}
  .heat, .fill, .track, mark, .notice {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""

STYLE_SHA256 = base64.b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
