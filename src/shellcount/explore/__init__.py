"""Explore a case in a browser: move an assumption, and watch the range."""
