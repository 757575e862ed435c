"""Runs a program at a terminal of its own and types lines when it asks: JSON [[text to wait for, what to type], ...] in
argv[1], the program's words after it. Prints what the terminal showed; ends with the program's status."""
import json
import os
import pty
import select
import sys
import time

waits = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown = b""
end = time.monotonic() + 40
while time.monotonic() < end:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    if waits and waits[0][0].encode() in shown:
        os.write(terminal, waits.pop(0)[1].encode())
sys.stdout.write(shown.decode())
sys.stdout.flush()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(status if status >= 0 else 128 - status)
