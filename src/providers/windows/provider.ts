import {
  type ClassName,
  keyOfClass,
  methodsOfClass,
  type PropertiesOfClass,
} from '../../licensing/cim-classes';
import { hresult, word32 } from '../../licensing/hresult';
import {
  type ActivationObject,
  type CimValue,
  type DirectoryPort,
  type Instance,
  type InstanceQuery,
  type LicenseFilesPort,
  LicensingError,
  type LicensingProvider,
  type MethodCall,
  type MethodOutput,
  type ProviderDescription,
  type RegistryPort,
  type TokenCertificate,
  type TokenSignerPort,
} from '../../licensing/provider';
import { harmlessText } from '../../transports/harmless-text';
import { type BridgeHost, type BridgeValue, type TypedArgument } from './bridge/protocol';
import { toDmtf } from './dmtf';
import { DirectPerformer, type Performer, valueOf } from './performer';
import { RoundTrips, type RoundTripCount } from './round-trips';
import { type ScriptRunner } from './script-runner';
import { expectedReads, firstRead, scanHint, type VerbHint } from './expected-reads';
import { gather } from './speculation';

/** What the provider needs from where it runs. */
export interface WindowsProviderPorts {
  readonly description: ProviderDescription;
  /** The caller's clock in epoch milliseconds: licensing dates are told relative to it. */
  readonly clock: () => number;
  /** Text of a licence file on the caller's computer (/ilc), which is where slmgr reads it too. */
  readonly readLocalFile: (path: string) => Promise<string>;
  /** The verb to be run with its words: its reads come along with the first round trip. */
  readonly verb?: VerbHint | undefined;
  /** Turns an error of the way into one of licensing; absent: it passes through as it is. */
  readonly translate?: ((error: unknown) => unknown) | undefined;
}

/** A licensing provider whose operations cost round trips. */
export interface RemoteProvider extends LicensingProvider {
  /** How many round trips and operations there were so far. */
  readonly cost: RoundTripCount;
  /** What the machine said of itself; null before the first answer. */
  readonly host: BridgeHost | null;
  /** The first round trip: reads the service's version, as slmgr does when it connects, and what the verb will read. */
  connect(): Promise<void>;
  /** Reads in one round trip what the inventory keeps, where that did not come along already. */
  expectScan(): Promise<void>;
  /**
   * Runs a verb with its changes gathered into few round trips (see {@link gather}). `start` may be called more than
   * once and has to be a function of the provider's answers alone; each result is given once.
   */
  gather<R>(start: (provider: LicensingProvider) => AsyncIterable<R>): AsyncGenerator<R, void, undefined>;
}

const scanReads = [firstRead(scanHint), ...expectedReads(scanHint)];

const garbage = hresult(0x8007000d);

function unexpected(what: string): LicensingError {
  return new LicensingError(garbage, `The machine's answer is not what was asked for: ${what}.`);
}

type Fields = Readonly<Record<string, BridgeValue>>;

function fields(value: BridgeValue, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(what);
  return value as Fields;
}

function list(value: BridgeValue, what: string): readonly BridgeValue[] {
  if (!Array.isArray(value)) throw unexpected(what);
  return value as readonly BridgeValue[];
}

function text(value: BridgeValue | undefined, what: string): string {
  if (typeof value !== 'string') throw unexpected(what);
  return value;
}

function textOrNull(value: BridgeValue | undefined): string | null {
  return typeof value === 'string' ? harmlessText(value) : null;
}

function code(value: BridgeValue, what: string): number {
  const given = fields(value, what)['code'];
  const number = typeof given === 'number' ? word32(given) : null;
  if (number === null) throw unexpected(what);
  return number;
}

function cimValue(value: BridgeValue, what: string): CimValue {
  if (typeof value === 'string') return harmlessText(toDmtf(value));
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return list(value, what).map((item) => harmlessText(text(item, what)));
}

