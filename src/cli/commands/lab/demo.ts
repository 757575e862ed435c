import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { sqliteDriver } from '../../../lab/store/drivers';
import { defineCommand, type CommandContext, type Style } from '../../framework/command';
import { Refusal } from '../../refusal';
import { coloured } from '../../output/table';

const step = z.object({ command: z.array(z.string()), exitCode: z.int(), output: z.string() });
type Step = z.infer<typeof step>;

/** The words of a command, or of one whose failure belongs to the story. */
type Line = readonly string[] | { readonly fails: readonly string[] };

/** A step of the story: what is said before it, and its commands; KEY stands for the minted key. */
interface Scene {
  readonly says: string;
  readonly commands: readonly Line[];
}

const keyWord = 'KEY';
const mint = ['lab', 'mint-key', '--type', 'csvlk', '--for', 'Windows Server 2008 R2 Standard'];

const story: readonly Scene[] = [
  {
    says: 'A laboratory: a domain whose clock stands still until it is moved, a server, 25 clients.',
    commands: [
      ['lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '1'],
      ['lab', 'add', 'KMS01', '--product', 'Windows Server 2008 R2 Standard'],
      ['lab', 'add', 'PC', '--product', 'Windows 7 Enterprise', '--count', '25'],
    ],
  },
  {
    says: 'The server becomes a KMS host: a host key of the lab, activated, the service restarted.',
    commands: [
      mint,
      ['KMS01', '/ipk', keyWord],
      ['KMS01', '/ato'],
      ['lab', 'restart', 'KMS01'],
      ['lab', 'dns', 'records', '_vlmcs'],
    ],
  },
  {
    says: 'One client asks. The host counts it, but 25 are needed before a client edition activates.',
    commands: [{ fails: ['PC-001', '/ato'] }, ['explain', '0xC004F038']],
  },
  {
    says: 'Four hours later every client has asked by itself, and asked again.',
    commands: [
      ['lab', 'clock', 'advance', '4h'],
      ['KMS01', '/dli'],
      ['PC-001', '/xpr'],
      ['check', 'PC-001'],
    ],
  },
  {
    says: 'The host is down for half a year.',
    commands: [
      ['lab', 'stop', 'KMS01'],
      ['lab', 'clock', 'advance', '190d'],
      ['PC-001', '/dli'],
      { fails: ['check', 'PC-001'] },
    ],
  },
  {
    says: 'It comes back, and the clients find it by themselves.',
    commands: [
      ['lab', 'start', 'KMS01'],
      ['lab', 'clock', 'advance', '1d'],
      ['check', 'PC-001'],
      ['lab', 'events', 'PC-001', '--id', '12289', '--since', '1d'],
    ],
  },
];

/** slmgr lab demo */
export const labDemo = defineCommand({
  name: 'lab demo',
  summary: 'The whole story of the deployment guide, on a temporary estate',
  description: 'Shows each command with what it prints. Your own estate is not touched.',
  positionals: [],
  options: [],
  examples: [{ line: 'slmgr lab demo', does: 'half a minute at most' }],
  data: z.object({ steps: z.array(step) }),
  input: z.object({}),
  run: async (_input, context) => {
    // Says what is missing, before anything is told.
    sqliteDriver();
    const home = mkdtempSync(join(tmpdir(), 'slmgr-demo-'));
    try {
      const steps = await tell(home, context);
      return {
        data: { steps },
        text: () => '\nThat was a temporary estate; "slmgr lab init" makes one of your own.\n',
      };
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
});

async function tell(home: string, context: CommandContext): Promise<readonly Step[]> {
  const { console, json, colour } = context;
  const style: Style = { colour, terminal: console.outIsTerminal, width: console.width };
  const steps: Step[] = [];
  let key = '';
  for (const { says, commands } of story) {
    if (!json) console.out(`\n# ${says}\n`);
    for (const line of commands) {
      const words = 'fails' in line ? line.fails : line;
      const argv = words.map((word) => (word === keyWord ? key : word));
      if (!json) console.out(`\n${coloured(`$ slmgr ${argv.map(quoted).join(' ')}`, 'good', style)}\n`);
      const done = await runStep(argv, home, context);
      if (done.exitCode === 0 ? words !== line : words === line) {
        throw new Refusal(`The demonstration stopped: slmgr ${argv.join(' ')} ended with ${done.exitCode}.`);
      }
      if (words === mint) key = done.output.trim();
      steps.push(done);
    }
  }
  return steps;
}

/** A verb's machine as one of the lab and nothing else, so that no step can leave the temporary estate. */
function withinLab([machine = '', ...rest]: readonly string[]): readonly string[] {
  return rest[0]?.startsWith('/') === true ? [`lab://${machine}`, ...rest] : [machine, ...rest];
}

/** Runs one command on the temporary estate, without the user's own files; shows its output as it comes. */
async function runStep(
  argv: readonly string[],
  home: string,
  { console, json, run }: CommandContext,
): Promise<Step> {
  let output = '';
  const exitCode = await run(withinLab(argv), {
    ...console,
    home,
    env: { ...console.env, SLMGR_HOME: home, XDG_CONFIG_HOME: undefined, APPDATA: home },
    errIsTerminal: false,
    progress: () => undefined,
    out: (text) => {
      output += text;
      if (!json) console.out(text);
    },
    err: (text) => {
      output += text;
      if (!json) console.err(text);
    },
  });
  return { command: [...argv], exitCode, output };
}

function quoted(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}
