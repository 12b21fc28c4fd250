"""Read and check case files, change their inputs, and start new ones."""
