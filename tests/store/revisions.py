"""Rows as each revision of the store wrote them, which an upgrade must bring along. They never change."""

from datetime import UTC, date, datetime
from typing import Any

_NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
_PATIENT = "1c2bdfee508d5186ef0ff67d45f5d769f3af99ca54e834e5fd9e1c19431df24e"
"""What stands for a patient: an HMAC with the secret below, of ["patient", "t", "Patient/1"]."""

SECRET = b"\1" * 32

ROWS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "0001": {
        "meta": [{"name": "secret", "value": b"\0" + SECRET}],
        "decision": [
            {
                "id": "01a1f8d3-ea00-7ba2-aa8e-981fc203cb2e",
                "evaluation": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                "tenant": "t",
                "client": "c",
                "patient": _PATIENT,
                "endpoint": "patient-view",
                "as_of": date(2026, 11, 20),
                "known_on": date(2026, 11, 20),
                "engine": "reference",
                "rulesets": "r@1.0.0#sha256:ab",
                "question": b'\0{"as_of":"2026-11-20","known_on":"2026-11-20",'
                b'"rulesets":[{"id":"r","version":"1.0.0","digest":"sha256:ab"}]}',
                "input_digest": "sha256:" + "1" * 64,
                "input": None,
                "answer_digest": "sha256:" + "2" * 64,
                "parts": '{"headline":"0123456789abcdef"}',
                "record": "b" * 64,
                "plugins": "[]",
                "program": "0.1.0",
                "created": _NOW,
            }
        ],
        "card": [
            {
                "id": "card-1",
                "decision": "01a1f8d3-ea00-7ba2-aa8e-981fc203cb2e",
                "content": '{"id":"card-1","prompts":[{"id":"p","ruleset":"r@1.0.0","review":null,'
                '"decline":[{"code":"not-now","holds":{"amount":14,"unit":"day"}}]}],"suggestions":[]}',
            }
        ],
        "feedback": [
            {
                "id": "c" * 64,
                "tenant": "t",
                "client": "c",
                "card": "card-1",
                "decision": "01a1f8d3-ea00-7ba2-aa8e-981fc203cb2e",
                "patient": _PATIENT,
                "outcome": "overridden",
                "at": _NOW,
                "suggestions": "[]",
                "reason": "not-now",
                "comment": None,
                "received": _NOW,
            }
        ],
        "response": [
            {
                "id": "d" * 64,
                "patient": _PATIENT,
                "kind": "declined",
                "prompt": "p",
                "review": "",
                "ruleset": "r",
                "until": date(2026, 12, 4),
                "reason": "not-now",
                "codelist": "",
                "day": None,
                "given": date(2026, 11, 20),
                "record": "b" * 64,
                "created": _NOW,
                "withdrawn": None,
            }
        ],
        "token": [{"id": "e" * 64, "expires": _NOW}],
        "request": [
            {
                "id": "f" * 64,
                "digest": "sha256:1",
                "began": _NOW,
                "ticket": "0" * 64,
                "status": 200,
                "headers": "{}",
                "body": None,
                "decision": "01a1f8d3-ea00-7ba2-aa8e-981fc203cb2e",
            }
        ],
    },
}
