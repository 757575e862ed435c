/** Negotiate flags of MS-NLMP 2.2.2.5 that this client and this acceptor use. */
export const flag = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  sign: 0x00000010,
  seal: 0x00000020,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  targetTypeServer: 0x00020000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  version: 0x02000000,
  bits128: 0x20000000,
  keyExchange: 0x40000000,
  bits56: 0x80000000,
} as const;

/** What a session must have before anything is sealed with it: NTLMv2 with 128-bit keys and key exchange. */
export const requiredFlags =
  (flag.unicode |
    flag.sign |
    flag.seal |
    flag.ntlm |
    flag.alwaysSign |
    flag.extendedSessionSecurity |
    flag.targetInfo |
    flag.bits128 |
    flag.keyExchange) >>>
  0;

/** Flags of the first message. */
export const clientFlags = (requiredFlags | flag.requestTarget | flag.bits56 | flag.version) >>> 0;

/** True where all bits of `wanted` are set. */
export function hasFlags(flags: number, wanted: number): boolean {
  return (flags & wanted) >>> 0 === wanted >>> 0;
}

/** MS-NLMP 2.2.2.10: Windows 10.0, build 0, NTLM revision 15. */
export const versionField = Uint8Array.from([0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0f]);
