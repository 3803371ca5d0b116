"""``python -m standpunkt``: the command line."""

from standpunkt.cli.app import main

main()
