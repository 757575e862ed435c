import { hresult } from '../../licensing/hresult';

/** Errors that a machine's licensing service raises, by the symbol's meaning (error-codes.json). */
export const modelError = {
  accessDenied: hresult(0x80070005),
  invalidArgument: hresult(0x80070057),
  noSuchDomain: hresult(0x8007054b),
  /** The server could not be reached over the internet. */
  internetNameNotResolved: hresult(0x80072ee7),
  /** The key is blocked at the activation server. */
  keyBlockedByServer: hresult(0xc004c003),
  /** The server never issued this key. */
  keyUnknownToServer: hresult(0xc004c001),
  /** A KMS host key or a retail key went over its limit (K11.1). */
  activationLimit: hresult(0xc004c008),
  /** The MAK is used up (K11.6). */
  makExhausted: hresult(0xc004c020),
  /** Rearmed and not restarted. */
  rearmedNotRestarted: hresult(0xc004d302),
  noRearmsLeft: hresult(0xc004d307),
  graceExpired: hresult(0xc004f009),
  outOfTolerance: hresult(0xc004f00f),
  licenseNotInstalled: hresult(0xc004f011),
  keyNotInstalled: hresult(0xc004f014),
  skuNotInstalled: hresult(0xc004f015),
  notSupported: hresult(0xc004f016),
  invalidLicense: hresult(0xc004f01f),
  /** Typed data of phone activation: of the wrong kind, length, with wrong check digits, for another IID. */
  confirmationInvalid: hresult(0xc004f02c),
  confirmationLength: hresult(0xc004f02f),
  confirmationMismatch: hresult(0xc004f031),
  confirmationCheckDigits: hresult(0xc004f04d),
  licenseNotAvailable: hresult(0xc004f034),
  invalidKey: hresult(0xc004f050),
  blockedKey: hresult(0xc004f051),
  machineNotBound: hresult(0xc004f056),
  slicMissing: hresult(0xc004f057),
  slicMarkerMissing: hresult(0xc004f058),
  mismatchedSku: hresult(0xc004f069),
  operationNotAllowed: hresult(0xc004f06a),
  invalidKeyType: hresult(0xc004f07d),
  adObjectNotFound: hresult(0xc004f081),
  adNameTooLong: hresult(0xc004f082),
  adSchemaNotSupported: hresult(0xc004f083),
  notGenuine: hresult(0xc004f200),
  hardwareChanged: hresult(0xc004f211),
  tokenChallengeExpired: hresult(0xc004f301),
  tokenSilentFailure: hresult(0xc004f302),
  tokenGrantNotFound: hresult(0xc004f304),
  tokenInvalidBlob: hresult(0xc004f307),
  tokenChallengeMismatch: hresult(0xc004f309),
  tokenInvalidCertificate: hresult(0xc004f30a),
  tokenCertificateNotFound: hresult(0xc004f30e),
  smartCardWrongPin: hresult(0x8010006b),
  validityExpired: hresult(0xc004fc07),
  noVirtualizationHost: hresult(0xc004fd01),
  hostNotActivated: hresult(0xc004fd02),
  hostMismatch: hresult(0xc004fd03),
  guestNotBound: hresult(0xc004fd04),
} as const;

/** LicenseStatusReason of states that are no error: grace running. */
export const graceReason = {
  oob: 0x4004f00c,
  oot: 0x4004f00d,
  nonGenuine: 0x4004f065,
} as const;
