"""The same signed GET with typed inputs and a structured log, each library used as its first page shows."""

import base64
import hmac
import os
import time
from urllib.parse import urlsplit

import pydantic
import requests
import structlog


class AppInputs(pydantic.BaseModel):
    """The job's own input."""

    owner: str = "Common Community"


log = structlog.get_logger()
inputs = AppInputs()
url = os.environ["TC_API_PATH"] + "/v2/owners"
timestamp = str(int(time.time()))
text = f"{urlsplit(url).path}:GET:{timestamp}"
signature = base64.b64encode(hmac.digest(os.environ["API_SECRET_KEY"].encode(), text.encode(), "sha256")).decode()
headers = {"Timestamp": timestamp, "Authorization": f"TC {os.environ['API_ACCESS_ID']}:{signature}"}
response = requests.get(url, headers=headers, verify=os.environ["TC_VERIFY"], timeout=60)
owners = response.json()["data"]["owner"]
log.info("owners", count=len(owners))
