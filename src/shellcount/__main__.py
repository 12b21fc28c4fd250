"""``python -m shellcount``."""

from shellcount.cli import main

if __name__ == "__main__":
    main()
