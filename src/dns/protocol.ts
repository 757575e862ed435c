/** Record types by number (IANA DNS parameters) that this project sends or reads. */
export const recordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  AAAA: 28,
  SRV: 33,
  TSIG: 250,
  AXFR: 252,
  ANY: 255,
} as const;

/** Classes by number: IN, and the two that dynamic update gives a meaning of their own (RFC 2136 section 1.3). */
export const recordClass = { IN: 1, NONE: 254, ANY: 255 } as const;

/** Operation codes (RFC 1035, RFC 2136). */
export const opcode = { QUERY: 0, UPDATE: 5 } as const;

/** Answer codes (RFC 1035 section 4.1.1, RFC 2136 section 2.2). */
export const rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
} as const;

/** Codes of the TSIG record's own error field (RFC 8945 section 3). */
export const tsigError = { NONE: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

/** The name of a number in one of the tables above, or its decimal digits where it has none. */
export function nameOfCode(table: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(table).find((name) => table[name] === code) ?? String(code);
}

/** Octets that a message over UDP may have without EDNS (RFC 1035 section 2.3.4). */
export const MAX_UDP_REQUEST = 512;

/** Octets that any message may have: the length prefix over TCP has 16 bits. */
export const MAX_MESSAGE = 65535;
