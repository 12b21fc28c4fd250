"""Hold claims against a posterior, and against each other."""
