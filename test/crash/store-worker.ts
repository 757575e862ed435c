/**
 * A process that works on a store, for the tests that kill it, run many of it at once, or run it under another
 * Node. Modes: `append FOLDER TAG COUNT` (0: until killed), `fill FOLDER`, `probe FOLDER` (never as root), `contract FOLDER`.
 * It answers in lines on stdout; `append` writes a number only after the commit has returned.
 */
import { mkdtempSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateStore, EstateWriter } from '../../src/lab/estate/store-port';
import { availableDrivers } from '../../src/lab/store/drivers';
import { openStore } from '../../src/lab/store/open-store';
import { driverContract } from '../lab/store/driver-contract';
import { estateRecord, eventEntry, hostActivationId, machineState, requestRow } from '../lab/store/fixtures';

export const workerMachine = 'KMS01';

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** One event, one request row and one counter, together or not at all. */
function record(writer: EstateWriter, tag: string, at: number): void {
  const found = writer.machine(workerMachine);
  if (found === null) writer.putEstate(estateRecord);
  const id = found?.id ?? writer.addMachine(machineState(workerMachine), null);
  writer.appendEvents(id, [{ ...eventEntry(at), fields: [tag, String(at)] }]);
  writer.applyHostBatch(id, {
    requests: [requestRow(at)],
    cache: [{ kind: 'remember', count: 'windows', clientMachineId: `${tag}-${at % 50}`, lastRequestAt: at }],
    counters: [{ hostActivationId, counters: ['total', 'licensed'] }],
  });
}

function append(folder: string, tag: string, count: number): void {
  const store = openStore(folder);
  for (let at = 1; count === 0 || at <= count; at += 1) {
    store.write((writer) => {
      record(writer, tag, at);
    });
    say(String(at));
  }
  store.close();
}

function fill(folder: string): void {
  const store = openStore(folder);
  const written = fillUntilRefused(store);
  const kept = store.read((reader) => {
    const machine = reader.machine(workerMachine);
    return machine === null
      ? 0
      : reader.events(machine.id, { after: 0, since: null, limit: 1_000_000 }).length;
  });
  store.close();
  say(JSON.stringify({ ...written, kept }));
}

function fillUntilRefused(store: EstateStore): { readonly written: number; readonly kind: unknown } {
  let written = 0;
  try {
    for (;;) {
      store.write((writer) => {
        record(writer, 'x'.repeat(1000), written + 1);
      });
      written += 1;
    }
  } catch (error) {
    return { written, kind: (error as { kind?: unknown }).kind ?? String(error) };
  }
}

/** Root may write everywhere, so a test of what may not be written becomes nobody. */
function probe(folder: string): void {
  if (process.getuid?.() === 0) process.setuid?.(65_534);
  try {
    const store = openStore(folder);
    store.write((writer) => {
      writer.putClock({ mode: 'held', at: 1 });
    });
    store.close();
    say(JSON.stringify({ ok: true }));
  } catch (error) {
    const { kind, message } = error as { kind?: unknown; message?: unknown };
    say(JSON.stringify({ ok: false, kind, message }));
  }
}

function contract(folder: string): void {
  for (const driver of availableDrivers()) {
    for (const one of driverContract) {
      one.run(driver, mkdtempSync(join(folder, 'contract-')));
      say(`${driver.name}: ${one.name}`);
    }
  }
}

function main([mode = '', folder = '', tag = '', count = '0']: readonly string[]): void {
  if (mode === 'append') append(folder, tag, Number(count));
  else if (mode === 'fill') fill(folder);
  else if (mode === 'probe') probe(folder);
  else if (mode === 'contract') contract(folder);
  else throw new Error(`no such mode: ${mode}`);
}

if (require.main === module) main(process.argv.slice(2));
