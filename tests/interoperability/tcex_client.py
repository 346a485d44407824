"""An app of the real ``tcex``, run by its own Python: talks to a platform and prints what it saw as one JSON object.

Reads from its standard input: ``config`` (the app's inputs) and ``renew`` (whether to wait until the token was renewed).
"""

import json
import sys
import time

import requests
from tcex import TcEx


def seen(response):
    """What came back, without the body's details."""
    try:
        body = response.json()
    except ValueError:
        body = response.text
    return {"status": response.status_code, "body": body, "scheme": response.request.headers["Authorization"].split()[0]}


def renewed(tcex):
    """Wait for the monitor of tcex to renew the token; return what the old and the new one are worth."""
    token = tcex.app.token
    old = token.token.value
    # tcex lets requests under way finish before it renews, five seconds; there are none.
    token.token_renewal_buffer_time = 0.1
    while token.token_map["MainThread"]["token"].value == old:
        if not token.monitor_thread.is_alive():
            raise SystemExit(f"the monitor died: {token.monitor_thread.exception!r}")
        time.sleep(0.05)
    base = tcex.inputs.model_tc.tc_api_path
    with_the_old_one = requests.get(f"{base}/v2/owners", headers={"Authorization": f"TC-Token {old}"}, timeout=60)
    return {"old": seen(with_the_old_one), "new": seen(tcex.session.tc.get("/v2/owners"))}


def main():
    request = json.load(sys.stdin)
    tcex = TcEx(config=request["config"])
    answer = {"first": seen(tcex.session.tc.get("/v2/owners", params={"resultLimit": 10, "x": "a b+c~"}))}
    if request["renew"]:
        answer.update(renewed(tcex))
    json.dump(answer, sys.stdout)


main()
