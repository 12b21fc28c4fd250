"""The report: one content, rendered as HTML and Markdown."""

from shellcount.report.writing import FORMATS, write_report

__all__ = ["FORMATS", "write_report"]
