"""impacket's RPC server with an equally empty call. Argument: interface UUID. Prints the port."""
import logging
import sys

from impacket.dcerpc.v5.rpcrt import DCERPCServer

logging.disable(logging.CRITICAL)
answer = bytes.fromhex(sys.argv[2])
server = DCERPCServer()
server.addCallbacks((sys.argv[1], '1.0'), '16880', {0: lambda data: answer})
server.daemon = True
server.start()
print('impacket %d' % server.getListenPort(), flush=True)
sys.stdin.read()
