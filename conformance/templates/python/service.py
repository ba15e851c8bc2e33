"""Lets sf-conformance drive the integration over HTTP: POST /sfcert/v1 with one JSON request, one JSON answer.

Protocol: DRIVERS.md of sf-conformance. Mount `answer` in your own server if the product has one.
"""

import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = os.environ.get("SFCERT_RUN_TOKEN", "")


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
# Write these next: connect, callback, call, status. State that has to survive a restart goes below SFCERT_STATE_DIR.
OPERATIONS = {"hello": hello}


def failure(id, code, detail, problem="none"):
    return {"v": 1, "id": id, "ok": False, "error": {"code": code, "problem": problem, "detail": detail}}


def answer(body):
    try:
        request = json.loads(body)
        id, op = request.get("id", ""), request.get("op")
    except (ValueError, AttributeError):
        return failure("", "bad_request", "not a JSON object")
    if op not in OPERATIONS:
        return failure(id, "unsupported", f"no operation {op}")
    try:
        return {"v": 1, "id": id, "ok": True, "result": OPERATIONS[op](request)}
    except Exception as error:
        return failure(id, "failed", str(error), getattr(error, "problem", "other"))


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/sfcert/v1":
            return self.send(404, {})
        if not TOKEN or not hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {TOKEN}"):
            return self.send(401, {})
        self.send(200, answer(body))

    def send(self, status, message):
        body = json.dumps(message).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler).serve_forever()
