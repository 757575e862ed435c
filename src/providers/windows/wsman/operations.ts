import { type WireInstance, type WireValue } from '../../../transports/winrm/soap/instances';
import { type WsmanClient } from '../../../transports/winrm/wsman/client';
import { isWsmanFault } from '../../../transports/winrm/wsman/error';
import { identityProperties } from '../../../licensing/cim-classes';
import { formatHresult, hresult, word32 } from '../../../licensing/hresult';
import { isLicensingError, LicensingError } from '../../../licensing/provider';
import { platformKey } from '../../../licensing/windows';
import { type BridgeOperation, type BridgeValue } from '../bridge/protocol';
import { type SelectLists } from './select-lists';
import { renderWql } from './wql';

/** Operations that WS-Management carries itself; the others need the script in the remote shell. */
export type DirectOperation = Extract<
  BridgeOperation,
  { readonly op: 'query' | 'invoke' | `registry-${string}` }
>;

const localMachine = 0x80000002;

/** True where WS-Management can do the operation without a script. A file's text is on the far side's disk. */
export function isDirect(operation: BridgeOperation): operation is DirectOperation {
  if (operation.op === 'invoke') {
    return operation.args.every(({ type }) => type !== 'file');
  }
  return operation.op === 'query' || operation.op.startsWith('registry-');
}

/** Does one operation: a query with its pulls, or one method call. */
export async function performDirect(
  client: WsmanClient,
  operation: DirectOperation,
  lists: SelectLists,
): Promise<BridgeValue> {
  switch (operation.op) {
    case 'query':
      return (await queryInstances(client, operation, lists)).map((row) => project(row, operation.select));
    case 'invoke': {
      const out = await client.invoke({
        namespace: 'root/cimv2',
        className: operation.class,
        selectors: { [operation.keyName]: operation.key },
        method: operation.method,
        args: Object.fromEntries(operation.args.map(({ name, value }) => [name, value])),
      });
      demandSuccess(operation.method, out.get('ReturnValue'));
      return plain(new Map([...out].filter(([name]) => name !== 'ReturnValue')));
    }
    case 'registry-check-access':
      return {
        code: (await registry(client, 'CheckAccess', { sSubKeyName: operation.key, uRequired: 1 })).code,
      };
    case 'registry-get': {
      const names = { sSubKeyName: operation.key, sValueName: operation.value };
      const { code, out } = await registry(client, 'GetStringValue', names);
      return { code, data: out['sValue'] ?? null };
    }
    case 'registry-set': {
      const names = { sSubKeyName: operation.key, sValueName: operation.value, sValue: operation.data };
      return { code: (await registry(client, 'SetStringValue', names)).code };
    }
    case 'registry-delete': {
      const names = { sSubKeyName: operation.key, sValueName: operation.value };
      return { code: (await registry(client, 'DeleteValue', names)).code };
    }
  }
}

/** A method may fail without a fault: then its return value is the number. A service that gives none had no complaint. */
function demandSuccess(method: string, value: WireValue | undefined): void {
  if (value === undefined || value === null) return;
  const code = returned(value);
  if (code === 0) return;
  const number = hresult(code ?? unreadable);
  throw new LicensingError(number, `${method} returned ${formatHresult(number)}.`);
}

/** A return value as an unsigned number of 32 bits; null for what is none. */
function returned(value: unknown): number | null {
  return typeof value === 'string' && /^\s*-?\d{1,10}\s*$/.test(value) ? word32(Number(value)) : null;
}

/** ERROR_INVALID_DATA: a return value that is no number. */
const unreadable = 0x8007000d;

/** KEY_SET_VALUE. */
const writing = 2;

/**
 * Whether the account may write where licensing keeps its settings, which an elevated administrator may. Nothing is
 * written. Null where the machine does not say.
 */
export async function mayChangeLicensing(client: WsmanClient): Promise<boolean | null> {
  try {
    const asked = await registry(client, 'CheckAccess', { sSubKeyName: platformKey, uRequired: writing });
    const granted = asked.out['bGranted'] ?? null;
    if (granted === true || granted === 'true') return true;
    return granted === null || asked.code === keyMissing ? null : false;
  } catch (error) {
    if (!isWsmanFault(error) && !isLicensingError(error)) throw error;
    return null;
  }
}

/** ERROR_FILE_NOT_FOUND of a registry key. */
const keyMissing = 2;

type Query = Extract<DirectOperation, { readonly op: 'query' }>;

const lightProperties: ReadonlySet<string> = new Set(identityProperties);

/**
 * Products with a key as slmgr reads them: first which ones these are, then everything of those alone, since Windows
 * computes some properties for each of the hundreds of products that a query goes over. Where all are asked for, all
 * are shown, and one query is the least work.
 */
async function queryInstances(
  client: WsmanClient,
  operation: Query,
  lists: SelectLists,
): Promise<readonly WireInstance[]> {
  const query = (one: Query): Promise<readonly WireInstance[]> =>
    lists.query(one.class, one.select, (select) =>
      client.query('root/cimv2', renderWql(one.class, select, one.filter)),
    );
  const [keyName = ''] = operation.select;
  const isLight = operation.select.every((name) => lightProperties.has(name));
  if (operation.filter.kind !== 'has-product-key' || isLight) return await query(operation);
  const found = await query({ ...operation, select: [keyName] });
  const keys = new Set(found.flatMap((row) => keyIn(row, keyName)));
  const instances: WireInstance[] = [];
  for (const id of keys) {
    instances.push(...(await query({ ...operation, filter: { kind: 'id', id } })));
  }
  return instances;
}

function keyIn(row: WireInstance, keyName: string): readonly string[] {
  const lower = keyName.toLowerCase();
  const value = [...row].find(([name]) => name.toLowerCase() === lower)?.[1];
  return typeof value === 'string' ? [value] : [];
}

function project(row: WireInstance, select: readonly string[]): BridgeValue {
  const wanted = new Set(select.map((name) => name.toLowerCase()));
  return plain(new Map([...row].filter(([name]) => wanted.has(name.toLowerCase()))));
}

async function registry(
  client: WsmanClient,
  method: string,
  args: Readonly<Record<string, string | number>>,
): Promise<{ readonly code: number; readonly out: Readonly<Record<string, BridgeValue>> }> {
  const out = plain(
    await client.invoke({
      namespace: 'root/default',
      className: 'StdRegProv',
      selectors: {},
      method,
      args: { hDefKey: localMachine, ...args },
    }),
  );
  const code = returned(out['ReturnValue']);
  if (code === null) {
    throw new LicensingError(hresult(unreadable), `${method} of the registry gave no return value.`);
  }
  return { code, out };
}

function plain(values: ReadonlyMap<string, WireValue>): Readonly<Record<string, BridgeValue>> {
  return Object.fromEntries([...values]);
}
