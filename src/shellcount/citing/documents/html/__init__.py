"""Read HTML as browsers show it: its tags, what is hidden, and where numbers can stand."""
