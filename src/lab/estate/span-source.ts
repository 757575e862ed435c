import { withCountersOf } from '../clockwork/counters';
import type { HostContact } from '../clockwork/network';
import { serveModelRequest } from '../clockwork/services';
import type { PlayedStep, Span, SpanSource } from '../clockwork/span';
import type { ZoneChange } from '../clockwork/built-in-zone';
import type { MachineName } from '../model/state';
import type { Laboratory } from './laboratory';
import { seededRandom } from './random';
import { defaultSettings, type EstateSettings } from './settings';
import type { EstateWriter, HostBatch, MachineId } from './store-port';
import { clockSetTo } from './time';

/**
 * The estate as the clockwork plays it: a span is one transaction of the store.
 *
 * @param moves whether the estate's clock goes with what is played (`lab clock advance`), or shows what it showed
 */
export function spanSource(laboratory: Laboratory, moves: 'clock' | 'nothing'): SpanSource {
  return {
    span: (work) =>
      laboratory.store.write((writer) => {
        const estate = writer.estate();
        const random = seededRandom(estate?.seed ?? 0, estate?.draws ?? 0);
        const settings = estate?.settings ?? defaultSettings;
        const result = work(spanOver(laboratory, writer, { random: random.next, settings, moves }));
        if (estate !== null && random.draws() !== estate.draws) {
          writer.putEstate({ ...estate, draws: random.draws() });
        }
        return result;
      }),
  };
}

interface SpanFacts {
  readonly random: () => number;
  readonly settings: EstateSettings;
  readonly moves: 'clock' | 'nothing';
}

function spanOver(
  laboratory: Laboratory,
  writer: EstateWriter,
  { random, settings, moves }: SpanFacts,
): Span {
  const { catalogue } = laboratory;
  const findMachine: Span['findMachine'] = (name) => writer.machine(name)?.state ?? null;
  return {
    catalogue,
    settings,
    random,
    findMachine,
    cacheOf: (host) => writer.cache(idOf(writer, host)),
    nextDue: (until) => {
      const first = writer.firstDue(until);
      return first?.nextDue == null ? null : { state: first.state, due: first.nextDue };
    },
    dnsRecords: () => writer.dnsRecords(),
    serve: (request, now) => serveModelRequest(writer, { catalogue, findMachine }, request, now),
    record: (step) => {
      recordStep(writer, step);
    },
    recordContact: (contact) => {
      writer.applyHostBatch(idOf(writer, contact.host), batchOf(contact));
    },
    setTime: (at) => {
      if (moves === 'clock') writer.putClock(clockSetTo(writer.clock(), at, laboratory.realNow()));
    },
  };
}

function idOf(writer: EstateWriter, name: MachineName): MachineId {
  const id = writer.machineId(name);
  if (id === null) throw new Error(`machine ${name} went while it was played`);
  return id;
}

function batchOf({ result }: HostContact): HostBatch {
  return {
    requests: [result.logRow],
    cache: result.cacheChanges,
    counters: result.increment === null ? [] : [result.increment],
  };
}

/** The machine first: writing its state takes in the counters of its own table, which a contact then adds to. */
function recordStep(writer: EstateWriter, step: PlayedStep): void {
  const current = writer.machine(step.before.name);
  if (current === null) throw new Error(`machine ${step.before.name} went while it was played`);
  writer.putMachine(current.id, withCountersOf(current.state, step.state), step.nextDue);
  for (const contact of step.contacts) writer.applyHostBatch(idOf(writer, contact.host), batchOf(contact));
  for (const { machine, event } of step.logs) writer.appendEvents(idOf(writer, machine), [event]);
  for (const change of step.zoneChanges) changeZone(writer, change);
}

function changeZone(writer: EstateWriter, { kind, record }: ZoneChange): void {
  if (kind === 'put') writer.putDnsRecord(record);
  else writer.removeDnsRecords(record);
}
