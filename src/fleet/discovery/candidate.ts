import type { TransportName } from '../../remote/address';
import type { ConfiguredTarget, TargetsFile } from '../../remote/targets-file';
import { harmlessText } from '../../transports/harmless-text';

/** A machine that may be one of ours: how it was found, and how it could be reached. */
export interface Candidate {
  /** The name that it is remembered by, and that is connected to unless a targets file says otherwise. */
  readonly name: string;
  readonly address: string | null;
  /** The way that answered; null where none was tried. */
  readonly via: TransportName | null;
  /** Its port where that is not the usual one. */
  readonly port: number | null;
  /** What found it: a record, a port, a file, a directory. */
  readonly from: string;
  /** What it told of itself; null where it said nothing. */
  readonly detail: string | null;
}

const hostPattern = /^[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/i;
const longestName = 253;
const longestDetail = 200;

/** A name from elsewhere as that of a machine, without the dot at its end; null for what no machine is called. */
export function hostNameOf(text: string): string | null {
  const name = text.replace(/\.$/, '');
  return name.length <= longestName && hostPattern.test(name) ? name : null;
}

/** What somebody else says, on one line, made harmless and not too long. */
export function detailOf(text: string): string | null {
  const line = harmlessText(text.replace(/\s+/g, ' ').trim()).slice(0, longestDetail);
  return line === '' ? null : line;
}

/** Candidates each once, by name without regard to case; what is known of one name is put together. */
export function mergeCandidates(found: Iterable<Candidate>): readonly Candidate[] {
  const byName = new Map<string, Candidate>();
  for (const each of found) {
    const key = each.name.toLowerCase();
    const known = byName.get(key);
    byName.set(key, known === undefined ? each : merged(known, each));
  }
  return [...byName.values()];
}

function merged(one: Candidate, other: Candidate): Candidate {
  const froms = [...new Set([...one.from.split(', '), ...other.from.split(', ')])];
  return {
    name: one.name,
    address: one.address ?? other.address,
    via: one.via ?? other.via,
    port: one.via === null ? other.port : one.port,
    from: froms.join(', '),
    detail: one.detail ?? other.detail,
  };
}

/** Candidates as a targets file, so that they can be read: what a file of the user says of a name goes before. */
export function targetsOfCandidates(candidates: readonly Candidate[]): TargetsFile {
  const byName = new Map(candidates.map((each) => [each.name.toLowerCase(), each]));
  return {
    names: candidates.map(({ name }) => name),
    groups: {},
    find: (name): ConfiguredTarget | null => {
      const found = byName.get(name.toLowerCase());
      if (found === undefined) return null;
      const { via, port } = found;
      return {
        name: found.name,
        host: found.name,
        ...(via === null ? {} : { transport: via }),
        ...(port === null ? {} : { port }),
      };
    },
  };
}
