import { hresult } from '../../licensing/hresult';

/** What a host refuses with, and what its own log shows (K12.7 to K12.10). */
export const refusal = {
  /** KMS is not enabled: no host key. */
  notEnabled: hresult(0xc004f039),
  /** The host itself is not activated. */
  notActivated: hresult(0xc004f041),
  /** The host's key does not activate the product that asks. */
  idMismatch: hresult(0xc004f042),
  /** The same in the host's log. */
  productNotInstalled: hresult(0xc004f015),
  /** The client's clock is too far from the host's (K3.11). */
  invalidTimestamp: hresult(0xc004f06c),
} as const;

/** What a client shows or logs of its own (K1.6, K6.11, K12). */
export const clientError = {
  notEnoughCount: hresult(0xc004f038),
  oemMarkerMissing: hresult(0xc004f035),
  /** No candidate could be used; the reasons are in the events 12288. */
  serviceUnavailable: hresult(0xc004f074),
  rpcServerUnavailable: hresult(0x800706ba),
  /** No DNS suffix at all. */
  invalidName: hresult(0x8007007b),
  dnsServerFailure: hresult(0x8007232a),
  dnsNameError: hresult(0x8007232b),
  dnsNoRecords: hresult(0x8007251d),
} as const;
