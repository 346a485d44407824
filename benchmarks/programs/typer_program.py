"""A program of typer with one command: the least that a command line of it can cost."""

import typer

application = typer.Typer(add_completion=True)


@application.command()
def hello(name: str = typer.Argument("world", help="Whom to greet.")) -> None:
    """Say hello."""
    typer.echo(f"hello {name}")


application()
