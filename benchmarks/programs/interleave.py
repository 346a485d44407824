"""Measures callables in turns, in one process."""

import gc
import json
import sys
import time


def cpu(function, count):
    """Return the CPU seconds of one call, on average over a block."""
    started = time.process_time()
    for _ in range(count):
        function()
    return (time.process_time() - started) / count


def in_turns(subjects, rounds, count):
    """Return the CPU seconds per call of each round, by subject."""
    for function in subjects.values():
        cpu(function, max(1, count // 4))
    seconds = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, function in subjects.items():
            gc.collect()  # what one subject leaves behind is not the next one's to clear away
            seconds[name].append(cpu(function, count))
    return seconds


def answer(subjects_of):
    """Measure what an order on standard input asks for; print the seconds as JSON in the last line."""
    order = json.load(sys.stdin)
    print(json.dumps(in_turns(subjects_of(order), order["rounds"], order["count"])))
