import type { Action, Plan } from '../plan/plan';
import { Clients } from './clients';
import { Hosts } from './hosts';
import { Sites } from './sites';
import { Tally } from './tally';

/**
 * The engine: the clients and hosts of a plan through its minutes. In each minute what happens at a date comes first,
 * then machines act in the order of their numbers.
 */
export class Simulation {
  readonly plan: Plan;
  readonly hosts: Hosts;
  readonly sites: Sites;
  readonly tally: Tally;
  readonly clients: Clients;
  #now = -1;
  #nextAction = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    this.hosts = new Hosts(plan);
    this.sites = new Sites(plan);
    this.sites.lookAt(this.hosts);
    this.tally = new Tally(plan);
    this.clients = new Clients(plan, this);
  }

  /** The last minute that was played; -1 before the first. */
  get now(): number {
    return this.#now;
  }

  /** Plays every minute up to one, that one included. */
  runTo(minute: number): void {
    while (this.#now < minute) {
      this.#now += 1;
      this.#act();
      this.clients.play(this.#now);
    }
  }

  #act(): void {
    const { actions } = this.plan;
    for (
      let action = actions[this.#nextAction];
      action !== undefined && action.at <= this.#now;
      action = actions[this.#nextAction]
    ) {
      this.#nextAction += 1;
      this.#apply(action);
    }
  }

  #apply(action: Action): void {
    if (action.kind === 'remove' || action.kind === 'host' || action.kind === 'directory') {
      this.clients.beforeChange(this.#now);
    }
    switch (action.kind) {
      case 'add':
        this.clients.add(action.from, action.count, this.#now);
        break;
      case 'remove':
        this.clients.remove(action.from, action.count);
        break;
      case 'host':
        this.hosts.change(action);
        this.sites.lookAt(this.hosts);
        break;
      case 'records':
        this.sites.setRecords(action.site, action.records);
        this.sites.lookAt(this.hosts);
        break;
      case 'directory':
        this.sites.setDirectory(action.site, action.directory);
        break;
      case 'pool':
        this.sites.setPool(action.pool, action.size);
        break;
    }
  }
}
