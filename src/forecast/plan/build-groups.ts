import { catalogue } from '../../licensing/catalogue/catalogue';
import { generationFacts, windows7Era } from '../../licensing/catalogue/generations';
import type { Edition } from '../../licensing/catalogue/types';
import { canUseDirectory } from '../../lab/model/directory';
import { defaultActivationInterval, defaultRenewalInterval } from '../../lab/model/settings';
import type { Path, Problems } from '../scenario/problems';
import type { Scenario, ScenarioClients } from '../scenario/schema';
import { type ClientChannel, machineRules, type MachineRules } from './machine-rules';
import { findWindows, type Names, type Timeline } from './names-and-times';
import { onlinePattern } from './online-pattern';
import type { Action, PlannedGroup } from './plan';

/** What the parts of a plan are made with. */
export interface Making {
  readonly names: Names;
  readonly timeline: Timeline;
  readonly problems: Problems;
}

const activationTypes = { volume: 0, ad: 1, kms: 2 } as const;

type KmsSettings = Pick<
  PlannedGroup,
  'activationType' | 'registeredHost' | 'hostCaching' | 'activationInterval' | 'renewalInterval'
>;

function isVolume(activation: string): activation is keyof typeof activationTypes {
  return activation in activationTypes;
}

function isVistaEra({ release }: Edition): boolean {
  return release.of === 'windows' && generationFacts(release.generation).era < windows7Era;
}

/** Machines as they come and go, by number. */
interface Coming {
  readonly count: number;
  readonly atStart: number;
  readonly actions: readonly Action[];
}

/** Makes groups of clients, and the actions by which their machines come and go. */
export class GroupBuilder {
  readonly groups: PlannedGroup[] = [];
  readonly actions: Action[] = [];
  machines = 0;
  readonly #scenario: Scenario;
  readonly #making: Making;
  readonly #rules = new Map<string, MachineRules>();

  constructor(scenario: Scenario, making: Making) {
    this.#scenario = scenario;
    this.#making = making;
  }

  addSite(name: string, index: number): void {
    for (const [at, clients] of this.#scenario.sites[name]?.clients.entries() ?? []) {
      const path: Path = ['sites', name, 'clients', at];
      const edition = findWindows(clients.product, [...path, 'product'], this.#making.problems);
      if (edition !== null) this.#add(clients, { path, edition, site: name, siteIndex: index });
    }
  }

  #add(
    clients: ScenarioClients,
    { path, edition, site, siteIndex }: { path: Path; edition: Edition; site: string; siteIndex: number },
  ): void {
    const channel = this.#channelOf(clients, edition, path);
    if (channel === null) return;
    const { names, problems } = this.#making;
    const coming = this.#coming(clients, path);
    const start = this.#scenario.start + (this.#scenario.sites[site]?.utcOffset ?? 0) * 60_000;
    this.groups.push({
      name: `${site}: ${edition.friendlyName}`,
      site: siteIndex,
      edition,
      first: this.machines,
      count: coming.count,
      atStart: coming.atStart,
      isVirtual: clients.virtual ?? false,
      isVistaEra: isVistaEra(edition),
      channel,
      pool: clients.pool === undefined ? null : names.find('pools', clients.pool, [...path, 'pool']),
      ...this.#kmsSettings(clients, path),
      online: onlinePattern(clients.online ?? 'always', { start, path: [...path, 'online'], problems }),
      reinstallEvery: clients.reinstall?.every ?? null,
      ...this.#imageOf(clients, path),
      rules: this.#rulesOf(edition, channel),
    });
    this.actions.push(...coming.actions);
    this.machines += coming.count;
  }

