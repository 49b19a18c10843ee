"""`stytch-b2b openapi`: the API's description."""

import json

import click


@click.command()
@click.option("--format", "output", type=click.Choice(["json", "yaml"]), default="json", help="Default: json.")
@click.option("--base-url", metavar="URL", help="Of an emulator or a gateway, instead of Stytch's hosts.")
def openapi(output: str, base_url: str | None) -> None:
    """Print the OpenAPI 3.1 description of all endpoints, for Swagger UI, Postman, code generators and fuzzers."""
    from stytch_b2b_async.openapi import document

    described = document(base_url)
    if output == "json":
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    from .yaml_text import to_yaml

    click.echo(to_yaml(described, is_utf8=True), nl=False)
