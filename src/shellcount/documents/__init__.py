"""Documents that numbers are filled into: Markdown, HTML, plain text and Word."""

from shellcount.documents.document import Document, kind_of, shown
from shellcount.documents.pieces import Asked, Mark, Value
from shellcount.documents.records import CaseRecord, Record, RunRecord, ValueRecord

__all__ = [
    "Asked",
    "CaseRecord",
    "Document",
    "Mark",
    "Record",
    "RunRecord",
    "Value",
    "ValueRecord",
    "kind_of",
    "shown",
]
