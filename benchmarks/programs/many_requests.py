"""Many signed requests on one connection, by each client in turns; prints the CPU seconds of each.

The order names ``clients`` (``requests``, ``gatepost``, ``tcex``), the ``url`` of the API base, its ``ca_file`` and the
``params`` of a request (each or null). Runs where those clients are installed.
"""

import base64
import hmac
import time
from pathlib import Path

import requests
from interleave import answer

ACCESS_ID, SECRET_KEY = "12345678901234567890", "k" * 64


class Signed(requests.auth.AuthBase):
    """What a careful script has."""

    def __call__(self, request):
        timestamp = str(int(time.time()))
        text = f"{request.path_url}:{request.method}:{timestamp}"
        signature = base64.b64encode(hmac.digest(SECRET_KEY.encode(), text.encode(), "sha256")).decode()
        request.headers["Timestamp"] = timestamp
        request.headers["Authorization"] = f"TC {ACCESS_ID}:{signature}"
        return request


def of_requests(url, ca_file, params):
    session = requests.Session()
    session.auth = Signed()
    session.verify = ca_file or True
    whole = f"{url}/v2/owners"
    return lambda: session.get(whole, params=params, timeout=(10, 60))


def of_gatepost(url, ca_file, params):
    import gatepost

    runtime = gatepost.connect(
        tc_api_path=url, api_access_id=ACCESS_ID, api_secret_key=SECRET_KEY, **({"tc_verify": ca_file} if ca_file else {})
    )
    session = runtime.session
    return lambda: session.get("/v2/owners", params=params)


def of_tcex(url, ca_file, params):
    from tcex import TcEx

    tcex = TcEx(
        config={
            "tc_api_path": url,
            "tc_api_access_id": ACCESS_ID,
            "tc_api_secret_key": SECRET_KEY,
            **{f"tc_{name}_path": str(Path.cwd()) for name in ("in", "log", "out", "temp")},
        }
    )
    session = tcex.session.tc
    session.verify = ca_file or True
    return lambda: session.get("/v2/owners", params=params, timeout=(10, 60))


CLIENTS = {"requests": of_requests, "gatepost": of_gatepost, "tcex": of_tcex}


def checked(get):
    def once():
        response = get()
        if response.status_code != 200 or not response.content:
            raise SystemExit(f"the server answered {response.status_code}")

    return once


def subjects(order):
    return {name: checked(CLIENTS[name](order["url"], order["ca_file"], order["params"])) for name in order["clients"]}


answer(subjects)
