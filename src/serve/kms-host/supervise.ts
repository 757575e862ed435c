import { type ChildProcess, spawn } from 'node:child_process';
import { type DaemonEnd } from './host-daemon';

/** Status with which a child ends to be started anew at once. */
export const respawnStatus = 75;

/** Exit status of a child for the end of its daemon. */
export function childStatus(end: DaemonEnd): number {
  return end === 'respawn' ? respawnStatus : 0;
}

export interface SupervisorPorts {
  /** Starts the process that serves one machine, with an IPC channel. */
  readonly spawn: (machine: string, index: number) => ChildProcess;
  readonly err: (text: string) => void;
  /** Resolves when all is to end. */
  readonly interrupted: Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A child that ran so long ended for a reason of its own, not because it cannot start. */
const soundMs = 60_000;

/**
 * Keeps one process for each machine until told to stop. A process that dies is started again, after a pause that
 * grows; one that refuses its machine at its first start ends them all (later, a port may be taken for a moment only). The exit status: 0, or 1 after a refusal.
 */
export async function superviseHosts(machines: readonly string[], ports: SupervisorPorts): Promise<number> {
  const supervisor = new Supervisor(ports);
  void ports.interrupted.then(() => supervisor.stop());
  const statuses = await Promise.all(machines.map((machine, index) => supervisor.keep(machine, index)));
  return Math.max(0, ...statuses);
}

class Supervisor {
  readonly #ports: SupervisorPorts;
  readonly #children = new Set<ChildProcess>();
  readonly #wake = new Set<() => void>();
  #isStopping = false;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
  }

  /** Asks every child to finish and start no more. */
  stop(): void {
    this.#isStopping = true;
    for (const child of this.#children) child.kill('SIGTERM');
    for (const wake of this.#wake) wake();
  }

  async keep(machine: string, index: number): Promise<number> {
    let pauseMs = firstPauseMs;
    let hasServed = false;
    while (this.#goesOn()) {
      const began = performance.now();
      const { code, signal } = await this.#run(machine, index);
      if (code === 0) return 0;
      if (code === 1 && !hasServed) {
        this.stop();
        return 1;
      }
      hasServed = true;
      if (code === respawnStatus || !this.#goesOn()) continue;
      if (performance.now() - began > soundMs) pauseMs = firstPauseMs;
      this.#ports.err(
        `The process that served ${machine} ended (${signal ?? `status ${String(code)}`}); it is started again.\n`,
      );
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    return 0;
  }

  #goesOn(): boolean {
    return !this.#isStopping;
  }

  #run(machine: string, index: number): Promise<{ code: number | null; signal: string | null }> {
    return new Promise((resolve) => {
      const child = this.#ports.spawn(machine, index);
      this.#children.add(child);
      const ended = (code: number | null, signal: string | null): void => {
        this.#children.delete(child);
        resolve({ code, signal });
      };
      child.once('exit', ended);
      child.once('error', (error) => {
        this.#ports.err(`The process for ${machine} cannot be started: ${error.message}\n`);
        ended(1, null);
      });
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake.add(done);
    });
  }
}

/** Set in the environment of a process that serves one machine and was started by {@link superviseHosts}. */
export const childVariable = 'SLMGR_KMS_CHILD';

/** Starts this program again with other words; its output is this one's, and it notices when this one is gone. */
export function spawnSelf(words: readonly string[]): ChildProcess {
  const [program = ''] = process.argv.slice(1);
  return spawn(process.execPath, [...process.execArgv, program, ...words], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [childVariable]: '1' },
  });
}
