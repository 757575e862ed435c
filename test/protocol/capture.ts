/** One direction of a TCP conversation, in the order in which the bytes went. */
export interface Segment {
  readonly from: 'client' | 'server';
  readonly bytes: Buffer;
}

/**
 * A capture file (pcap 2.4, raw IPv4) of a TCP conversation between 127.0.0.1 ports, handshake and end included, as
 * a sniffer would have written it: for reading with other programs, without the rights that capturing needs.
 */
export function captureOf(serverPort: number, segments: readonly Segment[]): Buffer {
  const clientPort = 50_000;
  const next = { client: 1000, server: 9000 };
  const packets: Buffer[] = [];
  const send = (from: 'client' | 'server', flags: number, bytes: Buffer): void => {
    const to = from === 'client' ? 'server' : 'client';
    const ports = from === 'client' ? [clientPort, serverPort] : [serverPort, clientPort];
    packets.push(packet(ports as [number, number], [next[from], flags === syn ? 0 : next[to]], flags, bytes));
    next[from] += bytes.length + (flags & (syn | fin) ? 1 : 0);
  };
  send('client', syn, nothing);
  send('server', syn | ack, nothing);
  send('client', ack, nothing);
  for (const { from, bytes } of segments) send(from, ack | push, bytes);
  send('client', fin | ack, nothing);
  send('server', fin | ack, nothing);
  send('client', ack, nothing);
  return Buffer.concat([
    fileHeader(),
    ...packets.flatMap((each, index) => [recordHeader(each, index), each]),
  ]);
}

const nothing = Buffer.alloc(0);
const [fin, syn, push, ack] = [1, 2, 8, 16] as const;
const rawIp = 101;

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(rawIp, 20);
  return header;
}

function recordHeader(bytes: Buffer, index: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1_767_600_000, 0);
  header.writeUInt32LE(index * 1000, 4);
  header.writeUInt32LE(bytes.length, 8);
  header.writeUInt32LE(bytes.length, 12);
  return header;
}

function packet(
  [source, target]: readonly [number, number],
  [sequence, acknowledged]: readonly [number, number],
  flags: number,
  bytes: Buffer,
): Buffer {
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(40 + bytes.length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.set([127, 0, 0, 1, 127, 0, 0, 1], 12);
  ip.writeUInt16BE(checksum([ip]), 10);
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(source, 0);
  tcp.writeUInt16BE(target, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(acknowledged, 8);
  tcp[12] = 0x50;
  tcp[13] = flags;
  tcp.writeUInt16BE(65_535, 14);
  const pseudo = Buffer.alloc(12);
  ip.copy(pseudo, 0, 12, 20);
  pseudo[9] = 6;
  pseudo.writeUInt16BE(20 + bytes.length, 10);
  tcp.writeUInt16BE(checksum([pseudo, tcp, bytes]), 16);
  return Buffer.concat([ip, tcp, bytes]);
}

function checksum(parts: readonly Buffer[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
