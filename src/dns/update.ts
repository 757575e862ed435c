import { type DnsMessage } from './message';
import { type DomainName } from './name';
import { opcode, rcode, recordClass, recordType } from './protocol';
import { type RecordData, type ResourceRecord } from './record';

/** What must hold for an update to be made (RFC 2136 section 2.4). */
export type Prerequisite =
  | { readonly kind: 'name-in-use'; readonly name: DomainName }
  | { readonly kind: 'name-not-in-use'; readonly name: DomainName }
  | { readonly kind: 'set-exists'; readonly name: DomainName; readonly type: number }
  | { readonly kind: 'set-absent'; readonly name: DomainName; readonly type: number }
  /** The whole set must have exactly the records that prerequisites of this kind name. */
  | { readonly kind: 'set-equals'; readonly record: RecordToChange };

/** A record of class IN without its class, which its place in the update decides. */
export interface RecordToChange {
  readonly name: DomainName;
  readonly type: number;
  readonly data: RecordData;
}

/** One change of a zone (RFC 2136 section 2.5), made in the order given. */
export type ZoneChange =
  /** Adds a record beside the others of its set. */
  | { readonly kind: 'add'; readonly record: RecordToChange; readonly ttl: number }
  | { readonly kind: 'delete-record'; readonly record: RecordToChange }
  | { readonly kind: 'delete-set'; readonly name: DomainName; readonly type: number }
  | { readonly kind: 'delete-name'; readonly name: DomainName };

/** An update of one zone: all changes are made or none. */
export interface ZoneUpdate {
  readonly zone: DomainName;
  readonly prerequisites?: readonly Prerequisite[];
  readonly changes: readonly ZoneChange[];
}

/** The message of an update (RFC 2136 section 3); the edge that sends it chooses the ID. */
export function makeUpdate(update: ZoneUpdate): DnsMessage {
  return {
    id: 0,
    isResponse: false,
    opcode: opcode.UPDATE,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    rcode: rcode.NOERROR,
    questions: [{ name: update.zone, type: recordType.SOA, class: recordClass.IN }],
    answers: (update.prerequisites ?? []).map(prerequisiteRecord),
    authorities: update.changes.map(changeRecord),
    additionals: [],
  };
}

function prerequisiteRecord(prerequisite: Prerequisite): ResourceRecord {
  switch (prerequisite.kind) {
    case 'name-in-use':
      return emptyRecord(prerequisite.name, recordType.ANY, recordClass.ANY);
    case 'name-not-in-use':
      return emptyRecord(prerequisite.name, recordType.ANY, recordClass.NONE);
    case 'set-exists':
      return emptyRecord(prerequisite.name, prerequisite.type, recordClass.ANY);
    case 'set-absent':
      return emptyRecord(prerequisite.name, prerequisite.type, recordClass.NONE);
    case 'set-equals':
      return { ...prerequisite.record, class: recordClass.IN, ttl: 0 };
  }
}

function changeRecord(change: ZoneChange): ResourceRecord {
  switch (change.kind) {
    case 'add':
      return { ...change.record, class: recordClass.IN, ttl: change.ttl };
    case 'delete-record':
      return { ...change.record, class: recordClass.NONE, ttl: 0 };
    case 'delete-set':
      return emptyRecord(change.name, change.type, recordClass.ANY);
    case 'delete-name':
      return emptyRecord(change.name, recordType.ANY, recordClass.ANY);
  }
}

function emptyRecord(name: DomainName, type: number, klass: number): ResourceRecord {
  return { name, type, class: klass, ttl: 0, data: { kind: 'empty' } };
}
