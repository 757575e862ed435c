"""What the endpoints have in common that stand between our client and a test: HTTP, and the way to the handler."""

import os
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler


def handled(envelope):
    """Status and answer of HANDLER_URL for a plain envelope."""
    request = urllib.request.Request(os.environ["HANDLER_URL"], data=envelope)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class EnvelopeEndpoint(BaseHTTPRequestHandler):
    """Its context is that of one connection."""

    protocol_version = "HTTP/1.1"
    context = None

    def log_message(self, *_words):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
