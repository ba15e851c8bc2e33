"""Lets sf-conformance drive the integration: one JSON request a line on standard input, one answer a line on standard output.

Protocol: DRIVERS.md of sf-conformance. Log to standard error only, and never a secret.
"""

import json
import sys

# Whatever has to survive a restart belongs below this folder.
STATE_DIR = sys.argv[sys.argv.index("--state-dir") + 1] if "--state-dir" in sys.argv else "."


class Refused(Exception):
    """What Salesforce refused: raise it from an operation, with the problem that your user is told."""

    def __init__(self, problem, detail):
        super().__init__(detail)
        self.problem = problem


def hello(request):
    return {
        "name": "{{name}}",
        "version": "{{version}}",
        "app_kind": "confidential",
        "operations": list(OPERATIONS),
        "processes": 1,
        "connections": 1,
        "entries": ["connect"],
        "uses": [],
        "logs": [],
        "install_link": "none",
    }


# One function an operation. What is missing here is answered `unsupported`, and the checks that need it do not apply.
# Write these next, each by calling what your product calls when a user presses the button:
#   connect(request)  -> {"authorize_url": …}      from request["connection"] and request["environment"]
#   callback(request) -> as status                 from request["url"], the address that the user's browser was sent to
#   call(request)     -> {"ok": True, "http_status": 200}
#   status(request)   -> {"state": "not_connected", "problem": "none", "detail": ""}
OPERATIONS = {"hello": hello}


def failure(id, code, detail, problem="none"):
    return {"v": 1, "id": id, "ok": False, "error": {"code": code, "problem": problem, "detail": detail}}


def answer(line):
    try:
        request = json.loads(line)
        id, op = request.get("id", ""), request.get("op")
    except (ValueError, AttributeError):
        return failure("", "bad_request", "not a JSON object")
    if op not in OPERATIONS:
        return failure(id, "unsupported", f"no operation {op}")
    try:
        return {"v": 1, "id": id, "ok": True, "result": OPERATIONS[op](request)}
    except Refused as error:
        return failure(id, "failed", str(error), error.problem)
    except Exception as error:
        return failure(id, "failed", str(error), "other")


for line in sys.stdin:
    print(json.dumps(answer(line)), flush=True)
