"""Write the report: one content, rendered as HTML, PDF and Markdown."""
