"""One signed GET by ``requests`` and nothing else: what a script costs that does it all by itself."""

import base64
import hmac
import os
import time
from urllib.parse import urlsplit

import requests

url = os.environ["TC_API_PATH"] + "/v2/owners"
timestamp = str(int(time.time()))
text = f"{urlsplit(url).path}:GET:{timestamp}"
signature = base64.b64encode(hmac.digest(os.environ["API_SECRET_KEY"].encode(), text.encode(), "sha256")).decode()
headers = {"Timestamp": timestamp, "Authorization": f"TC {os.environ['API_ACCESS_ID']}:{signature}"}
response = requests.get(url, headers=headers, verify=os.environ["TC_VERIFY"], timeout=60)
owners = response.json()["data"]["owner"]
print(f"{len(owners)} owners")
