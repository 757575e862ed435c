import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValue,
  readHiveKey,
  writeHiveValue,
  type HiveChange,
  type HiveKey,
  type HiveProblem,
} from '../../../../lab/model/hive';
import { succeeded } from '../../../../lab/model/outcome';
import { type MachineState } from '../../../../lab/model/state';
import { type MachineSystem } from '../system';
import { denied, invalidRequest, registryRefusal } from './refusal';
import { readValue, type EngineRequest } from './requests';

type RegistryRequest = Extract<EngineRequest, { op: `registry-${string}` }>;

/** Whether a script asks for the machine's registry. */
export function asksRegistry(request: EngineRequest): request is RegistryRequest {
  return request.op.startsWith('registry-');
}

/** What a key holds (null where there is none), or a change of it by an administrator. */
export async function answerRegistry(system: MachineSystem, request: RegistryRequest): Promise<unknown> {
  const { path } = request;
  switch (request.op) {
    case 'registry-read':
      return shown(readHiveKey(system.state(), path));
    case 'registry-create':
      return await change(system, (machine) => createHiveKey(machine, path));
    case 'registry-delete':
      return await change(system, (machine) => deleteHiveKey(machine, path));
    case 'registry-delete-value':
      return await change(system, (machine) => deleteHiveValue(machine, path, request.name));
    case 'registry-write': {
      const value = readValue(request);
      if (value === null) throw invalidRequest();
      return await change(system, (machine) => writeHiveValue(machine, { path, name: request.name, value }));
    }
  }
}

function shown(key: HiveKey | null): unknown {
  if (key === null) return null;
  return { subkeys: key.subkeys, values: key.values.map(({ name, value }) => ({ name, ...value })) };
}

async function change(system: MachineSystem, work: (state: MachineState) => HiveChange): Promise<null> {
  if (!system.isAdministrator()) throw denied();
  const seen: { problem: HiveProblem | null } = { problem: null };
  await system.change((state) => {
    const changed = work(state);
    seen.problem = changed.ok ? null : changed.problem;
    return succeeded(changed.ok ? changed.machine : state);
  });
  if (seen.problem !== null) throw registryRefusal(seen.problem);
  return null;
}
