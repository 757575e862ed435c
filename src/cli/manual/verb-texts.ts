import { word, type Parameter } from '../../verbs/parameters';
import type { Example } from '../framework/command';

/** What the words behind a verb are. slmgr's own usage text does not say. */
const meanings: Readonly<Record<keyof typeof word, string>> = {
  productKey: 'Five groups of five letters and digits; "slmgr keys" lists the published setup keys',
  activationId: 'Of one product, as /dlv shows it; Windows without it',
  activationIdOrAll: 'Of one product, as /dlv shows it, or "all" for every product; Windows without it',
  licenseFile: 'A file of licences (.xrm-ms)',
  applicationId: 'Of Windows 55c92734-d682-4d71-983e-d6ec3f16059f; /dlv shows it',
  productId: 'Of one product, as /dlv shows it',
  confirmationId: 'The 48 digits that the telephone gives for the installation ID of /dti',
  kmsHost: 'Name or address of the KMS host, with :PORT where it is not 1688; ":PORT" sets the port alone',
  lookupDomain: 'DNS domain in which the SRV records of KMS hosts are looked for',
  ilid: 'ID of the issuance licence, as /lil shows it',
  ilvid: 'Version of the issuance licence, as /lil shows it',
  thumbprint: 'Of the certificate, as /ltc shows it',
  pin: 'PIN of the certificate, where it has one',
  port: 'TCP port, 1 to 65535',
  activationInterval: 'Minutes, 15 to 43200; 120 is usual',
  renewalInterval: 'Minutes, 15 to 43200; 10080 is usual',
  activationType: '1 Active Directory, 2 KMS, 3 token, 0 all; 0 without it',
  objectName: 'Name of the activation object',
  objectToDelete: 'Distinguished name of the activation object, or its first part, as /ao-list shows it',
};

/** What a word behind a verb is. */
export function parameterMeaning(parameter: Parameter): string {
  const known = Object.entries(word).find(([, each]) => each === parameter)?.[0];
  return known === undefined ? '' : meanings[known as keyof typeof word];
}

const windows7 = 'ae2ee509-1b34-41c0-acb7-6d4650168915';
const setupKey = '33PXH-7Y6KF-2VJC9-XBBR8-HVTHH';
const windows11Key = 'NPPR9-FWDCX-D2C8J-H872K-2YT43';

