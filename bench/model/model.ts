/**
 * The model's speed: simulated machines, activated by one KMS host in process, advanced through 180 days in memory.
 * Prints events (steps of machines: attempts, renewals, DNS publishing, ends of states) per second.
 * Usage: tsx bench/model/model.ts [MACHINES] [DAYS]
 */
import { advanceAtOnce } from '../../src/lab/clockwork/advance';
import { actAtOnce } from '../../src/lab/clockwork/act-at-once';
import { MemoryEstate } from '../../src/lab/clockwork/memory-estate';
import { defaultSettings } from '../../src/lab/estate/settings';
import { activate } from '../../src/lab/model/activate';
import { newMachine } from '../../src/lab/model/create';
import { mintKey } from '../../src/lab/model/keys';
import { installProductKey } from '../../src/lab/model/product-keys';
import { type Outcome } from '../../src/lab/model/outcome';
import { type Procedure } from '../../src/lab/model/outside';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import { type Edition } from '../../src/licensing/catalogue/types';

const dayMs = 86_400_000;
const begin = Date.UTC(2026, 0, 5, 8, 0, 0);
const machines = Number(process.argv[2] ?? 1000);
const days = Number(process.argv[3] ?? 180);
const hostProduct = 'Windows Server 2008 R2 Standard';

const estate = new MemoryEstate({
  catalogue: catalogue(),
  // Logs as an estate keeps them would measure memory; a short log measures the model.
  settings: { ...defaultSettings, eventsKept: 100, requestsKept: 10_000 },
  seed: 1,
  now: begin,
});

function edition(name: string): Edition {
  const found = catalogue().findEdition(name);
  if (found === undefined) throw new Error(`no edition ${name}`);
  return found;
}

function add(name: string, product: string): void {
  const facts = { name, edition: edition(product), domain: 'lab.example', virtual: false };
  const { random, settings } = estate;
  estate.put(newMachine(facts, { now: begin, random, catalogue: catalogue(), settings }));
}

function act(name: string, procedure: Parameters<typeof actAtOnce>[2]): Outcome {
  const state = estate.findMachine(name);
  const outcome = state === null ? null : actAtOnce(estate, { state, at: begin }, procedure, null);
  if (outcome?.result.ok !== true) throw new Error(`${name} could not be made ready`);
  return outcome;
}

function* atOnce(outcome: Outcome): Procedure<Outcome> {
  yield* [];
  return outcome;
}

add('KMS01', hostProduct);
const key = mintKey({ type: 'csvlk', edition: edition(hostProduct) }, estate.random);
act('KMS01', (state, context) => atOnce(installProductKey(state, key, context)));
const host = estate.findMachine('KMS01')?.products.find(({ kmsHost }) => kmsHost !== null);
if (host === undefined) throw new Error('no host product');
act('KMS01', (state, context) => activate(state, host.activationId, 'by-hand', context));
for (let n = 1; n <= machines; n += 1) add(`PC-${String(n).padStart(6, '0')}`, 'Windows 7 Enterprise');

const started = process.hrtime.bigint();
const { played } = advanceAtOnce({ source: estate, to: begin + days * dayMs });
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const licensed = estate
  .machines()
  .filter(({ products }) => products.some(({ license }) => license.status === 'licensed')).length;

console.log(
  `machines         ${String(machines)} clients and 1 host, ${String(licensed)} licensed at the end`,
);
console.log(`simulated        ${String(days)} days`);
console.log(`events           ${String(played)} in ${seconds.toFixed(2)} s`);
console.log(`events/second    ${String(Math.round(played / seconds))}`);
console.log(`memory           ${String(Math.round(process.memoryUsage.rss() / 1048576))} MiB`);
