import type { ModelContext } from './context';
import { eventEntry, type EventEntry } from './events';
import { applicationOf, isServiceRunning } from './machine';
import { licenseStatusCode, type MachineState } from './state';

/**
 * Event 1003 of a check of licences, one for each application: its ID, then each product with its state (K10.12). A
 * service that does not run checks and writes nothing.
 */
export function licenseCheck(machine: MachineState, context: ModelContext): readonly EventEntry[] {
  if (!isServiceRunning(machine)) return [];
  const states = new Map<string, string[]>();
  for (const product of machine.products) {
    const application = applicationOf(product, context.catalogue);
    const state = `${product.activationId}, ${String(licenseStatusCode[product.license.status])}`;
    states.set(application, [...(states.get(application) ?? []), state]);
  }
  return [...states].map(([application, each]) =>
    eventEntry(machine, 1003, [application, each.join('; ')], context.now),
  );
}
