import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { ConformanceCase } from '../../../conformance/case-file';

/** The PowerShell that tests run: SLMGR_TEST_PWSH, or pwsh of the PATH; null where there is none. */
export function findPwsh(): string | null {
  const program = process.env['SLMGR_TEST_PWSH'] ?? 'pwsh';
  const probe = spawnSync(program, ['-NoProfile', '-NonInteractive', '-Command', 'exit 7'], {
    timeout: 60_000,
  });
  return probe.status === 7 ? program : null;
}

export const scriptFile = join(
  __dirname,
  '..',
  '..',
  '..',
  '..',
  'src',
  'providers',
  'windows',
  'bridge',
  'licensing.ps1',
);
export const moduleFile = join(__dirname, 'StandIn.psm1');

/** A PowerShell that plays one machine after another with the real script. */
export class StandInHost {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(program: string) {
    const args = ['-NoProfile', '-NonInteractive', '-File', join(__dirname, 'host.ps1')];
    this.#child = spawn(program, [...args, '-Script', scriptFile, '-Module', moduleFile], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#waiting.shift()?.(line));
  }

  async play(one: ConformanceCase): Promise<void> {
    await this.#say('case', JSON.stringify(one));
  }

  /** The JSON text that the script answers. */
  ask(request: string): Promise<string> {
    return this.#say('ask', request);
  }

  async calls(): Promise<readonly string[]> {
    return JSON.parse(await this.#say('calls', '')) as readonly string[];
  }

  /** Numbers that the script finds in some errors, by the error. */
  async thrown(): Promise<unknown> {
    return JSON.parse(await this.#say('thrown', ''));
  }

  close(): void {
    this.#child.stdin!.end();
  }

  async #say(kind: string, body: string): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#waiting.push(resolve));
    this.#child.stdin!.write(`${kind} ${Buffer.from(body).toString('base64')}\n`);
    const text = Buffer.from(await answer, 'base64').toString('utf8');
    if (text.startsWith('failure: ')) throw new Error(text);
    return text;
  }
}
