"""Starts programs one after the other and says what each has cost.

Small and on its own: what the kernel reports as a program's peak memory is never below that of the process which started it.

Reads one JSON object a line (``command``, ``environment``, ``directory``), answers with one (``status``, ``seconds``,
``cpu_seconds``, ``peak_kib``, ``errors``).
"""

import json
import os
import sys
import tempfile
import time


def run(order, errors):
    errors.seek(0)
    errors.truncate()
    command = order["command"]
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor, standard in ((nothing, 0), (nothing, 1), (errors.fileno(), 2)):
            os.dup2(descriptor, standard)
        os.chdir(order["directory"])
        os.execve(command[0], command, order["environment"])
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    errors.seek(0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_kib": used.ru_maxrss,
        "errors": errors.read()[-4000:].decode("utf-8", "replace"),
    }


def main():
    with tempfile.TemporaryFile() as errors:
        for line in sys.stdin:
            print(json.dumps(run(json.loads(line), errors)), flush=True)


main()
