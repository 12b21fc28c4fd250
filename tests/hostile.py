"""Text that somebody might write into a case file so that a reader's program does more than show it."""

from __future__ import annotations

HOSTILE = {
    "mark-up": "</title><script>alert(1)</script><!-- x -->",
    "Markdown": "# a [b](c) *d* `e` {{ load }} | f",
    "LaTeX": r"\input{/etc/passwd} $x$ % & # _ ^ ~ } { \write18{x} }}",
    "BibTeX": '}, note = {x}} @misc{y, title = {z}} " {',
    "control": "\x1b[31m \x07 \u202e a \u200b \x9b1m",
    "formula": '=HYPERLINK("http://a.example","b")',
    "plus": "+1",
    "at": "@SUM(A1)",
    "wide": "＝1+1",
    "lines": 'a\nb\r\nc\t"d", e',
    "endless": "x" * 10_000,
}
