"""Ask a posterior what drives it, what would have to be true, and what to find out next."""
