import type { ProductFacts } from '../../licensing/facts';
import type { Hresult } from '../../licensing/hresult';
import { isLicenseStatusCode, licenseStatuses, licenseStatusName } from '../../licensing/license-status';
import {
  subscriptionEnd,
  subscriptionMood,
  subscriptionStatusName,
  type SubscriptionFacts,
} from '../../licensing/subscription';
import type { LicenseReading } from '../../verbs/check';
import { limitsOf, type DayLimits } from './limits';
import { worstState, type CheckState } from './state';

/** One product of a machine, judged. */
export interface CheckedProduct {
  readonly name: string;
  /** Null for a subscription. */
  readonly activationId: string | null;
  readonly state: CheckState;
  readonly licenseStatus: { readonly code: number; readonly name: string };
  /** Begun days; null where nothing runs out. */
  readonly daysRemaining: number | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number | null;
  readonly warnDays: number;
  readonly criticalDays: number;
}

/** One machine, judged. */
export interface CheckedMachine {
  /** As whoever asked calls it. */
  readonly machine: string;
  readonly state: CheckState;
  readonly products: readonly CheckedProduct[];
  /** Why it could not be asked; null where it answered. */
  readonly problem: { readonly message: string; readonly hresult: Hresult | null } | null;
}

/** Judges what was read of a machine. One without any key is critical. */
export function judgeMachine(machine: string, reading: LicenseReading, limits: DayLimits): CheckedMachine {
  const { now, products, service } = reading;
  const judged = [
    ...products.map((facts) => judgeProduct(facts, now, limits)),
    ...(service.subscription === null ? [] : [judgeSubscription(service.subscription, now, limits)]),
  ];
  const state = products.length === 0 ? 'CRITICAL' : worstState(judged.map((product) => product.state));
  return { machine, state, products: judged, problem: null };
}

/** A machine that could not be asked: unknown, whatever the reason. */
export function unreachedMachine(machine: string, message: string, hresult: Hresult | null): CheckedMachine {
  return { machine, state: 'UNKNOWN', products: [], problem: { message, hresult } };
}

/**
 * Machines that are called the same, as one that two users ask, with a number behind all but the first: to a monitoring system
 * a name is one machine, and a series that stands twice makes Prometheus throw the whole file away.
 */
export function withNamesOfTheirOwn(machines: readonly CheckedMachine[]): readonly CheckedMachine[] {
  const taken = new Set<string>();
  return machines.map((checked) => {
    let { machine } = checked;
    for (let count = 2; taken.has(machine.toLowerCase()); count += 1)
      machine = `${checked.machine} #${count}`;
    taken.add(machine.toLowerCase());
    return { ...checked, machine };
  });
}

function judgeProduct(facts: ProductFacts, now: number, limits: DayLimits): CheckedProduct {
  const { licenseStatus: code, expiresAt, name, activationId } = facts;
  const { warn, critical } = limitsOf(name, limits);
  const daysRemaining = daysUntil(expiresAt, now);
  return {
    name,
    activationId,
    state: stateOf(code, daysRemaining, warn, critical),
    licenseStatus: { code, name: licenseStatusName(code) },
    daysRemaining,
    expiresAt,
    warnDays: warn,
    criticalDays: critical,
  };
}

function judgeSubscription(facts: SubscriptionFacts, now: number, limits: DayLimits): CheckedProduct {
  const name = `Subscription${facts.edition === '' ? '' : ` ${facts.edition}`}`;
  const { warn, critical } = limitsOf(name, limits);
  const expiresAt = subscriptionEnd(facts);
  const daysRemaining = daysUntil(expiresAt, now);
  const byStatus = { active: 'OK', inactive: 'WARNING', ended: 'CRITICAL' } as const;
  return {
    name,
    activationId: null,
    state: worstState([byStatus[subscriptionMood(facts.status)], stateOf(1, daysRemaining, warn, critical)]),
    licenseStatus: { code: facts.status, name: subscriptionStatusName(facts.status) },
    daysRemaining,
    expiresAt,
    warnDays: warn,
    criticalDays: critical,
  };
}

function daysUntil(instant: number | null, now: number): number | null {
  return instant === null ? null : Math.max(0, Math.ceil((instant - now) / 86_400_000));
}

function stateOf(code: number, days: number | null, warn: number, critical: number): CheckState {
  if (!isLicenseStatusCode(code)) return 'UNKNOWN';
  if (code === 0 || code === 4 || code === 5) return 'CRITICAL';
  if (days !== null && days < critical) return 'CRITICAL';
  if (code !== 1) return 'WARNING';
  return days !== null && days < warn ? 'WARNING' : 'OK';
}

/** What is said of a product: its name, its status, the days that are left. */
export function productSentence({
  name,
  licenseStatus,
  daysRemaining,
  activationId,
}: CheckedProduct): string {
  const { code } = licenseStatus;
  const known = activationId === null || isLicenseStatusCode(code);
  const label =
    activationId !== null && isLicenseStatusCode(code) ? licenseStatuses[code].label : licenseStatus.name;
  const status = known ? label.replace(/ \(.*|\.$/g, '').toLowerCase() : `license status ${code}`;
  const left = daysRemaining === null ? '' : `, ${daysRemaining} day${daysRemaining === 1 ? '' : 's'} left`;
  return `${name}: ${status}${left}`;
}

/** What is said of a machine, without its name. */
export function machineSentence({ products, problem }: CheckedMachine): string {
  if (problem !== null) return problem.message;
  const said = products.map(productSentence);
  if (products.every(({ activationId }) => activationId === null))
    said.unshift('no product key is installed');
  return said.join('; ');
}
