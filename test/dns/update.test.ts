import { decodeMessage, encodeMessage } from '../../src/dns/message';
import { recordClass, recordType } from '../../src/dns/protocol';
import { makeUpdate, type RecordToChange } from '../../src/dns/update';

const name = '_vlmcs._tcp.corp.example';
const record: RecordToChange = {
  name,
  type: recordType.SRV,
  data: { kind: 'srv', priority: 0, weight: 0, port: 1688, target: 'kms01.corp.example' },
};
const empty = { kind: 'empty' } as const;

describe('dynamic updates (RFC 2136)', () => {
  test('the zone stands in the first section with type SOA (section 2.3)', () => {
    const message = makeUpdate({ zone: 'corp.example', changes: [] });
    expect(message).toMatchObject({ opcode: 5, isResponse: false });
    expect(message.questions).toEqual([
      { name: 'corp.example', type: recordType.SOA, class: recordClass.IN },
    ]);
  });

  test('changes have the classes and types of section 2.5', () => {
    const { authorities } = makeUpdate({
      zone: 'corp.example',
      changes: [
        { kind: 'add', record, ttl: 3600 },
        { kind: 'delete-set', name, type: recordType.SRV },
        { kind: 'delete-name', name },
        { kind: 'delete-record', record },
      ],
    });
    expect(authorities).toEqual([
      { ...record, class: recordClass.IN, ttl: 3600 },
      { name, type: recordType.SRV, class: recordClass.ANY, ttl: 0, data: empty },
      { name, type: recordType.ANY, class: recordClass.ANY, ttl: 0, data: empty },
      { ...record, class: recordClass.NONE, ttl: 0 },
    ]);
  });

  test('prerequisites have the classes and types of section 2.4', () => {
    const { answers } = makeUpdate({
      zone: 'corp.example',
      prerequisites: [
        { kind: 'set-exists', name, type: recordType.SRV },
        { kind: 'set-equals', record },
        { kind: 'set-absent', name, type: recordType.CNAME },
        { kind: 'name-in-use', name },
        { kind: 'name-not-in-use', name },
      ],
      changes: [],
    });
    expect(answers).toEqual([
      { name, type: recordType.SRV, class: recordClass.ANY, ttl: 0, data: empty },
      { ...record, class: recordClass.IN, ttl: 0 },
      { name, type: recordType.CNAME, class: recordClass.NONE, ttl: 0, data: empty },
      { name, type: recordType.ANY, class: recordClass.ANY, ttl: 0, data: empty },
      { name, type: recordType.ANY, class: recordClass.NONE, ttl: 0, data: empty },
    ]);
  });

  test('an update survives the wire', () => {
    const message = makeUpdate({ zone: 'corp.example', changes: [{ kind: 'delete-record', record }] });
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });
});
