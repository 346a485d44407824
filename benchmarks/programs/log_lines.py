"""One line into a log file, with the same words: the standard library's way, and a framework's.

The order names the ``framework``: ``gatepost`` or ``tcex``. Runs where it is installed; the files are left in the working
directory.
"""

import logging
import secrets
from pathlib import Path

from interleave import answer

LINE = "%(asctime)s - %(name)s - %(levelname)8s - %(message)s (%(filename)s:%(funcName)s:%(lineno)d:%(threadName)s)"
KEPT = []


def of_gatepost():
    from gatepost.log import LogSettings, configure
    from gatepost.secret import Secret

    # An app has some, and every line is searched for them.
    KEPT.extend(Secret(secrets.token_urlsafe(32)) for _ in range(5))
    logging_of_gatepost = configure(LogSettings(path=".", console=False), name="app")
    KEPT.append(logging_of_gatepost)
    log = logging_of_gatepost.logger
    return lambda: log.info("owners read", count=12, page=3, url="https://api.example.com/v2/owners")


def of_tcex():
    from tcex import TcEx

    tcex = TcEx(
        config={
            "tc_api_path": "https://api.example.com",
            "tc_api_access_id": "1" * 20,
            "tc_api_secret_key": secrets.token_urlsafe(32),
            "tc_log_level": "info",
            **{f"tc_{name}_path": str(Path.cwd()) for name in ("in", "log", "out", "temp")},
        }
    )
    log = tcex.log
    return lambda: log.info("owners read count=%s page=%s url=%s", 12, 3, "https://api.example.com/v2/owners")


def subjects(order):
    handler = logging.FileHandler("standard.log")
    handler.setFormatter(logging.Formatter(LINE))
    standard = logging.getLogger("standard")
    standard.addHandler(handler)
    standard.setLevel(logging.INFO)
    standard.propagate = False
    return {
        "logging": lambda: standard.info("owners read count=%s page=%s url=%s", 12, 3, "https://api.example.com/v2/owners"),
        order["framework"]: {"gatepost": of_gatepost, "tcex": of_tcex}[order["framework"]](),
    }


answer(subjects)
