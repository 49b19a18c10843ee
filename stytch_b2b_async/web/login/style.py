"""The style of the pages, and the policy by which they may load nothing else."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

STYLE: Final = """\
:root {
  color-scheme: light dark;
  --back: #f4f5f7; --card: #fff; --text: #1c2024; --quiet: #5d6570; --line: #cfd4da; --accent: #0b57d0; --on-accent: #fff;
  --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #121417; --card: #1c2025; --text: #e7eaee; --quiet: #9aa4b0; --line: #3d454f; --accent: #8ab4f8; --on-accent: #10203c;
    --bad: #ff8f85;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--back); color: var(--text); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
}
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
form { margin: 0 0 1rem; }
main > :last-child, form > :last-child { margin-bottom: 0; }
label { display: block; margin: 0 0 .9rem; font-weight: 600; font-size: .9rem; }
input {
  display: block; width: 100%; margin-top: .3rem; padding: .6rem .75rem; font: inherit; font-weight: 400; color: var(--text);
  background: var(--back);
  border: 1px solid var(--line); border-radius: 8px;
}
button, .button {
  display: block; width: 100%; margin: 0 0 .6rem; padding: .65rem 1rem; font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer; border-radius: 8px; border: 1px solid var(--line); background: transparent;
  color: var(--text); overflow-wrap: anywhere;
}
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button:hover, .button:hover { border-color: var(--accent); }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.25rem 0; }
.error { color: var(--bad); font-weight: 600; }
.quiet { color: var(--quiet); font-size: .9rem; }
.code { letter-spacing: .25em; font-variant-numeric: tabular-nums; }
small { display: block; font-weight: 400; color: var(--quiet); }
details { margin: 0 0 1rem; }
summary { cursor: pointer; color: var(--accent); margin-bottom: .6rem; }
img { display: block; width: 11rem; height: 11rem; margin: 0 auto 1rem; background: #fff; padding: .5rem; border-radius: 8px; }
code { font: .9rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
ul { columns: 2; margin: 0 0 1rem; padding: 0; list-style: none; }
"""

_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No scripts, no other style than this one, no frames, and no images but those in the page."""