function instance<C extends ClassName>(row: BridgeValue, query: InstanceQuery<C>): Instance<C> {
  const values = fields(row, query.class);
  const byLowerName = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const pairs: [PropertiesOfClass[C], CimValue][] = [];
  for (const name of query.select) {
    const value = byLowerName.get(name.toLowerCase());
    if (value !== undefined) pairs.push([name, cimValue(value, name)]);
  }
  return Object.fromEntries(pairs) as Instance<C>;
}

function outputOf(value: BridgeValue): MethodOutput {
  const values = Object.entries(fields(value, 'out parameters'));
  return Object.fromEntries(
    values.map(([name, out]): [string, CimValue] => {
      if (Array.isArray(out)) return [name, list(out, name).map((item) => text(item, name))];
      if (typeof out === 'object' && out !== null) throw unexpected(name);
      return [name, out];
    }),
  );
}

function typedArguments(call: MethodCall): readonly TypedArgument[] {
  const methods: Readonly<Record<string, readonly (readonly [string, TypedArgument['type']])[]>> =
    methodsOfClass[call.class];
  const declared = methods[call.method] ?? [];
  return declared.flatMap(([name, type]) => {
    const value = call.args[name];
    return value === undefined ? [] : [{ name, type, value }];
  });
}

/** Each instance once: a verb that goes over them would change one that is there twice a second time. */
function distinct(rows: readonly BridgeValue[], keyName: string): readonly BridgeValue[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key =
      typeof row === 'object' && row !== null && keyName in row ? fields(row, keyName)[keyName] : '';
    if (typeof key !== 'string' || key === '') return true;
    const isNew = !seen.has(key.toLowerCase());
    seen.add(key.toLowerCase());
    return isNew;
  });
}

/** The key stands first: a projection without it gives instances that take no method call. */
function withKeyFirst<C extends ClassName>(query: InstanceQuery<C>): readonly string[] {
  const key: string = keyOfClass[query.class];
  return [key, ...query.select.filter((name) => name !== key)];
}

function registryOver(performer: Performer): RegistryPort {
  return {
    checkAccess: async (key) =>
      code(await performer.perform({ op: 'registry-check-access', key }), 'CheckAccess'),
    setString: async (key, value, data) =>
      code(await performer.perform({ op: 'registry-set', key, value, data }), 'SetStringValue'),
    getString: async (key, value) => {
      const answer = await performer.perform({ op: 'registry-get', key, value });
      return {
        code: code(answer, 'GetStringValue'),
        data: textOrNull(fields(answer, 'GetStringValue')['data']),
      };
    },
    deleteValue: async (key, value) =>
      code(await performer.perform({ op: 'registry-delete', key, value }), 'DeleteValue'),
  };
}

function activationObject(value: BridgeValue): ActivationObject {
  const row = fields(value, 'activation object');
  return {
    displayName: textOrNull(row['displayName']),
    distinguishedName: harmlessText(text(row['distinguishedName'], 'distinguishedName')),
    csvlkSkuId: textOrNull(row['csvlkSkuId']),
    csvlkPid: textOrNull(row['csvlkPid']),
    csvlkPartialProductKey: textOrNull(row['csvlkPartialProductKey']),
  };
}

function directoryOver(performer: Performer): DirectoryPort {
  return {
    configurationNamingContext: async () =>
      harmlessText(text(await performer.perform({ op: 'directory-context' }), 'naming context')),
    supportsActivationObjects: async () => (await performer.perform({ op: 'directory-supported' })) === true,
    listActivationObjects: async () =>
      list(await performer.perform({ op: 'directory-list' }), 'activation objects').map(activationObject),
    getObject: async (dn) => {
      await performer.perform({ op: 'directory-get', dn });
    },
    deleteActivationObject: async (name) => {
      await performer.perform({ op: 'directory-delete', name });
    },
  };
}

function certificate(value: BridgeValue): TokenCertificate {
  const row = fields(value, 'certificate');
  const part = (name: string): string => harmlessText(text(row[name], name));
  return {
    thumbprint: part('thumbprint'),
    subject: part('subject'),
    issuer: part('issuer'),
    validFrom: part('validFrom'),
    validTo: part('validTo'),
  };
}

