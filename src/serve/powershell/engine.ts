import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import { type EngineCall, type EngineOutcome, type PowerShellEngine } from '../windows/shell/engine/port';
import { usualBounds, type EngineBounds } from './bounds';
import { type BoxContents, type BoxFile } from './box';
import { EngineFailure } from './engine-failure';
import {
  ansibleProcess,
  ansibleServices,
  compilerClasses,
  compileScript,
  machineClasses,
  machineModule,
  registryClasses,
  serviceClasses,
} from './engine-texts';
import { findEngine, type FoundEngine, type Surroundings } from './find-engine';
import { runBox, type BoxRun } from './run-box';

export { EngineFailure };

/** Scripts that run at once; those within others do not count, because they are waited for. */
const mostAtOnce = 4;
/** Users that no system gives to anybody but to services of a moment (systemd's dynamic users). */
const users = { first: 61_184, count: 4000 } as const;

/**
 * Makes a PowerShell of this computer ready for served machines: looks at it and at what confines it, compiles the
 * machine's classes in a box, and tries them.
 * @throws EngineFailure where something is missing, or the system lets nothing be confined
 */
export async function startEngine(path: string, surroundings: Surroundings): Promise<ConfinedEngine> {
  const found = await findEngine(path, surroundings);
  return await new Engine({ found, files: new Map(), bounds: usualBounds }).prepared();
}

/** An engine whose scripts are confined. */
export interface ConfinedEngine extends PowerShellEngine {
  /** The same one with other bounds. */
  readonly within: (bounds: Partial<EngineBounds>) => ConfinedEngine;
}

interface Prepared {
  readonly found: FoundEngine;
  readonly files: BoxContents;
  readonly bounds: EngineBounds;
}

class Engine implements ConfinedEngine {
  readonly #with: Prepared;
  #user = randomInt(users.count);
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(prepared: Prepared) {
    this.#with = prepared;
  }

  within(bounds: Partial<EngineBounds>): Engine {
    return new Engine({ ...this.#with, bounds: { ...this.#with.bounds, ...bounds } });
  }

  /** One with the machine's classes. */
  async prepared(): Promise<Engine> {
    const sources = new Map([
      ['machine.cs', machineClasses],
      ['registry.cs', registryClasses],
      ['services.cs', serviceClasses],
      ['compiler.cs', compilerClasses],
    ] as const);
    const list = [...sources.keys()].map((name) => `'/opt/sources/${name}'`).join(', ');
    const compiled = await this.#try(`$sources = ${list}\n${compileScript}`, sources, []);
    const library = Buffer.from(compiled.trim(), 'base64');
    const files = machineFiles(library);
    const drive = await this.#try('(Get-PSDrive HKLM).Provider.Name', files, hook);
    if (drive.trim() !== 'Registry')
      throw new EngineFailure("this version of PowerShell does not take the machine's registry");
    return new Engine({ ...this.#with, files });
  }

  async run(call: EngineCall): Promise<EngineOutcome> {
    if (call.isNested) return await this.#box(call);
    await this.#turn(call.signal);
    try {
      return await this.#box(call);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    while (this.#running >= mostAtOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      // Who has gone meanwhile leaves the turn to the next.
      if (signal?.aborted === true) this.#waiting.shift()?.();
      signal?.throwIfAborted();
    }
    this.#running += 1;
  }

  async #box(call: EngineCall): Promise<EngineOutcome> {
    return await runBox({
      ...call,
      environment: [...call.environment, ...hook],
      ...this.#own(this.#with.files),
    });
  }

  #own(files: BoxContents): Pick<BoxRun, 'engine' | 'files' | 'user' | 'bounds'> {
    this.#user = (this.#user + 1) % users.count;
    const user = users.first + this.#user;
    const passwd = `user:x:${user}:${user}::/home/user:/bin/false\n`;
    const { found: engine, bounds } = this.#with;
    return { engine, files: new Map([...files, ['passwd', passwd]]), user, bounds };
  }

  async #try(script: string, files: BoxContents, environment: BoxRun['environment']): Promise<string> {
    const { exitCode, stdout, stderr } = await runBox({
      ...{
        script,
        environment,
        isEncoded: false,
        computerName: 'localhost',
        stdin: Buffer.alloc(0),
        signal: undefined,
      },
      answer: () => Promise.resolve('{"ok":true,"value":null}'),
      ...this.#own(files),
    });
    if (exitCode === 0) return stdout;
    const why = stderr.trim().split(/\r?\n/).slice(0, 3).join(' ');
    throw new EngineFailure(
      `no script can be confined here, so that PowerShell is not given to the machines (status ${exitCode}): ${why}`,
    );
  }
}

/** Our classes come in front of PowerShell itself. */
const hook: readonly (readonly [string, string])[] = [['DOTNET_STARTUP_HOOKS', '/opt/machine/machine.dll']];

function machineFiles(library: Uint8Array): BoxContents {
  const commands = [...machineModule.matchAll(/^function (\w+-\w+) \{$/gm)].map(([, name = '']) => name);
  const aliases = [...machineModule.matchAll(/^Set-Alias (\w+) /gm)].map(([, name = '']) => name);
  const framework = '{"name":"Microsoft.NETCore.App","version":"8.0.0"}';
  return new Map<BoxFile, string | Uint8Array>([
    ['machine.dll', library],
    ['ansible-process.cs', ansibleProcess],
    ['ansible-services.cs', ansibleServices],
    [
      'machine.runtimeconfig.json',
      `{"runtimeOptions":{"tfm":"net8.0","rollForward":"LatestMajor","framework":${framework}}}`,
    ],
    ['program', '#!/opt/dotnet/dotnet /opt/machine/machine.dll\n'],
    ['machine.psm1', machineModule],
    [
      'machine.psd1',
      `@{ RootModule = 'SlmgrMachine.psm1'; ModuleVersion = '1.0'; FunctionsToExport = ${listed(commands)}; AliasesToExport = ${listed(aliases)}; CmdletsToExport = @(); VariablesToExport = @() }`,
    ],
  ]);
}

function listed(names: readonly string[]): string {
  return `@(${names.map((name) => `'${name}'`).join(', ')})`;
}
