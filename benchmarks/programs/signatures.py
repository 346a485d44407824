"""One signature: gatepost's function, and the two calls of the standard library that nobody can do without."""

import base64
import hmac

from interleave import answer

KEY, TARGET, METHOD, TIMESTAMP = "k" * 64, "/api/v2/owners?resultLimit=100", "GET", 1587340800


def bare():
    text = f"{TARGET}:{METHOD}:{TIMESTAMP}"
    return base64.b64encode(hmac.digest(KEY.encode(), text.encode(), "sha256")).decode()


def subjects(_order):
    from gatepost.auth.signature import sign

    def gatepost():
        return sign(KEY, TARGET, METHOD, TIMESTAMP)

    if gatepost() != bare():
        raise SystemExit("the two signatures differ")
    return {"bare": bare, "gatepost": gatepost}


answer(subjects)