  #kmsSettings(clients: ScenarioClients, path: Path): KmsSettings {
    const { activation = 'volume', kmsHost, intervals } = clients;
    return {
      activationType: isVolume(activation) ? activationTypes[activation] : 0,
      registeredHost:
        kmsHost === undefined ? null : this.#making.names.find('hosts', kmsHost, [...path, 'kmsHost']),
      hostCaching: clients.hostCaching ?? true,
      activationInterval: intervals?.activation ?? defaultActivationInterval,
      renewalInterval: intervals?.renewal ?? defaultRenewalInterval,
    };
  }

  #rulesOf(edition: Edition, channel: ClientChannel): MachineRules {
    const key = `${edition.id} ${channel}`;
    const rules = this.#rules.get(key) ?? machineRules(edition, channel);
    this.#rules.set(key, rules);
    return rules;
  }

  /** The channel that an activation means; null, and a problem, where the product or the rest does not fit it. */
  #channelOf(clients: ScenarioClients, edition: Edition, path: Path): ClientChannel | null {
    const { problems } = this.#making;
    const { activation = 'volume' } = clients;
    const channel = isVolume(activation) ? 'gvlk' : activation;
    if (channel === 'gvlk' && (edition.setupKey === null || edition.threshold === 0)) {
      problems.add([...path, 'product'], `${edition.friendlyName} is not activated by KMS or AD`);
      return null;
    }
    if (
      !catalogue()
        .skusOf(edition)
        .some((sku) => sku.channel === channel)
    ) {
      problems.add([...path, 'activation'], `${edition.friendlyName} has no licence of this kind`);
      return null;
    }
    if (activation === 'ad' && !canUseDirectory(edition)) {
      const message = `${edition.friendlyName} is too old for Active Directory-based activation`;
      problems.add([...path, 'activation'], message);
    }
    this.#refuseOddPool(clients, path);
    this.#refuseKmsSettings(clients, channel, path);
    this.#refuseIdleCaching(clients, path);
    return channel;
  }

  #refuseOddPool({ activation, pool }: ScenarioClients, path: Path): void {
    const { problems } = this.#making;
    if (activation === 'mak' && pool === undefined)
      problems.add([...path, 'activation'], 'a MAK wants a "pool"');
    if (activation !== 'mak' && pool !== undefined) {
      problems.add([...path, 'pool'], 'only clients with activation: mak have a pool');
    }
  }

  #refuseKmsSettings(clients: ScenarioClients, channel: ClientChannel, path: Path): void {
    const { problems } = this.#making;
    if (channel !== 'gvlk' && clients.intervals !== undefined)
      problems.add([...path, 'intervals'], 'only clients of KMS or AD have this');
    if (channel === 'gvlk' && clients.activation !== 'ad') return;
    for (const key of ['kmsHost', 'hostCaching'] as const) {
      if (clients[key] !== undefined) problems.add([...path, key], 'only clients of KMS have this');
    }
  }

  /** A host that was found is remembered; one that was named is not looked for. */
  #refuseIdleCaching({ kmsHost, hostCaching }: ScenarioClients, path: Path): void {
    if (kmsHost === undefined || hostCaching === undefined) return;
    this.#making.problems.add([...path, 'hostCaching'], 'clients with a kmsHost look for none to remember');
  }

  #imageOf(clients: ScenarioClients, path: Path): Pick<PlannedGroup, 'isCloned' | 'rearm'> {
    const { names, problems } = this.#making;
    if (clients.image === undefined) return { isCloned: false, rearm: null };
    names.find('images', clients.image, [...path, 'image']);
    const image = this.#scenario.images?.[clients.image];
    const rearm = image?.rearm;
    if (rearm !== undefined && clients.reinstall !== undefined) {
      problems.add(
        [...path, 'reinstall'],
        'clients of an image that is rearmed cannot be reinstalled as well',
      );
    }
    if (rearm === undefined) return { isCloned: image?.cmid === 'cloned', rearm: null };
    const planned =
      'after' in rearm ? { after: rearm.after, again: false } : { after: rearm.every, again: true };
    return { isCloned: image?.cmid === 'cloned', rearm: planned };
  }

  #coming(clients: ScenarioClients, path: Path): Coming {
    const { timeline, problems } = this.#making;
    const from = clients.from === undefined ? 0 : timeline.at(clients.from, [...path, 'from']);
    const end = clients.until === undefined ? null : timeline.at(clients.until, [...path, 'until']);
    if (end !== null && end <= from) problems.add([...path, 'until'], 'must be later than the beginning');
    const actions: Action[] = [];
    if (from > 0) actions.push({ kind: 'add', at: from, from: this.machines, count: clients.count });
    const grown = this.#grown(clients, { from, end }, path);
    actions.push(...grown);
    const count = grown.reduce((sum, added) => sum + added.count, clients.count);
    if (end !== null) actions.push({ kind: 'remove', at: end, from: this.machines, count });
    return { count, atStart: from > 0 ? 0 : clients.count, actions };
  }

  #grown(
    { count, growth }: ScenarioClients,
    { from, end }: { readonly from: number; readonly end: number | null },
    path: Path,
  ): readonly Extract<Action, { kind: 'add' | 'remove' }>[] {
    if (growth === undefined) return [];
    const { timeline, problems } = this.#making;
    const { add, every, until } = growth;
    const last = until === undefined ? timeline.minutes : timeline.at(until, [...path, 'growth', 'until']);
    if (until !== undefined && end !== null && last > end) {
      problems.add([...path, 'growth', 'until'], 'lies after these clients are gone');
    }
    const latest = Math.min(last, (end ?? timeline.minutes + 1) - 1);
    const steps = Math.max(0, Math.floor((latest - from) / every));
    if (steps === 0) problems.add([...path, 'growth'], 'is over before it adds a machine');
    return Array.from({ length: steps }, (_, step) => ({
      kind: 'add',
      at: from + (step + 1) * every,
      from: this.machines + count + step * add,
      count: add,
    }));
  }
}
