"""A web application with a connect page, as sf-conformance meets it in the browser. Put your own in its place."""

import base64
import hashlib
import os
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

NAME = "{{name}}"
HOSTS = {"production": os.environ.get("SFCERT_LOGIN_URL", ""), "sandbox": os.environ.get("SFCERT_TEST_URL", "")}
REDIRECT_URI = os.environ.get("SFCERT_REDIRECT_URI", "http://localhost/callback")

# Attempts under way, by their state: the verifier that belongs to each.
ATTEMPTS = {}


def connect_address(environment):
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    ATTEMPTS[state] = verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": os.environ.get("SFCERT_CLIENT_ID", ""),
        "redirect_uri": REDIRECT_URI,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{HOSTS[environment]}/services/oauth2/authorize?{urlencode(parameters)}"


PAGES = {
    "/connect": """<form method="post" action="/connect">
        <label><input type="radio" name="environment" value="production" checked> Production</label>
        <label><input type="radio" name="environment" value="sandbox"> Sandbox</label>
        <button data-sfcert="connect">Connect Salesforce</button></form>""",
    # Write this next: compare the state, exchange the code, store the tokens.
    urlsplit(REDIRECT_URI).path: '<p data-sfcert-state="not_connected">Not connected: the callback is not written yet.</p>',
    "/status": '<p data-sfcert-state="not_connected" data-sfcert-problem="none">Not connected.</p>',
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        page = PAGES.get(urlsplit(self.path).path)
        self.send(200 if page else 404, f"<!doctype html><title>{NAME}</title>{page or 'Not found'}")

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        environment = form.get("environment", ["production"])[0]
        self.send(303, "", Location=connect_address("sandbox" if environment == "sandbox" else "production"))

    def send(self, status, text, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(text.encode())), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler).serve_forever()
