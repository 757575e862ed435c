import type { CheckedMachine, CheckedProduct } from './judge';
import { oneLine } from './text';
import { checkStates } from './state';

interface Sample {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/**
 * Metrics of machines in Prometheus' text format, for the textfile collector of node_exporter. A machine that could not
 * be asked has `slmgr_machine_up` 0 and the state unknown. `now` (epoch milliseconds) is when they were asked.
 */
export function prometheusText(machines: readonly CheckedMachine[], now: number): string {
  const ofMachine = (value: (machine: CheckedMachine) => number): readonly Sample[] =>
    machines.map((machine) => ({ labels: [['machine', oneLine(machine.machine)]], value: value(machine) }));
  const ofProduct = (value: (product: CheckedProduct) => number | null): readonly Sample[] =>
    machines.flatMap((machine) => productSamples(machine, value));
  return [
    family(
      'slmgr_machine_up',
      'Whether the machine could be asked.',
      ofMachine(({ problem }) => (problem === null ? 1 : 0)),
    ),
    family(
      'slmgr_machine_state',
      'Worst state of the machine: 0 OK, 1 warning, 2 critical, 3 unknown.',
      ofMachine(({ state }) => checkStates[state]),
    ),
    family(
      'slmgr_product_state',
      'State of a product: 0 OK, 1 warning, 2 critical, 3 unknown.',
      ofProduct(({ state }) => checkStates[state]),
    ),
    family(
      'slmgr_product_license_status',
      'LicenseStatus of a product, or SubscriptionStatus of a subscription, as Windows numbers it.',
      ofProduct(({ licenseStatus }) => licenseStatus.code),
    ),
    family(
      'slmgr_product_remaining_days',
      'Begun days until activation, grace or subscription end; absent where nothing runs out.',
      ofProduct(({ daysRemaining }) => daysRemaining),
    ),
    family(
      'slmgr_product_expiry_timestamp_seconds',
      'When activation, grace or subscription end; absent where nothing runs out.',
      ofProduct(({ expiresAt }) => (expiresAt === null ? null : Math.floor(expiresAt / 1000))),
    ),
    family('slmgr_check_timestamp_seconds', 'When the machines were asked.', [
      { labels: [], value: Math.floor(now / 1000) },
    ]),
  ].join('');
}

/** Products of the same name and ID get a number, since a series may stand only once. */
function productSamples(
  { machine, products }: CheckedMachine,
  value: (product: CheckedProduct) => number | null,
): readonly Sample[] {
  const used = new Map<string, number>();
  return products.flatMap((product) => {
    const { name, activationId } = product;
    const identity = `${activationId ?? ''}\n${oneLine(name)}`;
    const count = (used.get(identity) ?? 0) + 1;
    used.set(identity, count);
    const shown = value(product);
    if (shown === null) return [];
    const labels = [
      ['machine', oneLine(machine)],
      ['product', oneLine(name) + (count === 1 ? '' : ` #${count}`)],
      ['activation_id', activationId ?? ''],
    ] as const;
    return [{ labels, value: shown }];
  });
}

function family(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => {
    const pairs = labels.map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
