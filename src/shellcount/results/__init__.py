"""The plain record of what was found: run, estimates, checks, predictions, their names, numbers.json."""
