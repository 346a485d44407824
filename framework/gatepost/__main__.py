"""``python -m gatepost``: the command line, where its script is not on the path."""

from gatepost.cli import main

if __name__ == "__main__":
    main()
