import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { putAccount } from '../../../src/lab/estate/accounts';
import { addMachines } from '../../../src/lab/estate/machines';
import { listen, type Listening } from '../../../src/serve/windows/listen';
import { type ServedMachine } from '../../../src/serve/windows/machine';
import { servedMachine } from '../../../src/serve/windows/served-machine';
import { createSshTarget } from '../../../src/serve/windows/ssh';
import { generateHostKey } from '../../../src/serve/windows/ssh/host-keys';
import { ntHash } from '../../../src/transports/winrm/ntlm/keys';
import { heldLaboratory, type TestLaboratory } from '../../lab/estate/laboratories';

export const password = 'Passw0rd-1!';

/** Puts an account, as `lab account add` does. */
export function account(
  laboratory: TestLaboratory,
  user: string,
  options: { readonly machine?: string; readonly standard?: boolean; readonly password?: string } = {},
): void {
  putAccount(laboratory, {
    user,
    machine: options.machine ?? null,
    role: options.standard === true ? 'standard' : 'administrator',
    passwordHash: ntHash(options.password ?? password).toString('hex'),
  });
}

/** An estate with the machines KMS01 and OTHER; `admin` is administrator of KMS01 alone, `joe` a standard user of both. */
export function twoMachines(): TestLaboratory {
  const laboratory = heldLaboratory();
  for (const name of ['KMS01', 'OTHER'])
    addMachines(laboratory, { name, product: 'Windows Server 2022 Datacenter' });
  account(laboratory, 'admin', { machine: 'KMS01' });
  account(laboratory, 'joe', { standard: true });
  return laboratory;
}

/** A machine that is served over SSH on loopback. */
export class SshServed {
  readonly machine: ServedMachine;
  readonly #listening: Listening;
  readonly #clients: Client[] = [];

  private constructor(machine: ServedMachine, listening: Listening) {
    this.machine = machine;
    this.#listening = listening;
  }

  static async start(
    laboratory: TestLaboratory,
    name = 'KMS01',
    ...limits: readonly unknown[]
  ): Promise<SshServed> {
    const machine = servedMachine(laboratory, name);
    const server = createSshTarget(machine, [generateHostKey('ed25519', name).privateKey], ...(limits as []));
    return new SshServed(machine, await listen(server, '127.0.0.1', 0));
  }

  get port(): number {
    return this.#listening.port;
  }

  /** A connection that has signed in. */
  async connect(user: string, secret = password): Promise<Client> {
    const client = new ssh2.Client();
    this.#clients.push(client);
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject);
      client.once('close', () => reject(new Error('the connection was closed')));
      client.connect({ host: '127.0.0.1', port: this.port, username: user, password: secret });
    });
    client.on('error', () => undefined);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#listening.close();
  }
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** A command that was started; standard input stays open. */
export interface Started {
  readonly channel: ClientChannel;
  readonly ended: Promise<Ran>;
}

/** Starts a command. */
export function start(client: Client, command: string): Promise<Started> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else resolve({ channel, ended: outcomeOf(channel) });
    });
  });
}

/** Runs a command to its end with an input. */
export async function run(client: Client, command: string, input = ''): Promise<Ran> {
  const { channel, ended } = await start(client, command);
  channel.end(input);
  return ended;
}

function outcomeOf(channel: ClientChannel): Promise<Ran> {
  return new Promise((resolve) => {
    let status: number | null = null;
    const [stdout, stderr] = [textOf(channel), textOf(channel.stderr)];
    channel.on('exit', (code: number | null) => (status = code));
    channel.on('close', () => resolve({ stdout: stdout(), stderr: stderr(), status }));
  });
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return () => text;
}

/** The answers of an agent to requests, one a line. */
export async function askAgent(client: Client, ...steps: readonly object[]): Promise<readonly unknown[]> {
  const request = { v: 1, steps: steps.map((each) => ({ do: each, onError: 'go-on' })) };
  const { stdout } = await run(client, 'slmgr agent --stdio', `${JSON.stringify(request)}\n`);
  const answer = JSON.parse(stdout.split('\n')[1] ?? '') as { readonly results: readonly unknown[] };
  return answer.results;
}
