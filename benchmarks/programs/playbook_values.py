"""Values of a playbook through a local Redis: a bare ``redis-py`` pipeline, and a framework.

The order names the ``framework`` (``gatepost`` or ``tcex``), the ``port``, the number of ``values``, the ``rounds``, and
``single``: how many single writes make one measurement. Runs where the framework is installed. Wall time: most of it is waiting.
"""

import json
import sys
import time
from pathlib import Path

import redis

CONTEXT = "benchmark"


def of_gatepost(port, variables):
    from gatepost.kvstore import RedisServer, RedisStore
    from gatepost.playbook import Playbook

    def playbook():
        return Playbook(RedisStore(RedisServer("127.0.0.1", port), CONTEXT), CONTEXT, variables)

    def write(values):
        step = playbook()
        step.write_many(values)
        step.close()

    def read(names):
        step = playbook()
        found = step.read_many(names)
        step.close()
        return found

    kept = playbook()
    return write, read, kept.write


def of_tcex(port, variables):
    from tcex import TcEx

    tcex = TcEx(
        config={
            "tc_api_path": "https://api.example.com",
            "tc_token": "a-token",
            "tc_token_expires": 4102444800,
            "tc_kvstore_host": "127.0.0.1",
            "tc_kvstore_port": port,
            "tc_playbook_kvstore_context": CONTEXT,
            "tc_playbook_out_variables": ",".join(variables),
            **{f"tc_{name}_path": str(Path.cwd()) for name in ("in", "log", "out", "temp")},
        }
    )

    def write(values):
        playbook = tcex.app.get_playbook(context=CONTEXT, output_variables=variables)
        for name, value in values.items():
            playbook.create.variable(name, value)

    def read(names):
        playbook = tcex.app.get_playbook(context=CONTEXT, output_variables=variables)
        return [playbook.read.variable(name) for name in names]

    playbook = tcex.app.get_playbook(context=CONTEXT, output_variables=variables)
    return write, read, playbook.create.variable


def bare(port):
    def client():
        return redis.Redis(host="127.0.0.1", port=port)

    def write(values):
        with client() as connected, connected.pipeline(transaction=False) as pipeline:
            for name, value in values.items():
                pipeline.hset(CONTEXT, name, json.dumps(value))
            pipeline.execute()

    def read(names):
        with client() as connected, connected.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.hget(CONTEXT, name)
            return [json.loads(value) for value in pipeline.execute()]

    kept = client()
    return write, read, lambda name, value: kept.hset(CONTEXT, name, json.dumps(value))


def seconds(function, *arguments):
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def singles(write, variables, count):
    started = time.perf_counter()
    for number in range(count):
        write(variables[number % len(variables)], "a short text")
    return (time.perf_counter() - started) / count


def main():
    order = json.load(sys.stdin)
    variables = [f"#App:9876:demo.out.{number}!String" for number in range(order["values"])]
    values = dict.fromkeys(variables, "a text of some length, as an app gives it out")
    subjects = {
        "redis-py": bare(order["port"]),
        order["framework"]: {"gatepost": of_gatepost, "tcex": of_tcex}[order["framework"]](order["port"], variables),
    }
    found = {}
    for turn in range(order["rounds"] + 1):
        for name, (write, read, write_one) in subjects.items():
            costs = {"write": seconds(write, values), "read": seconds(read, variables)}
            if order["single"]:
                costs["single"] = singles(write_one, variables, order["single"])
            if turn:
                for kind, cost in costs.items():
                    found.setdefault(f"{kind} {name}", []).append(cost)
    print(json.dumps(found))


main()
