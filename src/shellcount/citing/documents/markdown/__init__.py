"""Read Markdown as its readers see it: blocks, and the inside of paragraphs."""
