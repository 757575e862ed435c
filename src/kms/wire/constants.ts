/** PDU types of connection-oriented DCE/RPC (C706 12.6.4; auth3 from MS-RPCE 2.2.2.5). */
export const pduTypes = {
  request: 0,
  response: 2,
  fault: 3,
  bind: 11,
  'bind-ack': 12,
  'bind-nak': 13,
  'alter-context': 14,
  'alter-context-response': 15,
  auth3: 16,
  shutdown: 17,
  cancel: 18,
  orphaned: 19,
} as const;
export type PduKind = keyof typeof pduTypes;

const kindsByType: ReadonlyMap<number, PduKind> = new Map(
  Object.entries(pduTypes).map(([kind, type]) => [type, kind as PduKind]),
);

/** Name of a PDU type number, undefined for one that a connection does not carry. */
export function pduKindOf(type: number): PduKind | undefined {
  return kindsByType.get(type);
}

/** Flags of the common header (C706 12.6.3.1). */
export const pduFlags = {
  firstFragment: 0x01,
  lastFragment: 0x02,
  pendingCancel: 0x04,
  concurrentMultiplexing: 0x10,
  didNotExecute: 0x20,
  maybe: 0x40,
  objectUuid: 0x80,
} as const;

/** First and last fragment at once: a PDU that is whole. */
export const wholePdu = pduFlags.firstFragment | pduFlags.lastFragment;

/** Result of one presentation context in bind_ack (C706 12.6.3.1, negotiate_ack from MS-RPCE 2.2.2.4). */
export const contextResults = {
  acceptance: 0,
  userRejection: 1,
  providerRejection: 2,
  negotiateAck: 3,
} as const;

/** Why a provider rejects a presentation context. */
export const contextReasons = {
  notSpecified: 0,
  abstractSyntaxNotSupported: 1,
  transferSyntaxesNotSupported: 2,
  localLimitExceeded: 3,
} as const;

/** Why a whole association is refused (bind_nak; authentication type from MS-RPCE 2.2.2.5). */
export const bindNakReasons = {
  notSpecified: 0,
  temporaryCongestion: 1,
  localLimitExceeded: 2,
  protocolVersionNotSupported: 4,
  authenticationTypeNotRecognized: 8,
} as const;

/** Status codes of fault PDUs (C706 appendix E; the last two are Win32 codes that MS-RPCE uses). */
export const faultStatuses = {
  operationRangeError: 0x1c010002,
  unknownInterface: 0x1c010003,
  protocolError: 0x1c01000b,
  serverTooBusy: 0x1c010014,
  unspecified: 0x1c000012,
  remoteNoMemory: 0x1c00001b,
  accessDenied: 0x00000005,
  badStubData: 0x000006f7,
} as const;

const faultNames: ReadonlyMap<number, string> = new Map([
  [faultStatuses.operationRangeError, 'the interface has no such operation'],
  [faultStatuses.unknownInterface, 'the interface is not known on this connection'],
  [faultStatuses.protocolError, 'protocol error'],
  [faultStatuses.serverTooBusy, 'the server is too busy'],
  [faultStatuses.unspecified, 'the call failed at the server'],
  [faultStatuses.remoteNoMemory, 'the call is larger than the server allows'],
  [faultStatuses.accessDenied, 'access denied'],
  [faultStatuses.badStubData, 'the arguments of the call could not be read'],
]);

/** A fault's status in words and digits, for logs and errors. */
export function describeFault(status: number): string {
  const digits = `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
  const name = faultNames.get(status);
  return name === undefined ? digits : `${name} (${digits})`;
}

/** Least fragment size that every implementation must receive (C706 12.6.3.1, MustRecvFragSize). */
export const minimumFragment = 1432;
/** Fragment size that Windows and this project offer: four Ethernet frames. */
export const defaultFragment = 5840;
