import * as z from 'zod';
import { factProperties, isWindows, productFactsOf, type ProductFacts } from '../../licensing/facts';
import { licenseStatuses, licenseStatusName, isLicenseStatusCode } from '../../licensing/license-status';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import { defineCommand, type CommandResult } from '../framework/command';
import { text, wholeNumber } from '../framework/fields';
import { harmlessText } from '../../transports/harmless-text';
import { openTarget } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';
import { isoOrNull } from './lab/fields';

/** States of a monitoring plugin with the status of each. */
const states = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
type State = keyof typeof states;

const checked = z.object({
  name: z.string(),
  activationId: z.string(),
  state: z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']),
  licenseStatus: z.object({ code: z.int(), name: z.string() }),
  daysRemaining: z.int().nullable(),
  expiresAt: z.string().nullable(),
});

/** slmgr check [TARGET] */
export const check = defineCommand({
  name: 'check',
  summary: 'Say whether a machine is licensed, as monitoring systems want it',
  description:
    'Prints one line in the form of a Nagios plugin and ends with 0 (good), 1 (warning), 2 (critical) or 3 (unknown, and wrong words). A ' +
    'product in a grace period is a warning, an unlicensed one and one in notification mode are critical, and so is a ' +
    'licensed one that ends within --crit-days.',
  positionals: [{ name: 'target', summary: 'Machine; the local one if none is named', optional: true }],
  options: ['warn-days', 'crit-days', 'snapshot', ...remoteOptionNames],
  examples: [
    { line: 'slmgr check PC-001', does: 'LICENSE OK - ...' },
    { line: 'slmgr check PC-001 --warn-days 60 --crit-days 14', does: 'warn earlier' },
    { line: 'slmgr check --snapshot pc.json --json', does: 'of a recorded machine, as JSON' },
  ],
  usageStatus: states.UNKNOWN,
  data: z.object({ state: z.enum(['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']), products: z.array(checked) }),
  input: z.object({
    target: text.optional(),
    'warn-days': wholeNumber(0, 100_000).default(30),
    'crit-days': wholeNumber(0, 100_000).default(7),
  }),
  run: async ({ target, 'warn-days': warn, 'crit-days': critical }, context) => {
    try {
      const provider = await openTarget(target ?? null, context);
      try {
        return await report(provider, { warn, critical });
      } finally {
        await provider.close();
      }
    } catch (error) {
      return unknown(error);
    }
  },
});

interface Limits {
  readonly warn: number;
  readonly critical: number;
}

async function report(provider: LicensingProvider, limits: Limits): Promise<CommandResult> {
  const now = await provider.now();
  const instances = await provider.query({
    class: 'SoftwareLicensingProduct',
    select: factProperties.product,
    filter: { kind: 'has-product-key' },
  });
  const products = instances
    .map((instance) => ({ windows: isWindows(instance), facts: productFactsOf(instance, now) }))
    .sort((left, right) => Number(right.windows) - Number(left.windows))
    .map(({ facts }) => checkedProduct(facts, now, limits));
  const state = products.length === 0 ? 'CRITICAL' : worst(products.map((product) => product.state));
  const line = products.length === 0 ? 'no product key is installed' : products.map(sentence).join('; ');
  const days = products.flatMap((product) => (product.daysRemaining === null ? [] : [product.daysRemaining]));
  const performance =
    days.length === 0 ? '' : ` | days=${Math.min(...days)};${limits.warn};${limits.critical};0`;
  const message = `LICENSE ${state} - ${harmlessText(line).replaceAll('|', '/')}${performance}`;
  return {
    data: { state, products },
    text: () => `${message}\n`,
    exitCode: states[state],
    messages: [message],
    target: provider.description,
  };
}

function checkedProduct(facts: ProductFacts, now: number, limits: Limits): z.infer<typeof checked> {
  const { licenseStatus: code, expiresAt } = facts;
  const daysRemaining = expiresAt === null ? null : Math.max(0, Math.ceil((expiresAt - now) / 86_400_000));
  return {
    name: facts.name,
    activationId: facts.activationId,
    state: stateOf(code, daysRemaining, limits),
    licenseStatus: { code, name: licenseStatusName(code) },
    daysRemaining,
    expiresAt: isoOrNull(expiresAt),
  };
}

function stateOf(code: number, days: number | null, { warn, critical }: Limits): State {
  if (!isLicenseStatusCode(code)) return 'UNKNOWN';
  if (code === 0 || code === 4 || code === 5) return 'CRITICAL';
  if (days !== null && days <= critical) return 'CRITICAL';
  if (code !== 1) return 'WARNING';
  return days !== null && days <= warn ? 'WARNING' : 'OK';
}

function worst(all: readonly State[]): State {
  // Unknown is worse than a warning, but a critical product stays critical.
  const order: readonly State[] = ['OK', 'WARNING', 'UNKNOWN', 'CRITICAL'];
  return order[Math.max(...all.map((state) => order.indexOf(state)))] ?? 'UNKNOWN';
}

function sentence({ name, licenseStatus: { code }, daysRemaining }: z.infer<typeof checked>): string {
  const label = isLicenseStatusCode(code) ? licenseStatuses[code].label : `license status ${code}`;
  const status = label.replace(/ \(.*|\.$/g, '').toLowerCase();
  const left = daysRemaining === null ? '' : `, ${daysRemaining} day${daysRemaining === 1 ? '' : 's'} left`;
  return `${name}: ${status}${left}`;
}

/** A machine that cannot be asked: unknown, whatever the reason. */
function unknown(error: unknown): CommandResult {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'UsageError') throw error;
  const message = `LICENSE UNKNOWN - ${harmlessText(error.message)}`;
  return {
    data: { state: 'UNKNOWN', products: [] },
    text: () => `${message}\n`,
    exitCode: states.UNKNOWN,
    hresult: isLicensingError(error) ? error.hresult : null,
    messages: [message],
  };
}
