/** A word that a verb takes. */
export interface Parameter {
  /** As data and documentation name it. */
  readonly name: string;
  /** As the usage text writes it, brackets included. */
  readonly usage: string;
  readonly required: boolean;
  /** What the complaint about a missing word names, where that is not `usage`. */
  readonly complaint?: string;
  /** True for what no log may hold. */
  readonly secret?: true;
  /** Where the name of a file stands. */
  readonly holds?: 'file';
  /** The words that may stand here, where they are few. */
  readonly choices?: readonly string[];
}

/** Every word that a verb may take. */
export const word = {
  productKey: { name: 'productKey', usage: '<Product Key>', required: true },
  activationId: { name: 'activationId', usage: '[Activation ID]', required: false },
  activationIdOrAll: {
    name: 'activationId',
    usage: '[Activation ID | All]',
    required: false,
    choices: ['all'],
  },
  licenseFile: { name: 'licenseFile', usage: '<License file>', required: true, holds: 'file' },
  applicationId: { name: 'applicationId', usage: '<Application ID>', required: true },
  productId: { name: 'activationId', usage: '<Activation ID>', required: true },
  confirmationId: { name: 'confirmationId', usage: '<Confirmation ID>', required: true },
  kmsHost: { name: 'kmsHost', usage: '<Name[:Port] | : port>', required: true },
  lookupDomain: { name: 'lookupDomain', usage: '<FQDN>', required: true },
  ilid: { name: 'ilid', usage: '<ILID>', required: true, complaint: '<ILID> <ILvID>' },
  ilvid: { name: 'ilvid', usage: '<ILvID>', required: true, complaint: '<ILID> <ILvID>' },
  thumbprint: {
    name: 'thumbprint',
    usage: '<Certificate Thumbprint>',
    required: true,
    complaint: '<Certificate Thumbprint> [<PIN>]',
  },
  pin: { name: 'pin', usage: '[<PIN>]', required: false, secret: true },
  port: { name: 'port', usage: '<Port>', required: true },
  activationInterval: { name: 'minutes', usage: '<Activation Interval>', required: true },
  renewalInterval: { name: 'minutes', usage: '<Renewal Interval>', required: true },
  activationType: {
    name: 'activationType',
    usage: '[Activation-Type]',
    required: false,
    choices: ['0', '1', '2', '3'],
  },
  objectName: { name: 'objectName', usage: '[Activation Object name]', required: false },
  objectToDelete: {
    name: 'object',
    usage: '<Activation Object DN | Activation Object RDN>',
    required: true,
  },
} as const satisfies Record<string, Parameter>;
