/**
 * Why bytes from a peer were refused. `truncated`: a field or a PDU ends before it should; `version`: not DCE/RPC
 * version 5.0 or 5.1; `limit`: longer, deeper or more than allowed; `value`: a field holds what it may not hold;
 * `sequence`: a well-formed PDU at a moment at which it makes no sense.
 */
export const wireRefusalCodes = ['truncated', 'version', 'limit', 'value', 'sequence'] as const;
export type WireRefusalCode = (typeof wireRefusalCodes)[number];

/** The only error that the decoders of this folder throw, whatever bytes they are given. */
export class WireRefusal extends Error {
  readonly code: WireRefusalCode;

  constructor(code: WireRefusalCode, message: string) {
    super(message);
    this.name = 'WireRefusal';
    this.code = code;
  }
}

/** True for a {@link WireRefusal} of any copy of this module. */
export function isWireRefusal(error: unknown): error is WireRefusal {
  return error instanceof Error && error.name === 'WireRefusal' && 'code' in error;
}
