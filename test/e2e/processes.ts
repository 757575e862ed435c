import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Pool } from 'pg';

/** A process that goes on, and what it has said so far. */
export interface Going {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>;
}

/** Processes of a test, which end with it. */
export class Processes {
  readonly #going: Going[] = [];

  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv, folder?: string): Going {
    const place = folder === undefined ? {} : { cwd: folder };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...place });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, out, err }));
    const one = { child, out: () => out, err: () => err, ended };
    this.#going.push(one);
    return one;
  }

  /** Waits for what must come to pass: two minutes at most. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 1200; tries += 1) {
      if (await condition()) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`It did not come to pass: ${what}\n${this.#going.map(({ err }) => err()).join('\n')}`);
  }

  /** Waits until a worker of shared runs says that it takes part, to us and in the database. */
  takesPart({ child, err }: Going, pool: Pool): Promise<void> {
    return this.until('a worker takes part', async () => {
      if (!err().includes('takes part')) return false;
      const { rowCount } = await pool.query('SELECT 1 FROM shared_worker WHERE process = $1', [child.pid]);
      return rowCount === 1;
    });
  }

  /** Kills what goes on yet. */
  end(): void {
    for (const { child } of this.#going)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}
