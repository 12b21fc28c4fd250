"""Compare two runs: which estimates moved, by how much, and why."""
