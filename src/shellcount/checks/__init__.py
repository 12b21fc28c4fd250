"""Check claims against a posterior, and against each other."""
