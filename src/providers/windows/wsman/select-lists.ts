import { type WireInstance } from '../../../transports/winrm/soap/instances';
import { isWsmanFault } from '../../../transports/winrm/wsman/error';

/** WBEM_E_INVALID_QUERY: a property of the select list is unknown to this build of Windows. */
const invalidQuery = 0x80041017;

/** Versions of the licensing service in which properties came that Windows 7 does not have (6.2 is Windows 8). */
const cameIn: Readonly<Record<string, string>> = {
  ADActivationCsvlkPid: '6.2',
  ADActivationCsvlkSkuId: '6.2',
  ADActivationObjectDN: '6.2',
  ADActivationObjectName: '6.2',
  DiscoveredKeyManagementServiceMachineIpAddress: '6.2',
  KeyManagementServiceLookupDomain: '6.2',
  RemainingAppReArmCount: '6.2',
  RemainingSkuReArmCount: '6.2',
  VLActivationType: '6.2',
  VLActivationTypeEnabled: '6.2',
  ValidationURL: '6.2',
  ProductKeyID2: '6.2',
  ProductKeyChannel: '6.3',
  AutomaticVMActivationHostDigitalPid2: '6.3',
  AutomaticVMActivationHostMachineName: '6.3',
  AutomaticVMActivationLastActivationTime: '6.3',
  IAID: '6.3',
};

/** The one property of every version whose absence Windows' own script expects. */
const mayBeAbsent = 'LicenseIsAddon';

type Ask = (select: readonly string[]) => Promise<readonly WireInstance[]>;

/**
 * The properties that a machine's classes have. A query that names one that is absent fails as a whole and does not say
 * which: what is known of the versions of Windows makes the next list, and what is learnt holds for the queries behind.
 */
export class SelectLists {
  readonly #absent = new Map<string, ReadonlySet<string>>();
  #version: string | null = null;

  /** Asks with the properties that the class is not known to lack, and again with fewer where the query is refused. */
  async query(className: string, select: readonly string[], ask: Ask): Promise<readonly WireInstance[]> {
    const absent = this.#absent.get(className) ?? new Set<string>();
    const known = select.filter((name) => !absent.has(name));
    try {
      return this.#noted(await ask(known));
    } catch (error) {
      if (!isInvalidQuery(error)) throw error;
      return await this.#refined(className, known, ask, error);
    }
  }

  /** The key stands first in every list and is never left out. */
  async #refined(
    className: string,
    select: readonly string[],
    ask: Ask,
    refusal: unknown,
  ): Promise<readonly WireInstance[]> {
    for (const absent of this.#guesses(select)) {
      const rows = await unlessRefused(() => ask(select.filter((name) => !absent.has(name))));
      if (rows !== null) return this.#learnt(className, absent, rows);
    }
    const [key = '', ...others] = select;
    if ((await unlessRefused(() => ask([key]))) === null) throw refusal;
    const absent = new Set(await this.#search(key, others, ask));
    return this.#learnt(className, absent, await ask(select.filter((name) => !absent.has(name))));
  }

  /** Sets of properties that may be the absent ones, the likeliest first. */
  #guesses(select: readonly string[]): readonly ReadonlySet<string>[] {
    const version = this.#version;
    const newer = select.filter((name) => isNewer(cameIn[name], version));
    const addon = select.includes(mayBeAbsent) ? [mayBeAbsent] : [];
    const guesses = [newer, addon, [...newer, ...addon]].filter((guess) => guess.length > 0);
    return guesses.map((guess) => new Set(guess));
  }

  /** Finds what is absent by halves. */
  async #search(key: string, names: readonly string[], ask: Ask): Promise<readonly string[]> {
    if (names.length === 0 || (await unlessRefused(() => ask([key, ...names]))) !== null) return [];
    if (names.length === 1) return names;
    const middle = names.length >> 1;
    const left = await this.#search(key, names.slice(0, middle), ask);
    return [...left, ...(await this.#search(key, names.slice(middle), ask))];
  }

  #learnt(
    className: string,
    absent: ReadonlySet<string>,
    rows: readonly WireInstance[],
  ): readonly WireInstance[] {
    this.#absent.set(className, new Set([...(this.#absent.get(className) ?? []), ...absent]));
    return this.#noted(rows);
  }

  #noted(rows: readonly WireInstance[]): readonly WireInstance[] {
    const version = rows[0]?.get('Version');
    if (typeof version === 'string') this.#version = version;
    return rows;
  }
}

function isInvalidQuery(error: unknown): boolean {
  return isWsmanFault(error) && error.fault.code === invalidQuery;
}

async function unlessRefused(
  ask: () => Promise<readonly WireInstance[]>,
): Promise<readonly WireInstance[] | null> {
  try {
    return await ask();
  } catch (error) {
    if (!isInvalidQuery(error)) throw error;
    return null;
  }
}

/** Whether a property came later than a machine's version; of an unknown version everything newer than Windows 7 may. */
function isNewer(came: string | undefined, version: string | null): boolean {
  if (came === undefined) return false;
  return version === null || numbers(version) < numbers(came);
}

/** "6.2.9200" as a number that compares: its first two parts. */
function numbers(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}
