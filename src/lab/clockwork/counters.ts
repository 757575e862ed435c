import type { CounterIncrement } from '../../kms/engine/host-records';
import type { MachineState, ProductState, RequestCounters } from '../model/state';

function counted(product: ProductState, increments: readonly CounterIncrement[]): ProductState {
  const own = increments.filter(({ hostActivationId }) => hostActivationId === product.activationId);
  if (product.kmsHost === null || own.length === 0) return product;
  const requests: { -readonly [Name in keyof RequestCounters]: number } = { ...product.kmsHost.requests };
  for (const { counters } of own) for (const name of counters) requests[name] += 1;
  return { ...product, kmsHost: { ...product.kmsHost, requests } };
}

/** The host with requests counted in its products (K13.2). */
export function withIncrements(host: MachineState, increments: readonly CounterIncrement[]): MachineState {
  return increments.length === 0
    ? host
    : { ...host, products: host.products.map((product) => counted(product, increments)) };
}

/** A machine after its own step, with what its host service counted meanwhile: `now` has it, the step had not. */
export function withCountersOf(now: MachineState, stepped: MachineState): MachineState {
  if (now.products.every(({ kmsHost }) => kmsHost === null)) return stepped;
  return {
    ...stepped,
    products: stepped.products.map((product) => {
      const current = now.products.find(({ activationId }) => activationId === product.activationId)?.kmsHost;
      return product.kmsHost === null || current == null
        ? product
        : { ...product, kmsHost: { ...product.kmsHost, requests: current.requests } };
    }),
  };
}
