import { join } from 'node:path';
import { EstateError } from '../../lab/estate/errors';
import { storeIsThere } from '../../lab/store/find-store';
import { StoreError } from '../../lab/store/store-error';
import type { LicensingProvider } from '../../licensing/provider';
import { fileLimits, readPlainFileUpTo } from '../../transports/local/bounded-file';
import { isTransportName } from '../../remote/address';
import { usualTargetsFile } from '../../remote/targets-path';
import type { TargetsFile } from '../../remote/targets-file';
import { optionValue, type OptionValues } from '../argv/option-values';
import { dataFolder } from '../commands/kms/home';
import type { OptionName } from '../options';
import type { Console } from '../console';
import type { LineAccount, Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { inventoryTargets } from './inventory-targets';
import { labAddress } from './lab-address';

/** Where a machine of a line is. */
export type FoundMachine =
  { readonly kind: 'lab'; readonly provider: LicensingProvider } | { readonly kind: 'real' };

/** What a line says of the way: its options, and the targets file that they name. It was read, once: it may be a pipe. */
export interface SaidWay {
  readonly options: OptionValues;
  readonly targets: TargetsFile | undefined;
  /** The options are for the other machines of the line as well: one that this machine's way has not is no mistake. */
  readonly isShared?: boolean | undefined;
}

/**
 * The machine that a word names: `lab://NAME` is of the lab and nothing else, another address is real; a bare name is
 * the lab's where the lab has it, unless the line itself says the way, by --transport or by a file of --targets that
 * has the name. Whoever has no estate needs no store. An estate that cannot be read ends the command: whether the name
 * is one of its machines cannot be told, so nobody else is asked in its place.
 * @throws StoreError, EstateError, Refusal; nothing was connected
 */
export async function findMachine(
  word: string,
  way: SaidWay,
  around: Surroundings,
  account: LineAccount | null = null,
): Promise<FoundMachine> {
  const { options, targets } = way;
  const { console, parts } = around;
  const name = labAddress(word);
  if (name !== null) {
    refuseLabAddress(name, word, options, console);
    refuseOptionsOfWays(word, way);
    return { kind: 'lab', provider: await parts.lab().labMachineProvider(name, account, around) };
  }
  if (word.includes('://')) return { kind: 'real' };
  if (options.transport !== undefined || (targets?.find(word) ?? null) !== null) {
    if (targets !== undefined && isInLabForSure(word, around)) {
      console.err(
        `slmgr: ${word} of ${optionValue(options, 'targets') ?? 'the targets file'} is meant, not the machine of the laboratory (lab://${word}).\n`,
      );
    }
    return { kind: 'real' };
  }
  const provider = await unlessUnreadable(word, () =>
    storeIsThere(dataFolder(console)) ? parts.lab().findLabMachineProvider(word, account, around) : null,
  );
  if (provider === null) return { kind: 'real' };
  await closedUnless(provider, () => refuseOptionsOfWays(word, way));
  await tellWhichIsMeant(word, around);
  return { kind: 'lab', provider };
}

async function closedUnless(provider: LicensingProvider, check: () => void): Promise<void> {
  try {
    check();
  } catch (error) {
    await provider.close();
    throw error;
  }
}

/** Whether a word names a machine that is known: of the lab, of a targets file, of OpenSSH's files, of the inventory. */
export async function isKnownMachine(
  word: string,
  targets: TargetsFile | undefined,
  around: Surroundings,
): Promise<boolean> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return true;
  if ((targets?.find(word) ?? null) !== null) return true;
  if (!/^[\w.-]+$/.test(word)) return false;
  const isLabs = await unlessUnreadable(
    word,
    () => storeIsThere(dataFolder(around.console)) && around.parts.lab().isLabMachine(word, around),
  );
  if (isLabs || (await filesThatKnow(word, around)).length > 0) return true;
  return (await inventoryTargets({}, around)).find(word) !== null;
}

/** Reads what the options of a line say of the way. */
export async function saidWay(options: OptionValues, { console, parts }: Surroundings): Promise<SaidWay> {
  refuseUnknownTransport(optionValue(options, 'transport')?.toLowerCase());
  if (options.targets === undefined) return { options, targets: undefined };
  return { options, targets: (await parts.remote().namedTargets(options, console)) ?? undefined };
}

/** Options that one kind of way over a network alone has. */
const optionsOfWays = [
  'identity',
  'known-hosts',
  'accept-new',
  'auth',
  'ca-file',
  'cert-file',
  'key-file',
  'fingerprint',
  'insecure',
] as const satisfies readonly OptionName[];

/** An option that would do nothing is refused, as for a machine that is reached another way: whoever gave it counts on it. */
function refuseOptionsOfWays(word: string, { options, isShared }: SaidWay): void {
  if (isShared === true) return;
  const given = optionsOfWays.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const name = labAddress(word) ?? word;
  throw new Refusal(
    `--${given} belongs to ways over a network, and ${name} is a machine of the laboratory (ssh://${name} would name a real one).`,
  );
}

/** It says that a real machine is meant: before a name is looked for, it has to be a way. */
function refuseUnknownTransport(transport: string | undefined): void {
  if (transport !== undefined && !isTransportName(transport))
    throw new Refusal(`--transport ${transport} is not known; ssh, winrm and winrms are`);
}

function refuseLabAddress(name: string, word: string, options: OptionValues, console: Console): void {
  const transport = optionValue(options, 'transport');
  if (transport !== undefined) {
    throw new Refusal(`--transport ${transport} and lab:// contradict each other.`);
  }
  if (name === '') throw new Refusal(`${word} names no machine: lab://NAME does.`);
  if (!storeIsThere(dataFolder(console))) {
    throw new EstateError('not-found', 'There is no estate yet: make one with "slmgr lab init".');
  }
}

async function unlessUnreadable<T>(word: string, look: () => T | Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!isStoreError(error)) throw error;
    const why = `${word} may be one of its machines, so no other machine is asked (ssh://${word} would name a real one).`;
    throw new StoreError(error.kind, `${error.message} ${why}`, { cause: error });
  }
}

/** By its name: each part of the program has its own copy of the class. */
function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError';
}

/** For a hint only: a store that cannot be read is not complained about where the line says the way. */
function isInLabForSure(word: string, around: Surroundings): boolean {
  try {
    return storeIsThere(dataFolder(around.console)) && around.parts.lab().isLabMachine(word, around);
  } catch (error) {
    if (isStoreError(error)) return false;
    throw error;
  }
}

async function tellWhichIsMeant(word: string, around: Surroundings): Promise<void> {
  const files = await filesThatKnow(word, around);
  if (files.length === 0) return;
  around.console.err(
    `slmgr: the machine ${word} of the laboratory is meant (lab://${word}), not the host that ${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} (ssh://${word}).\n`,
  );
}

/** The part that knows these files is loaded where their text may have the name. */
async function filesThatKnow(word: string, { console, parts }: Surroundings): Promise<readonly string[]> {
  const ssh = join(console.home, '.ssh');
  const files = [usualTargetsFile(console), join(ssh, 'config'), join(ssh, 'known_hosts')];
  return files.some((file) => mayHave(file, word)) ? parts.remote().filesThatKnow(word, console) : [];
}

/** Whether a file has the name, or patterns, hashes or further files that may have it. */
function mayHave(file: string, word: string): boolean {
  try {
    const text = readPlainFileUpTo(file, fileLimits.ssh).toString('latin1').toLowerCase();
    return text.includes(word.toLowerCase()) || /\|1\||[*?]|^\s*include\b/m.test(text);
  } catch {
    return false;
  }
}
