"""A WS-Management endpoint over HTTPS whose Kerberos is MIT's: accepts a ticket, proves itself, hands the envelope on.

HANDLER_URL takes the envelope and gives status and answer. CERTIFICATE is a PEM file with its key. PROOF is what follows
an accepted ticket: "right", "none", or another token in base64. REASON=no keeps back the token that tells why a ticket is
refused. Prints its port; ends when its input does."""

import base64
import os
import re
import ssl
import sys
import threading
from http.server import ThreadingHTTPServer

import gssapi

from envelope_endpoint import EnvelopeEndpoint, handled

PROOF = os.environ["PROOF"]
TELLS_REASON = os.environ["REASON"] != "no"


def in_base64(token):
    return base64.b64encode(token or b"").decode()


class Endpoint(EnvelopeEndpoint):
    timeout = 30

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = re.match(r"Negotiate (\S+)", self.headers.get("Authorization", ""))
        if token is not None:
            self.leg(base64.b64decode(token[1]))
        elif self.context is None:
            self.answer(401, [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Kerberos")])
        else:
            status, text = handled(body)
            self.answer(status, [("Content-Type", "application/soap+xml;charset=UTF-8")], text)

    def leg(self, token):
        self.context = None
        context = gssapi.SecurityContext(usage="accept")
        # Deferred, which is usual, a failure that has a token never shows: no property of the context raises it.
        context.__DEFER_STEP_ERRORS__ = False
        try:
            reply = context.step(token)
        except gssapi.exceptions.GSSError as error:
            print(f"gss: {error}", file=sys.stderr, flush=True)
            reason = in_base64(error.token) if TELLS_REASON else ""
            self.answer(401, [("WWW-Authenticate", f"Negotiate {reason}".strip())])
            return
        print(f"accepted {context.initiator_name}", file=sys.stderr, flush=True)
        self.context = context
        proof = {"right": in_base64(reply), "none": ""}.get(PROOF, PROOF)
        self.answer(200, [("WWW-Authenticate", f"Negotiate {proof}")] if proof else [])


class Server(ThreadingHTTPServer):
    def server_bind(self):
        # The usual one asks DNS for the name of the address.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address


server = Server(("127.0.0.1", 0), Endpoint)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(os.environ["CERTIFICATE"])
# The handshake waits for the thread of the connection: nobody keeps others from connecting.
server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
