"""Runs commands through python3-winrm. Standard input: {url, transport, user, password, commands: {name: [kind, text]}}."""

import json
import sys
import warnings

warnings.simplefilter("ignore")
import winrm  # noqa: E402

asked = json.load(sys.stdin)
session = winrm.Session(
    asked["url"],
    auth=(asked["user"], asked["password"]),
    transport=asked["transport"],
    server_cert_validation="ignore",
    message_encryption="auto",
)


def perform(kind, text):
    if kind == "raw":
        # Any envelope through the authenticated, sealed channel.
        return {"xml": session.protocol.send_message(text).decode()}
    result = session.run_cmd(text) if kind == "cmd" else session.run_ps(text)
    return {"status": result.status_code, "stdout": result.std_out.decode(), "stderr": result.std_err.decode()}


answers = {}
for name, (kind, text) in asked["commands"].items():
    try:
        answers[name] = perform(kind, text)
    except Exception as error:  # the test looks at what it was
        answers[name] = {"error": type(error).__name__, "text": str(error)}
print(json.dumps(answers))
