"""The report: one content, rendered as HTML, PDF and Markdown."""

from shellcount.report.content import answer, verdicts
from shellcount.report.writing import FORMATS, parse_formats, write_report

__all__ = ["FORMATS", "answer", "parse_formats", "verdicts", "write_report"]
