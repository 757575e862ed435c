import { randomUUID } from 'node:crypto';
import type { Inventory } from '../../../fleet/inventory/inventory';
import type { MachineReading } from '../../../fleet/inventory/observation';
import type { ProxyRequest } from '../../../fleet/inventory/proxy-requests';
import { readMachineWithLicenses } from '../../../fleet/inventory/read-machine';
import { recorder } from '../../../fleet/inventory/recorder';
import { openProducts, type OpenProduct } from '../../../fleet/proxy/open-products';
import type { ProxyEntry } from '../../../fleet/proxy/proxy-list';
import type { MachineResult } from '../../../fleet/runs/outcome';
import { emptyAttempt, type AttemptResult } from '../../../fleet/runs/run-machines';
import type { Surroundings } from '../../parts';
import { saidWay } from '../../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../../targets/resolve-targets';
import { tell } from '../../output/tell';
import { choiceOf } from '../choice';
import { conduct } from '../conduct';
import type { ConductedRun } from '../conducted-run';
import { RunMachines } from '../open-machines';
import { machineTurn } from '../policy/machine-turn';
import { showProgress } from '../progress';
import { ErrorTally, recapLines } from '../recap';
import { runSettings } from '../run-options';
import { storeOfRuns } from '../settle-runs';
import { sharedLimits } from '../shared-limits';
import { writeNewList } from './list-file';
import type { CollectRequest } from './requests';
import type { ShownCollected } from './shown';

/**
 * Collects the installation IDs of all products that need a confirmation ID. The file is written last: whatever comes
 * between, each id in it stands in the inventory.
 */
export async function collectProxy(request: CollectRequest, around: Surroundings): Promise<ShownCollected> {
  const inventory = await around.parts.fleet().openInventory(request.options, around);
  try {
    const { run, found, results } = await readAll(request, inventory, around);
    const isRead = found.length > 0;
    const noted = await noteAll(found, inventory, around.console.now());
    const entries = found.flatMap(({ reading, open }, at) =>
      open.map((product, place) => entryOf(reading, product, noted[at]?.[place])),
    );
    if (isRead) writeNewList(request.out, { grade: request.grade, entries });
    return shown({ request, entries, run, results, isRead }, around);
  } finally {
    await inventory.close();
  }
}

interface Found {
  readonly reading: MachineReading;
  readonly open: readonly OpenProduct[];
}

async function readAll(
  { expression, options, out }: CollectRequest,
  inventory: Inventory,
  around: Surroundings,
): Promise<{
  readonly run: ConductedRun;
  readonly found: readonly Found[];
  readonly results: readonly MachineResult[];
}> {
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const { choice, rerun } = await choiceOf(expression, options, around);
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  if (rerun !== null) tell(console, `slmgr: ${rerun.sentence}.`);
  const machines = new RunMachines({ options, targets: files }, null, around);
  const byName = new Map<string, Found>();
  const results: MachineResult[] = [];
  const keep = recorder(inventory);
  try {
    await machines.prepare(targets);
    const run = await conduct(
      {
        verb: 'fleet proxy collect',
        line: `fleet proxy collect ${expression === null ? '' : `${expression} `}--out ${out}`,
        changes: false,
        store: storeOfRuns(options, console),
        targets,
        groupsOf: sharedLimits(settings),
        keep: keep.write,
        attempt: async (target, signal) => {
          const { found, result } = await readOne(target, machines, signal, console.now);
          if (found !== null) {
            byName.set(target.name, found);
            await keep.add({ ...found.reading, way: machines.wayTo(target) });
          }
          return result;
        },
      },
      settings,
      {
        begun: () => undefined,
        ended: (result) => results.push(result),
        progress: showProgress(console),
      },
      around,
    );
    await keep.write();
    return { run, found: targets.flatMap(({ name }) => byName.get(name) ?? []), results };
  } finally {
    machines.close();
  }
}

async function readOne(
  target: ResolvedTarget,
  machines: RunMachines,
  signal: AbortSignal,
  now: () => number,
): Promise<{ readonly found: Found | null; readonly result: AttemptResult }> {
  const end = await machineTurn(machines, target, { signal }, (provider) =>
    readMachineWithLicenses(target.name, provider, now),
  );
  if (end.kind === 'failure') {
    const { kind, hresult, step, messages } = end.failure;
    return { found: null, result: { ...emptyAttempt, outcome: kind, exitCode: 1, hresult, step, messages } };
  }
  const { reading, licenses } = end.value;
  const open = openProducts(licenses.products);
  const text = open.map(({ facts }) => `${facts.name}\n`).join('') || 'nothing to activate by telephone\n';
  return { found: { reading, open }, result: { ...emptyAttempt, exitCode: 0, text } };
}

/** The ids of all products, machine by machine. */
async function noteAll(
  found: readonly Found[],
  inventory: Inventory,
  now: number,
): Promise<readonly (readonly ProxyRequest[])[]> {
  const at = Math.floor(now / 1000);
  const noted = await inventory.proxy.note(
    found.flatMap(({ reading, open }) =>
      open.map(({ facts, installationId }) => ({
        id: randomUUID(),
        machine: reading.name,
        activationId: facts.activationId.toLowerCase(),
        installationId,
        partialKey: facts.partialProductKey.slice(-5),
        at,
      })),
    ),
  );
  let from = 0;
  return found.map(({ open }) => noted.slice(from, (from += open.length)));
}

function entryOf(
  reading: MachineReading,
  { facts, installationId }: OpenProduct,
  noted: ProxyRequest | undefined,
): ProxyEntry {
  if (noted === undefined) throw new Error('a product was not noted');
  return {
    id: noted.id,
    installationId,
    product: noted.activationId,
    confirmationId: noted.confirmationId,
    productName: facts.name,
    applicationId: facts.applicationId.toLowerCase(),
    channel: facts.productKeyChannel || null,
    partialKey: noted.partialKey,
    system: reading.system,
    build: reading.build,
    machine: reading.name,
  };
}

function shown(
  {
    request,
    entries,
    run,
    results,
    isRead,
  }: {
    readonly request: CollectRequest;
    readonly entries: readonly ProxyEntry[];
    readonly run: ConductedRun;
    readonly results: readonly MachineResult[];
    readonly isRead: boolean;
  },
  around: Surroundings,
): ShownCollected {
  const errors = new ErrorTally();
  for (const result of results) errors.add(result);
  const known = entries.filter(({ confirmationId }) => confirmationId !== null).length;
  const ids = `${entries.length} installation ${entries.length === 1 ? 'ID' : 'IDs'}`;
  const before = known === 0 ? '' : `, ${known} of them with the confirmation ID of an activation before`;
  return {
    run,
    results,
    entries: entries.length,
    known,
    text: isRead ? `${ids} in ${request.out}${before}.\n` : '',
    messages: [
      ...(isRead ? [] : [`No machine could be read, and ${request.out} was not written.`]),
      ...recapLines(run),
      ...errors.lines(around),
    ],
  };
}
