"""Calls a service as HealthChain does. Runs in HealthChain's own environment, and so needs nothing of ours.

stdin holds {"url", "workflow", "context", "prefetch"}; stdout what HealthChain read of the answer, the answer
as it came, and what HealthChain has against it.
"""

import json
import sys

import httpx
from healthchain.models import CDSResponse
from healthchain.sandbox import SandboxClient
from healthchain.sandbox.requestconstructors import CdsRequestConstructor

asked = json.load(sys.stdin)
client = SandboxClient(url=asked["url"], workflow=asked["workflow"])
# SandboxClient.load_from_path does the same, but with a patient id that it draws by lot.
client.requests.append(
    CdsRequestConstructor().construct_request(asked["prefetch"], client.workflow, asked["context"])
)
(read,) = client.send_requests()
sent = client.requests[0].model_dump(exclude_none=True, mode="json")
raw = httpx.post(asked["url"], json=sent).json()
try:
    CDSResponse(**raw)
    fault = ""
except ValueError as refused:
    fault = str(refused)
json.dump({"read": read, "raw": raw, "fault": fault}, sys.stdout)
