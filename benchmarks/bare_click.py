"""The least a command line with this library costs: one group and one command."""

import click


@click.group()
def group() -> None:
    """Nothing."""


@group.command()
def one() -> None:
    """Nothing either."""


group()
