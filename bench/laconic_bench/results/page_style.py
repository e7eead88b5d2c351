"""The style sheet of the page: light and dark, from a phone's width on."""

from typing import Final

from laconic_bench.results.canvas import NARROW
from laconic_bench.results.colours import DARK, LIGHT, variables

_RULES: Final = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--surface); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, nav, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.5rem 0 .5rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .5rem; padding-top: 1rem;
  border-top: 1px solid var(--grid); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; max-width: 44rem; }
a { color: inherit; }
nav ul { padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; }
footer { color: var(--muted); padding-bottom: 2rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem;
  margin: 1rem 0; }
dt { color: var(--muted); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 0; max-width: 760px; }
figure svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
figcaption, .note { color: var(--muted); font-size: .9rem; }
.narrow { display: none; }
.scroll { overflow-x: auto; margin: .75rem 0 1.25rem; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--series-1);
  outline-offset: 2px; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: .25rem 0; }
th, td { padding: .3rem .75rem .3rem 0; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--grid); white-space: nowrap; }
th { font-weight: 600; }
thead th { color: var(--muted); vertical-align: bottom; white-space: normal; min-width: 5rem; }
th[scope=row], .label { text-align: left; }
th[scope=row], thead th:first-child { position: sticky; left: 0; background: var(--surface);
  text-align: left; }
.wide-text { white-space: normal; min-width: 10rem; text-align: left; }
summary { cursor: pointer; padding: .35rem 0; }
""".strip()

STYLE: Final = f"""
:root {{ color-scheme: light dark; {variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {variables(DARK)} }} }}
{_RULES}
@media (max-width: {NARROW + 220}px) {{
  .wide {{ display: none; }}
  th, td {{ padding-right: .45rem; }}
  thead th {{ min-width: 3rem; }}
  th[scope=row] {{ white-space: normal; overflow-wrap: anywhere; min-width: 5rem;
    max-width: 7rem; }}
  .narrow {{ display: block; max-width: {NARROW + 80}px; }}
}}
@media print {{ .scroll {{ overflow: visible; }} }}
""".strip()
