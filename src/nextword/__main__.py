"""``python -m nextword`` is ``nextword``."""

from nextword.cli.main import main

main()
