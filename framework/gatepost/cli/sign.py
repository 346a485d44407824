"""``gatepost sign``: authorize one request that another program will send."""

from __future__ import annotations

from typing import Annotated

import typer

from gatepost.cli.options import AuthChoice, Inputs, name_and_value

__all__ = ["sign"]


def sign(
    method: Annotated[str, typer.Argument(help="GET, POST, PUT, DELETE…")],
    url: Annotated[str, typer.Argument(help="A path, completed with tc_api_path, or a whole URL of the platform.")],
    *,
    auth: Annotated[AuthChoice, typer.Option(help="The scheme.")] = AuthChoice.AUTO,
    inputs: Inputs = None,
    curl: Annotated[bool, typer.Option("--curl", help="Print a curl command line.")] = False,
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Show a token, and the password of a proxy.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the headers that authorize a request, or a ready curl line. Nothing is sent.

    The credential is the one that an app or script in the working directory would use. A signature is good for this
    URL and five minutes.
    """
    import sys

    from gatepost.cli.output import print_note
    from gatepost.log import install_redaction
    from gatepost.project.signing import sign_request
    from gatepost.secret import Secret

    install_redaction()
    given = dict(name_and_value(text) for text in inputs or ())
    signed = sign_request(method, url, auth=auth.value, inputs=given)
    masked = not show_secrets and any(isinstance(value, Secret) for value in signed.headers.values())
    # Not through the redactor: what is secret in it is masked already, or was asked for.
    if json:
        import json as json_format

        report = {
            "method": signed.method,
            "url": signed.url,
            "headers": dict(line.split(": ", 1) for line in signed.header_lines(show_secrets=show_secrets)),
            "scheme": signed.choice.scheme,
            "source": signed.choice.source.label,
            "reason": signed.choice.reason,
            "masked": masked,
            "curl": signed.curl_line(show_secrets=show_secrets),
        }
        sys.stdout.write(json_format.dumps(report, indent=2, ensure_ascii=False) + "\n")
    elif curl:
        sys.stdout.write(signed.curl_line(show_secrets=show_secrets) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in signed.header_lines(show_secrets=show_secrets)))
    if masked:
        print_note("the token is masked; --show-secrets shows it")
    if signed.expired:
        print_note("the token has expired; a run would renew it, sign does not: that kills it for whoever else uses it")
