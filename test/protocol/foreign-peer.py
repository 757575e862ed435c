"""Impacket as a client of the emulator: binds, calls and reads faults. Prints one JSON object. Arguments: port, UUID."""
import json
import struct
import sys

from impacket import uuid
from impacket.dcerpc.v5 import rpcrt, transport

port, interface = int(sys.argv[1]), sys.argv[2]
version = ('1.0',)


def stub(name='IMPACKET-PC', client=1):
    text = name.encode('utf-16le').ljust(128, b'\0')
    ids = [struct.pack('<IHH', 0x10000000, 0, 0x4000) + struct.pack('>HHI', 0x8000, 0, client), bytes(16)]
    ids += [uuid.string_to_bin('ae2ee509-1b34-41c0-acb7-6d4650168915')]
    ids += [uuid.string_to_bin('55c92734-d682-4d71-983e-d6ec3f16059f')]
    head = struct.pack('<HHIIIq', 1, 2, 25, 43200, 0, 1767600000000)
    return head + b''.join(ids) + text + struct.pack('<II', 0, 0)


def connect():
    rpc = transport.DCERPCTransportFactory('ncacn_ip_tcp:127.0.0.1[%d]' % port)
    rpc.set_connect_timeout(10)
    dce = rpc.get_dce_rpc()
    dce.connect()
    return dce


def attempt(work):
    try:
        return {'ok': work()}
    except rpcrt.DCERPCException as error:
        return {'error': str(error)}


def call(dce, number, data):
    dce.call(number, data)
    return dce.recv()


ours = (interface,) + version
found = {}

dce = connect()
dce.bind(uuid.uuidtup_to_bin(ours))
answer = call(dce, 0, stub())
found['length'] = len(answer)
found['version'], _, found['hresult'], found['count'] = struct.unpack_from('<HHII', answer)
found['second'] = struct.unpack_from('<HHII', call(dce, 0, stub('SECOND', 2)))[3]
found['unknownOperation'] = attempt(lambda: call(dce, 7, b''))
found['badStub'] = attempt(lambda: call(dce, 0, b'too short').hex())
found['afterFaults'] = struct.unpack_from('<HHII', call(dce, 0, stub('THIRD', 3)))[3]
dce.set_max_fragment_size(48)
found['fragmented'] = struct.unpack_from('<HHII', call(dce, 0, stub('FOURTH', 4)))[3]
other = dce.alter_ctx(uuid.uuidtup_to_bin(ours))
found['alteredContext'] = struct.unpack_from('<HHII', call(other, 0, stub('FIFTH', 5)))[3]
dce.disconnect()

stranger = connect()
found['otherInterface'] = attempt(
    lambda: stranger.bind(uuid.uuidtup_to_bin(('12345678-1234-abcd-ef00-0123456789ab', '1.0'))) and None
)
newer = connect()
found['newerVersion'] = attempt(lambda: newer.bind(uuid.uuidtup_to_bin((interface, '2.0'))) and None)

print(json.dumps(found))