/** Lines to copy, by verb. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  ipk: [
    { line: `slmgr /ipk ${windows11Key}`, does: 'the setup key of Windows 11 Enterprise' },
    {
      line: `slmgr PC-001 /ipk ${setupKey} --dry-run`,
      does: 'show what would be called, with that of Windows 7 Enterprise',
    },
  ],
  ato: [
    { line: 'slmgr PC-001 /ato', does: 'activate Windows' },
    { line: 'slmgr PC-001 /ato --strict --json', does: 'as JSON; ends non-zero after any error' },
  ],
  dli: [
    { line: 'slmgr /dli', does: 'of this machine' },
    { line: 'slmgr PC-001 /dli all', does: 'of every product on another one' },
  ],
  dlv: [
    { line: 'slmgr PC-001 /dlv', does: 'of Windows on another machine' },
    { line: 'slmgr ssh://admin@server01.example /dlv --json', does: 'over SSH, as JSON' },
    { line: 'slmgr --snapshot pc-001.json /dlv all', does: 'of a recorded machine' },
  ],
  xpr: [{ line: 'slmgr PC-001 /xpr', does: 'until when Windows is activated' }],
  cpky: [{ line: 'slmgr PC-001 /cpky', does: 'nobody can read the key there any more' }],
  ilc: [{ line: 'slmgr PC-001 /ilc token.xrm-ms', does: 'a licence from a file of this computer' }],
  rilc: [{ line: 'slmgr PC-001 /rilc', does: 'all licences of the system, again' }],
  rearm: [{ line: 'slmgr PC-001 /rearm', does: 'takes effect when the machine restarts' }],
  'rearm-app': [
    { line: 'slmgr PC-001 /rearm-app 55c92734-d682-4d71-983e-d6ec3f16059f', does: 'Windows alone' },
  ],
  'rearm-sku': [{ line: `slmgr PC-001 /rearm-sku ${windows7}`, does: 'Windows 7 Enterprise alone' }],
  upk: [{ line: `slmgr PC-001 /upk ${windows7}`, does: 'the key of Windows 7 Enterprise' }],
  dti: [{ line: 'slmgr PC-001 /dti', does: 'the number to read out' }],
  atp: [
    {
      line: 'slmgr PC-001 /atp 123456123456123456123456123456123456123456123456',
      does: 'with the number that the telephone gave',
    },
  ],
  skms: [
    { line: 'slmgr PC-001 /skms kms01.lab.example', does: 'port 1688' },
    { line: 'slmgr PC-001 /skms kms01.lab.example:2500', does: 'another port' },
    { line: 'slmgr PC-001 /skms :2500', does: 'the port alone; the host is still looked up in DNS' },
  ],
  ckms: [{ line: 'slmgr PC-001 /ckms', does: 'back to the SRV records' }],
  'skms-domain': [
    { line: 'slmgr PC-001 /skms-domain branch.example', does: 'look for KMS hosts in that domain' },
  ],
  'ckms-domain': [{ line: 'slmgr PC-001 /ckms-domain', does: "back to the machine's own domains" }],
  skhc: [{ line: 'slmgr PC-001 /skhc', does: 'ask the last host first' }],
  ckhc: [{ line: 'slmgr PC-001 /ckhc', does: 'ask DNS each time' }],
  lil: [{ line: 'slmgr PC-001 /lil', does: 'with the IDs that /ril takes' }],
  ril: [
    { line: 'slmgr PC-001 /ril 00000000-0000-0000-0000-000000000000 1', does: 'ID and version as of /lil' },
  ],
  ltc: [{ line: 'slmgr PC-001 /ltc', does: 'with the thumbprints that /fta takes' }],
  fta: [
    { line: 'slmgr PC-001 /fta 0123456789ABCDEF0123456789ABCDEF01234567', does: 'without a PIN' },
    { line: 'slmgr PC-001 /fta 0123456789ABCDEF0123456789ABCDEF01234567 1234', does: 'with a PIN' },
  ],
  sprt: [{ line: 'slmgr KMS01 /sprt 1700', does: 'from the next restart of its service on' }],
  sai: [{ line: 'slmgr KMS01 /sai 120', does: 'two hours' }],
  sri: [{ line: 'slmgr KMS01 /sri 10080', does: 'seven days' }],
  sdns: [{ line: 'slmgr KMS01 /sdns', does: 'publish SRV records' }],
  cdns: [{ line: 'slmgr KMS01 /cdns', does: 'publish nothing; records that are there stay' }],
  spri: [{ line: 'slmgr KMS01 /spri', does: 'the usual priority of the process' }],
  cpri: [{ line: 'slmgr KMS01 /cpri', does: 'leave other work on the host its time' }],
  'act-type': [
    { line: 'slmgr PC-001 /act-type 2', does: 'KMS only' },
    { line: 'slmgr PC-001 /act-type', does: 'back to all' },
  ],
  'ad-activation-online': [
    {
      line: 'slmgr /ad-activation-online AAAAA-BBBBB-CCCCC-DDDDD-EEEEE KMS-AD',
      does: 'with a KMS host key; the object is called KMS-AD',
    },
  ],
  'ad-activation-get-iid': [
    {
      line: 'slmgr /ad-activation-get-iid AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
      does: 'the number to read out',
    },
  ],
  'ad-activation-apply-cid': [
    {
      line: 'slmgr /ad-activation-apply-cid AAAAA-BBBBB-CCCCC-DDDDD-EEEEE 123456',
      does: 'with all 48 digits that the telephone gave',
    },
  ],
  'ao-list': [{ line: 'slmgr /ao-list', does: 'the objects of the forest' }],
  'del-ao': [{ line: 'slmgr /del-ao KMS-AD', does: 'the object of that name' }],
};

/** Examples of a verb; every verb has one. */
export function verbExamples(name: string): readonly Example[] {
  return examples[name] ?? [];
}
