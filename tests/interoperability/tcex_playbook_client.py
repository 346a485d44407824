"""Steps of playbooks in the real ``tcex``, run by its own Python: each writes and reads variables as it is told.

Reads from its standard input a list of apps, each with its ``config`` (its inputs) and ``steps``, each with a ``context``, what
the playbook ``requested``, ``write`` (values by variable) and ``read`` (variables, or texts with variables in them). Prints what
each step of each app has read, as JSON. Bytes are objects ``{"base64": …}`` on both ways.
"""

import base64
import json
import os
import sys

from tcex import TcEx


def decoded(value):
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: decoded(item) for key, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def encoded(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    return [encoded(item) for item in value] if isinstance(value, list) else value


def run(playbook, step):
    for variable, value in step["write"].items():
        playbook.create.variable(variable, decoded(value))
    read = {text: encoded(playbook.read.variable(text)) for text in step["read"]}
    arrays = {text: encoded(playbook.read.variable(text, array=True)) for text in step["read"]}
    return {"read": read, "arrays": arrays}


def run_app(app):
    tcex = TcEx(config=app["config"])
    return [
        run(tcex.app.get_playbook(context=step["context"], output_variables=step["requested"]), step) for step in app["steps"]
    ]


def in_a_process_of_its_own(app):
    """A process may have one TcEx; a fork does not import it again, which takes seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            json.dump(run_app(app), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"the app ended with {status}")
    return json.loads(said)


def main():
    json.dump([in_a_process_of_its_own(app) for app in json.load(sys.stdin)], sys.stdout)


main()
