"""Documents that numbers are filled into: Markdown, HTML, plain text and Word."""
