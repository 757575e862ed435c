import { serviceProperties } from '../../licensing/cim-classes';
import { harmlessText } from '../../transports/harmless-text';
import { type BridgeOperation, type BridgeResult, type BridgeValue } from './bridge/protocol';

type Invoke = Extract<BridgeOperation, { op: 'invoke' }>;

const settingMethod =
  /^(Set|Clear)(KeyManagementService(?:Machine|Port|LookupDomain|ListeningPort)|VLActivationInterval|VLRenewalInterval|VLActivationTypeEnabled)$/;

/** The property that a Set… or Clear… method changes, where its name tells it. */
function propertyOf(method: string): string | null {
  return settingMethod.exec(method)?.[2] ?? null;
}

/** The service takes settings that it does not show (SetVLActivationTypeEnabled). */
const ofService: ReadonlySet<string> = new Set(serviceProperties);

/** What is worth knowing of an instance when nobody knows whether a method ran. */
function telling(operation: Invoke): readonly string[] {
  const isProduct = operation.class === 'SoftwareLicensingProduct';
  const property = propertyOf(operation.method);
  if (property !== null) return isProduct || ofService.has(property) ? [property] : [];
  if (isProduct) return ['PartialProductKey', 'LicenseStatus'];
  return operation.method === 'ReArmWindows' ? ['RemainingWindowsReArmCount'] : [];
}

function readFor(operation: BridgeOperation): BridgeOperation | null {
  switch (operation.op) {
    case 'invoke': {
      const select = [operation.keyName, ...telling(operation)];
      const one = operation.class === 'SoftwareLicensingService';
      return {
        op: 'query',
        class: operation.class,
        select,
        filter: one ? { kind: 'all' } : { kind: 'id', id: operation.key },
      };
    }
    case 'registry-set':
    case 'registry-delete':
      return { op: 'registry-get', key: operation.key, value: operation.value };
    default:
      return null;
  }
}

function nameOf(operation: BridgeOperation): string {
  switch (operation.op) {
    case 'invoke':
      return operation.method;
    case 'registry-set':
    case 'registry-delete':
      return `${operation.op} ${operation.value}`;
    default:
      return operation.op;
  }
}

function show(value: BridgeValue | undefined): string {
  if (value === undefined || value === null || value === '') return 'empty';
  if (typeof value !== 'object') return harmlessText(String(value));
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? JSON.stringify(value) : 'not readable';
}

function facts(result: BridgeResult | undefined, keyName: string | null): string | null {
  if (result?.ok !== true) return null;
  const value = result.value;
  const row: BridgeValue | undefined = Array.isArray(value) ? (value as readonly BridgeValue[])[0] : value;
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return null;
  const entries = Object.entries(row as Readonly<Record<string, BridgeValue>>).filter(
    ([name]) => name !== keyName,
  );
  return entries.map(([name, property]) => `${name} is ${show(property)}`).join(', ');
}

/** The reads that show what became of changes whose answer was lost, and sentences that tell the outcome. */
export function stateAfterCut(operations: readonly BridgeOperation[]): {
  readonly reads: readonly BridgeOperation[];
  readonly describe: (results: readonly BridgeResult[] | null) => readonly string[];
} {
  const pairs = operations.flatMap((operation) => {
    const read = readFor(operation);
    return read === null ? [] : [{ operation, read }];
  });
  return {
    reads: pairs.map(({ read }) => read),
    describe: (results) => {
      const names = [...new Set(operations.map(nameOf))].join(', ');
      if (results === null) {
        return [`The machine cannot be asked again: whether ${names} took place is unknown. Run /dlv later.`];
      }
      const known = pairs.flatMap(({ operation, read }, index) => {
        const text = facts(results[index], read.op === 'query' ? (read.select[0] ?? null) : null);
        return text === null || text === '' ? [] : [`After ${nameOf(operation)}: ${text}.`];
      });
      return [
        `The connection was lost while ${names} was under way; the machine was asked again.`,
        ...new Set(known),
        ...(known.length === 0 ? ['Its answer does not show whether the change took place. Run /dlv.'] : []),
      ];
    },
  };
}
