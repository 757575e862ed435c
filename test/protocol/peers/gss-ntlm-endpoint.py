"""A WS-Management endpoint whose NTLM is gss-ntlmssp's: signs in, unseals, hands the envelope on, seals the answer.

HANDLER_URL takes the plain envelope and gives status and plain answer. Prints its port."""

import base64
import re
import sys
from http.server import HTTPServer

import gssapi

from envelope_endpoint import EnvelopeEndpoint, handled

NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
BOUNDARY = b"--Encrypted Boundary"
TYPE = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'


class Endpoint(EnvelopeEndpoint):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = re.match(r"Negotiate (\S+)", self.headers.get("Authorization", ""))
        if token is not None:
            self.leg(base64.b64decode(token[1]))
        elif self.context is None or not self.context.complete:
            self.answer(401, [("WWW-Authenticate", "Negotiate")])
        else:
            self.sealed(body)

    def leg(self, token):
        try:
            if self.context is None or self.context.complete:
                credentials = gssapi.Credentials(usage="accept", mechs=[NTLM])
                self.context = gssapi.SecurityContext(creds=credentials, usage="accept")
            reply = self.context.step(token)
        except gssapi.exceptions.GSSError as error:
            print(f"gss: {error}", file=sys.stderr, flush=True)
            self.context = None
            self.answer(401, [("WWW-Authenticate", "Negotiate")])
            return
        if self.context.complete:
            self.answer(200)
        else:
            self.answer(401, [("WWW-Authenticate", "Negotiate " + base64.b64encode(reply).decode())])

    def sealed(self, body):
        start = body.index(b"application/octet-stream\r\n") + len(b"application/octet-stream\r\n") + 4
        plain = self.context.unwrap(body[start : body.rindex(BOUNDARY + b"--")]).message
        status, text = handled(plain)
        wrapped = self.context.wrap(text, True).message
        head = (
            BOUNDARY + b"\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % len(text)
            + BOUNDARY + b"\r\n\tContent-Type: application/octet-stream\r\n"
        )
        self.answer(
            status, [("Content-Type", TYPE)], head + b"\x10\x00\x00\x00" + wrapped + BOUNDARY + b"--\r\n"
        )


server = HTTPServer(("127.0.0.1", 0), Endpoint)
print(server.server_address[1], flush=True)
server.serve_forever()
