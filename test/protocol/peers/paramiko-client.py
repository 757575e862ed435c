"""Signs in and runs commands through python3-paramiko: PORT USER PASSWORD."""

import json
import sys

import paramiko

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def connected():
    transport = paramiko.Transport(("127.0.0.1", port))
    transport.start_client(timeout=20)
    return transport


def run(transport, command):
    channel = transport.open_session(timeout=20)
    channel.exec_command(command)
    text = b""
    while True:
        data = channel.recv(65536)
        if not data:
            return {"text": text.decode(), "status": channel.recv_exit_status()}
        text += data


def refusal(transport, sign_in):
    try:
        sign_in(transport)
    except paramiko.BadAuthenticationType as error:
        return sorted(error.allowed_types)
    except paramiko.AuthenticationException as error:
        return type(error).__name__
    finally:
        transport.close()
    return None


answers = {}
transport = connected()
transport.auth_password(user, password, fallback=False)
answers["password"] = run(transport, "hostname")
answers["powershell"] = run(transport, 'powershell -NoProfile -Command "slmgr /bogus"')
answers["unknown"] = run(transport, "nonsense")
transport.close()

transport = connected()
transport.auth_interactive(user, lambda title, text, prompts: [password for _ in prompts])
answers["interactive"] = run(transport, "whoami")
transport.close()

answers["wrong"] = refusal(connected(), lambda transport: transport.auth_password(user, "wrong", fallback=False))
answers["offered"] = refusal(connected(), lambda transport: transport.auth_none(user))
print(json.dumps(answers))
