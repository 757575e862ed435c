/** What is known of an event that the licensing service writes (Microsoft's troubleshooting pages). */
export interface EventEntryFacts {
  readonly id: number;
  readonly level: 'information' | 'warning' | 'error';
  /** The log that it stands in. */
  readonly log: 'Application' | 'Key Management Service';
  readonly summary: string;
  readonly when: string;
  readonly action: string;
  /** What its insertion strings are, in order. */
  readonly fields: readonly string[];
}

const nothing = 'Nothing';

/** Events by ID, in the order of their IDs. */
export const eventTable: readonly EventEntryFacts[] = [
  {
    id: 100,
    level: 'error',
    log: 'Application',
    summary:
      'The license period for this installation of Windows has expired. The operating system will shut down every hour.',
    when: 'The time of an evaluation is over (source WLMS); written at each start and when the time ends',
    action:
      'Convert the evaluation to a licensed edition with a key, or begin its time anew with /rearm while rearms are left',
    fields: [],
  },
  {
    id: 900,
    level: 'information',
    log: 'Application',
    summary: 'The Software Protection service is starting.',
    when: 'The licensing service starts, by itself or for a verb',
    action: nothing,
    fields: [],
  },
  {
    id: 902,
    level: 'information',
    log: 'Application',
    summary: 'The Software Protection service has started.',
    when: 'The licensing service is up',
    action: nothing,
    fields: ['version'],
  },
  {
    id: 903,
    level: 'information',
    log: 'Application',
    summary: 'The Software Protection service has stopped.',
    when: 'The licensing service had nothing more to do, or was stopped',
    action: 'Nothing; a KMS host that should answer has to be running',
    fields: [],
  },
  {
    id: 1003,
    level: 'information',
    log: 'Application',
    summary: 'The Software Protection service has completed licensing status check.',
    when: 'The state of all licences was looked at',
    action: 'Nothing; its fields list the state of each licence',
    fields: ['application ID', 'states'],
  },
  {
    id: 8198,
    level: 'error',
    log: 'Application',
    summary: 'License activation failed.',
    when: 'An automatic activation failed; the error number is its first field',
    action: 'Explain the error number in it; read 12288 of the same time',
    fields: ['error number', 'command line'],
  },
  {
    id: 12288,
    level: 'information',
    log: 'Application',
    summary: 'The client has sent an activation request to the key management service machine.',
    when: 'A KMS client asked a host; the error number tells what became of it',
    action: 'Explain the error number in it where it is not 0x0; check the host and port that it names',
    fields: [
      'error number',
      'status flags',
      'host:port',
      'CMID',
      'client time (UTC)',
      'virtual machine',
      'licence status',
      'minutes to expiration',
      'activation ID',
      'clients that the host needs',
    ],
  },
  {
    id: 12289,
    level: 'information',
    log: 'Application',
    summary: 'The client has processed an activation response from the key management service.',
    when: 'A KMS host answered; "bound" 1 says that the client is activated',
    action: 'Where it is not bound, compare the count with what the product needs (25 clients, 5 servers)',
    fields: [
      'error number',
      'status flags',
      'bound',
      'unused',
      'current count',
      'activation interval',
      'renewal interval',
      'client time (UTC)',
    ],
  },
  {
    id: 12290,
    level: 'information',
    log: 'Key Management Service',
    summary: 'An activation request has been processed.',
    when: 'The KMS host answered a client; one entry for each request',
    action:
      'Where the error number is not 0x0 explain it; 0xC004F042 and 0xC004F015 say that the host key is too old for the client',
    fields: [
      'error number',
      'clients that the product needs',
      'machine name',
      'CMID',
      'client time (UTC)',
      'virtual machine',
      'licence status',
      'minutes to expiration',
      'activation ID',
    ],
  },
  {
    id: 12291,
    level: 'error',
    log: 'Application',
    summary: 'The Key Management Service failed to start.',
    when: 'The KMS host could not open its port; another program may have it',
    action:
      'Explain the error number in it; free TCP 1688 or choose another port with /sprt and restart the service',
    fields: ['error number'],
  },
  {
    id: 12292,
    level: 'error',
    log: 'Application',
    summary: 'The renewal timer of the Key Management Service failed to start.',
    when: 'The KMS host cannot renew its DNS records by itself',
    action: 'Restart the service',
    fields: ['error number'],
  },
  {
    id: 12293,
    level: 'error',
    log: 'Application',
    summary: 'Publishing the Key Management Service in DNS failed.',
    when: 'The KMS host could not write its SRV record _vlmcs._tcp; clients find it only where a record is there already',
    action:
      'Explain the error number in it (0x80072338 and 0x8007232D: no rights on the record); give the host the rights, write the record by hand (slmgr kms dns-record), or turn publishing off with /cdns',
    fields: ['error number', 'domain'],
  },
  {
    id: 12294,
    level: 'information',
    log: 'Application',
    summary: 'Publishing the Key Management Service in DNS is successful.',
    when: 'The SRV record of the KMS host was written',
    action: nothing,
    fields: ['domain'],
  },
  {
    id: 12309,
    level: 'information',
    log: 'Application',
    summary: 'Automatic virtual machine activation was processed by this virtual machine.',
    when: 'The guest was activated by its virtualisation host, or was refused',
    action: 'Explain the error number in it where it is not 0x0',
    fields: ['error number', 'machine name'],
  },
  {
    id: 12310,
    level: 'information',
    log: 'Application',
    summary: 'Automatic virtual machine activation was processed by this virtualization host.',
    when: 'The host activated a guest, or refused to',
    action: 'Explain the error number in it where it is not 0x0',
    fields: ['error number', 'machine name'],
  },
  {
    id: 12321,
    level: 'warning',
    log: 'Application',
    summary: 'Token-based activation is about to expire or its certificate is not usable.',
    when: 'A token activation cannot be renewed by itself',
    action: 'Insert the card, or activate again with /fta; /ltc lists what is usable',
    fields: ['error number'],
  },
];

/** The event of an ID; null for an ID of no licensing event. */
export function findEvent(id: number): EventEntryFacts | null {
  return eventTable.find((event) => event.id === id) ?? null;
}

/** An insertion string of an event with its name; one that the table does not name is called by its place. */
export function namedFields(
  id: number,
  values: readonly string[],
): readonly { readonly name: string; readonly value: string }[] {
  const names = findEvent(id)?.fields ?? [];
  return values.map((value, at) => ({ name: names[at] ?? `field ${at + 1}`, value }));
}
