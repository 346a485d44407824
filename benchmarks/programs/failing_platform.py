"""A platform that fails now and then, in a process of its own.

Takes a JSON object as its argument: ``seed``, ``share`` (of the attempts that a fault strikes) and ``token_life`` in seconds.
Prints one line of JSON that says how to reach it. When its standard input ends it prints what it saw: for each named request
the faults and statuses in their order, and the ids of what was written.
"""

import json
import sys
from collections import Counter

from gatepost.emulator import ChaosProfile, Emulator, Rule
from gatepost.emulator.faults import Answer, Destination, Drip, HalfClose, Moment, Redirect, Reset, Truncate

# What costs an attempt each.
COSTLY = (
    Answer(500),
    Answer(502, body="<h1>Bad Gateway</h1>", content_type="text/html"),
    Answer(503),
    Answer(503, when=Moment.PROCESSED),
    Answer(504),
    Answer(429, retry_after="1"),
    Answer(429, retry_after_date=1),
    Answer(429, retry_after="soon"),
    Reset(Moment.HEAD),
    Reset(Moment.READ),
    Reset(Moment.PROCESSED),
    HalfClose(Moment.READ),
    HalfClose(Moment.PROCESSED),
    Truncate(),
    Truncate(chunked=True),
)
# What a client must just bear.
BEARABLE = (Drip(size=32, seconds=0.002), Redirect(Destination.PATH))


def profile(seed, share):
    faults = (*COSTLY, *BEARABLE)
    each = share / len(faults)
    # No fault strikes when a token is exchanged already: the answer would be lost, and with it the only good token.
    renewals = (Rule(fault=Answer(503), path="/appAuth", share=share / 2), Rule(fault=Reset(), path="/appAuth", share=share / 2))
    return ChaosProfile(seed=seed, rules=(*renewals, *(Rule(fault=fault, share=each, ids="*") for fault in faults)))


def is_costly(fault):
    return bool(fault) and not fault.startswith(("body dripping", "redirect"))


class Seen:
    """What came of each request: the statuses of its attempts, and how many of them a costly fault struck."""

    def __init__(self):
        self.attempts, self.costly, self.faults, self.renewals = {}, Counter(), Counter(), Counter()

    def add(self, request):
        name = request.request_id
        if request.fault:
            self.faults[request.fault] += 1
        if request.path.endswith("/appAuth"):
            self.renewals["failed by a fault" if request.fault else str(request.status)] += 1
        if name:
            self.attempts.setdefault(name, []).append(request.status)
            self.costly[name] += is_costly(request.fault)


def main():
    order = json.loads(sys.argv[1])
    with Emulator(token_life=order["token_life"]) as platform:
        platform.chaos = profile(order["seed"], order["share"])
        seen = Seen()
        platform.listen(seen.add, keep=False)  # there is no room for all of them
        credentials = platform.credentials
        inputs = {
            "tc_api_path": platform.url,
            "tc_token": credentials.token.reveal(),
            "tc_token_expires": credentials.token_expires,
            "tc_verify": platform.ca_file,
        }
        print(json.dumps(inputs), flush=True)
        sys.stdin.read()
        written = Counter(write.request_id for write in platform.writes if write.request_id)
    json.dump({**vars(seen), "writes": written}, sys.stdout)


main()
