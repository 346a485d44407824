"""Steps of playbooks in the real ``tcex``, run by its own Python: each writes and reads variables as it is told.

Reads from its standard input: ``config`` (the app's inputs) and ``steps``, each with a ``context``, what the playbook
``requested``, ``write`` (values by variable) and ``read`` (variables, or texts with variables in them). Prints what each has
read, as JSON. Bytes are objects ``{"base64": …}`` on both ways.
"""

import base64
import json
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


def main():
    request = json.load(sys.stdin)
    tcex = TcEx(config=request["config"])
    done = [
        run(tcex.app.get_playbook(context=step["context"], output_variables=step["requested"]), step) for step in request["steps"]
    ]
    json.dump(done, sys.stdout)


main()
