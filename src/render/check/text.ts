import { machineSentence, type CheckedMachine, type CheckedProduct } from './judge';
import { checkStates } from './state';

/** Any text on one line, without what a terminal or a parser of lines would act on. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The line of a Nagios plugin about each machine: what is said, then performance data. */
export function nagiosLine(checked: CheckedMachine): string {
  const said = oneLine(`${checked.machine}: ${machineSentence(checked)}`).replaceAll('|', '/');
  const data = labelled(checked.products).map(
    ({ label, product }) =>
      `${quoted(label)}=${valueOf(product, `${product.warnDays}:`, `${product.criticalDays}:`)}`,
  );
  const performance = data.length === 0 ? '' : ` | ${data.join(' ')}`;
  return `LICENSE ${checked.state} - ${said}${performance}`;
}

/** Any upper bound that no product reaches: Checkmk's parser wants a number on both sides of the colon. */
const endless = 1_000_000;

/** The line of a Checkmk local check about each machine. */
export function checkmkLine(checked: CheckedMachine): string {
  const metrics = labelled(checked.products).map(({ label, product }) => {
    const { warnDays, criticalDays } = product;
    return `${metricName(label)}=${valueOf(product, `${warnDays}:${endless}`, `${criticalDays}:${endless}`)}`;
  });
  const item = oneLine(checked.machine).replaceAll('"', "'");
  const said = oneLine(machineSentence(checked)).replaceAll('\\', '/');
  return `${checkStates[checked.state]} "License ${item}" ${metrics.join('|') || '-'} ${said}`;
}

interface Labelled {
  readonly label: string;
  readonly product: CheckedProduct & { readonly daysRemaining: number };
}

/** Products of which days are left, each with a label of its own: `days`, or `NAME days` beside other products. */
function labelled(products: readonly CheckedProduct[]): readonly Labelled[] {
  const used = new Set<string>();
  return products.flatMap((product) => {
    const { daysRemaining } = product;
    if (daysRemaining === null) return [];
    const name = products.length === 1 ? '' : labelName(product);
    let label = name === '' ? 'days' : `${name} days`;
    for (let count = 2; used.has(label.toLowerCase()); count += 1) label = `${name} #${count} days`;
    used.add(label.toLowerCase());
    return [{ label, product: { ...product, daysRemaining } }];
  });
}

/** A name without the characters that end a label in one parser or another. */
function labelName({ name, activationId }: CheckedProduct): string {
  return oneLine(name.replace(/['"=|;]/g, '_')) || (activationId ?? 'product');
}

function quoted(label: string): string {
  return label.includes(' ') ? `'${label}'` : label;
}

function metricName(label: string): string {
  return label.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'days';
}

function valueOf({ daysRemaining }: Labelled['product'], warn: string, critical: string): string {
  return `${daysRemaining};${warn};${critical};0`;
}
