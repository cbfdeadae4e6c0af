"""``python -m reconciler.cli`` is the ``reconciler`` command."""

from reconciler.cli.main import main

main()
