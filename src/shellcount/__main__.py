"""``python -m shellcount``."""

from shellcount.cli.main import main

if __name__ == "__main__":
    main()
