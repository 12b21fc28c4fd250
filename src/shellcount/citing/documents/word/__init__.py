"""Read and write the mark-up of Word documents: the archive, its paragraphs, its notes."""