function signerOver(performer: Performer): TokenSignerPort {
  return {
    certificates: async (grants) =>
      list(await performer.perform({ op: 'signer-certificates', grants }), 'certificates').map(certificate),
    sign: async (challenge, thumbprint, pin) => {
      const signed = fields(
        await performer.perform({ op: 'signer-sign', challenge, thumbprint, pin }),
        'signature',
      );
      return { signature: text(signed['signature'], 'signature'), chain: text(signed['chain'], 'chain') };
    },
  };
}

/** In front of the path that stands for the text of a file on the machine; a dry run shows it to people. */
const onMachine = 'file on the machine: ';

/**
 * Licence files. A file that the machine listed itself stays there: its text is stood for by its path, with a mark in
 * front, and is read on the machine when it is installed. Any other file is the caller's.
 */
function filesOver(performer: Performer, ports: WindowsProviderPorts, listed: Set<string>): LicenseFilesPort {
  return {
    read: async (path) => (listed.has(path) ? onMachine + path : ports.readLocalFile(path)),
    systemLicenseFiles: async () => {
      const answered = list(await performer.perform({ op: 'files-list' }), 'licence files');
      const paths = new Set(answered.map((path) => harmlessText(text(path, 'path'))));
      paths.forEach((path) => listed.add(path));
      return [...paths];
    },
  };
}

function readThere(argument: TypedArgument, listed: ReadonlySet<string>): TypedArgument {
  const value = String(argument.value);
  if (argument.type !== 'string' || !value.startsWith(onMachine)) return argument;
  const path = value.slice(onMachine.length);
  return listed.has(path) ? { ...argument, type: 'file', value: path } : argument;
}

/** The licensing provider's port over operations of the bridge. */
function providerOver(
  performer: Performer,
  trips: RoundTrips,
  ports: WindowsProviderPorts,
  listed: Set<string>,
): LicensingProvider {
  return {
    description: ports.description,
    now: () => Promise.resolve(trips.host?.now ?? ports.clock()),
    query: async (query) => {
      const rows = await performer.perform({
        op: 'query',
        class: query.class,
        select: withKeyFirst(query),
        filter: query.filter,
      });
      return distinct(list(rows, query.class), keyOfClass[query.class]).map((row) => instance(row, query));
    },
    invoke: async (call) =>
      outputOf(
        await performer.perform({
          op: 'invoke',
          class: call.class,
          keyName: keyOfClass[call.class],
          key: call.key,
          method: call.method,
          args: typedArguments(call).map((argument) => readThere(argument, listed)),
        }),
      ),
    registry: registryOver(performer),
    directory: directoryOver(performer),
    signer: signerOver(performer),
    files: filesOver(performer, ports, listed),
    close: () => trips.close(),
  };
}

/**
 * The licensing provider of a machine behind a script runner: Windows through PowerShell, or another slmgr through
 * its agent. Its calls throw a {@link LicensingError} for what the machine refuses and a `TransportError` for what
 * happens on the way.
 */
export function windowsProvider(runner: ScriptRunner, ports: WindowsProviderPorts): RemoteProvider {
  const trips = new RoundTrips(runner, ports.translate);
  const listed = new Set<string>();
  return {
    ...providerOver(new DirectPerformer(trips), trips, ports, listed),
    connect: async () => {
      const again = ports.verb?.andScan === true ? scanReads : [];
      valueOf(await trips.readAhead(firstRead(ports.verb), expectedReads(ports.verb), again));
    },
    expectScan: async () => {
      if (trips.keepsAll(scanReads)) return;
      await trips.readAhead(firstRead(scanHint), expectedReads(scanHint));
    },
    get cost() {
      return trips.count;
    },
    get host() {
      return trips.host;
    },
    gather: (start) => gather(trips, (performer) => start(providerOver(performer, trips, ports, listed))),
  };
}
