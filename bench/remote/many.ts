import { connectOverSsh } from '../../src/remote/connect-target';
import { planWith, readTargets } from '../../src/remote/plan';
import type { TargetsFile } from '../../src/remote/targets-file';
import type { RemotePorts } from '../../src/remote/ports';
import { SshUserFiles } from '../../src/transports/ssh/user-files';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { runCommandLine, type CommandResult } from '../../src/verbs/run';

/** Runs /dlv on many machines from one process: AT_ONCE KNOWN_HOSTS ADDRESS... Prints how many answered. */
async function main([atOnce = '1', knownHosts = '', ...addresses]: readonly string[]): Promise<void> {
  const waiting = [...addresses];
  const targets = await readTargets([], ports);
  let answered = 0;
  const worker = async (): Promise<void> => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      if ((await dlv(targets, `ssh://admin@${address}`, knownHosts)).includes('License Status'))
        answered += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  console.log(answered);
}

async function dlv(targets: TargetsFile, machine: string, knownHosts: string): Promise<string> {
  const plan = planWith(targets, { machine, account: null }, { knownHosts });
  const provider = await connectOverSsh(plan, { ports, verb: { name: 'dlv', args: [] } });
  const results: CommandResult[] = [];
  for await (const result of runCommandLine(parseCommandLine(['/dlv']), () => Promise.resolve(provider))) {
    results.push(result);
  }
  await provider.close();
  return renderText(results);
}

const nobody = (): Promise<null> => Promise.resolve(null);
const ports: RemotePorts = {
  env: { SLMGR_PASSWORD: process.env['SLMGR_PASSWORD'] },
  platform: process.platform,
  home: '/nonexistent',
  localUser: 'admin',
  sshFiles: new SshUserFiles(),
  now: Date.now,
  readFile: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8').catch(() => null),
  readInput: () => Promise.resolve(''),
  readSecretFile: nobody,
  readTrustedFile: nobody,
  runCommand: () => Promise.reject(new Error('no command')),
  askSecret: nobody,
  askYesNo: nobody,
  readInputLine: nobody,
  answersOnPort: () => Promise.resolve(false),
  warn: () => undefined,
};

void main(process.argv.slice(2));
