import { utc } from '../../src/licensing/local-time';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult, type Ending } from '../../src/verbs/run';
import type { CaseMachine, ConformanceCase } from '../conformance/case-file';
import { makeDouble } from '../conformance/double';

type Fields = CaseMachine['service'];

export const windowsId = '55c92734-d682-4d71-983e-d6ec3f16059f';
export const officeId = '0ff1ce15-a989-479d-af46-f275c6370663';

/** A licensed Windows client with a setup key. */
export function windowsProduct(changes: Fields = {}): Fields {
  return {
    ID: '11111111-2222-3333-4444-555555555555',
    Name: 'Windows(R), Enterprise edition',
    Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
    ApplicationID: windowsId,
    PartialProductKey: '2YT43',
    LicenseIsAddon: false,
    LicenseStatus: 1,
    LicenseStatusReason: 0,
    GracePeriodRemaining: 259200,
    TokenActivationILVID: -1,
    IsKeyManagementServiceMachine: 0,
    KeyManagementServiceTotalRequests: null,
    VLActivationTypeEnabled: 0,
    VLActivationType: 2,
    KeyManagementServiceMachine: '',
    KeyManagementServicePort: 0,
    KeyManagementServiceLookupDomain: '',
    OfflineInstallationId: '123456',
    ...changes,
  };
}

/** An add-on of Office with a key. */
export function officeAddon(changes: Fields = {}): Fields {
  return windowsProduct({
    ID: '66666666-2222-3333-4444-555555555555',
    Name: 'Office 16, Office16AddonVL_MAK edition',
    Description: 'Office 16, VOLUME_MAK channel',
    ApplicationID: officeId,
    PartialProductKey: 'ADD01',
    LicenseIsAddon: true,
    GracePeriodRemaining: 0,
    VLActivationType: 0,
    ...changes,
  });
}

export function service(changes: Fields = {}): Fields {
  return {
    Version: '10.0.19041.1',
    ClientMachineID: '99999999-2222-3333-4444-555555555555',
    KeyManagementServiceMachine: '',
    KeyManagementServicePort: 0,
    KeyManagementServiceLookupDomain: '',
    KeyManagementServiceHostCaching: true,
    KeyManagementServiceListeningPort: 0,
    KeyManagementServiceDnsPublishing: true,
    KeyManagementServiceLowPriority: false,
    RemainingWindowsReArmCount: 3,
    ...changes,
  };
}

/** A case around a machine: everything not said is empty. */
export function caseOf(
  argv: readonly string[],
  machine: Partial<CaseMachine> = {},
  rest: Partial<Pick<ConformanceCase, 'failures' | 'effects' | 'now'>> = {},
): ConformanceCase {
  return {
    name: argv.join(' '),
    argv: [...argv],
    now: '2026-11-20 10:00:00',
    machine: {
      service: service(),
      products: [windowsProduct()],
      tokenLicenses: [],
      certificates: [],
      activationObjects: [],
      domain: 'corp.contoso.com',
      registryReturns: {},
      adInstallationId: '',
      licenseFileText: '<r:license/>',
      licenseFiles: [],
      missingProductProperties: [],
      ...machine,
    },
    failures: {},
    effects: {},
    expected: { stdout: '', exitCode: 0, calls: [] },
    ...rest,
  };
}

export interface Run {
  readonly text: string;
  readonly lines: readonly string[];
  readonly calls: readonly string[];
  readonly results: readonly CommandResult[];
  readonly ending: Ending;
}

/** Runs a command line on a double. `lines` are the printed ones without the empty ones at the end. */
export async function run(
  argv: readonly string[],
  machine: Partial<CaseMachine> = {},
  rest: Parameters<typeof caseOf>[2] = {},
): Promise<Run> {
  const { provider, calls, failAt } = makeDouble(caseOf(argv, machine, rest));
  const results: CommandResult[] = [];
  const connect = async (): Promise<typeof provider> => {
    await Promise.resolve();
    failAt('Connect');
    return provider;
  };
  for await (const result of runCommandLine(parseCommandLine(argv), connect)) results.push(result);
  const text = renderText(results, utc);
  const lines = text.trimEnd().split('\n');
  return { text, lines, calls, results, ending: endingOf(results) };
}
