import { randomUUID } from 'node:crypto';
import { answerRequest } from '../../src/providers/windows/bridge/answer-request';
import { parseRequest } from '../../src/providers/windows/bridge/answer-schema';
import { printedAnswer, questionIn } from '../../src/providers/windows/bridge/envelope';
import { parsed, powerShellRunner } from '../../src/providers/windows/bridge/powershell-runner';
import { type BridgeAnswer } from '../../src/providers/windows/bridge/protocol';
import { type ScriptRunner } from '../../src/providers/windows/script-runner';
import { wsmanRunner } from '../../src/providers/windows/wsman/runner';
import { winrsRunner } from '../../src/providers/windows/wsman/shell-runner';
import { agentGreeting } from '../../src/remote/agent-lines';
import { agentRunner } from '../../src/remote/agent-runner';
import { machinePrograms, shellFacts } from '../../src/serve/windows/machine';
import { runCommandLine as runInShell } from '../../src/serve/windows/shell/machine-shell';
import { WsmanService } from '../../src/serve/windows/wsman/service';
import { TransportError } from '../../src/transports/transport-error';
import { WsmanClient } from '../../src/transports/winrm/wsman/client';
import type { Double } from '../conformance/double';
import { doubleUser, servedDouble } from '../fixtures/served-double';
import { testHost } from '../providers/windows/bridge-executor';
import type { Bend } from './bends';

/** One thing that goes wrong on a way: at which answer, and what. */
export interface Disturbance {
  readonly at: number;
  readonly what: Bend | 'cut before' | 'cut behind' | 'refused';
}

const cut = (step: 'command' | 'tcp'): TransportError =>
  new TransportError({ step, cause: 'closed', message: 'the connection was cut' });

/** Counts the answers of a far side and disturbs one of them. */
export class Disturbed {
  #heard = 0;
  readonly #disturbance: Disturbance;

  constructor(disturbance: Disturbance) {
    this.#disturbance = disturbance;
  }

  /** True once the place was reached. */
  get happened(): boolean {
    return this.#heard > this.#disturbance.at;
  }

  async hear(answer: () => Promise<string>): Promise<string> {
    const { at, what } = this.#disturbance;
    const now = this.#heard === at;
    this.#heard += 1;
    if (now && what === 'refused') throw cut('tcp');
    if (now && what === 'cut before') throw cut('command');
    const text = await answer();
    if (now && what === 'cut behind') throw cut('command');
    return now && typeof what === 'function' ? what(text) : text;
  }
}

function answer({ provider }: Double, request: string): Promise<BridgeAnswer> {
  return answerRequest(provider, parseRequest(request), testHost);
}

/** The answer of a far side to a request, both as JSON. */
async function answered(double: Double, request: string): Promise<string> {
  return JSON.stringify(await answer(double, request));
}

/** The script's answers, disturbed as documents. */
export function documentWay(double: Double, disturbed: Disturbed): ScriptRunner {
  return {
    run: async (request) => parsed(await disturbed.hear(() => answered(double, JSON.stringify(request)))),
    close: () => Promise.resolve(),
  };
}

/** What a PowerShell prints, disturbed as it goes over SSH. */
export function printedWay(double: Double, disturbed: Disturbed): ScriptRunner {
  return powerShellRunner({
    run: async (_line, stdin) => {
      const { text, ticket } = questionIn(stdin) ?? { text: '', ticket: '' };
      const stdout = await disturbed.hear(async () => printedAnswer(await answer(double, text), ticket));
      return { stdout, stderr: '', exitCode: 0, signal: null };
    },
    close: () => Promise.resolve(),
  });
}

/** An agent's lines. */
export function agentWay(double: Double, disturbed: Disturbed): ScriptRunner {
  return agentRunner(() => {
    const lines: Promise<string | null>[] = [Promise.resolve(`${agentGreeting}\n`)];
    async function* output(): AsyncGenerator<string> {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        const text = await line;
        if (text === null) return;
        yield text;
      }
    }
    return Promise.resolve({
      output: output(),
      write: (text) => {
        const line = disturbed.hear(() => answered(double, text)).then((answer) => `${answer}\n`);
        lines.push(line.catch(() => null));
      },
      waitFor: (answer) => answer,
      close: () => Promise.resolve(),
    });
  });
}

/** What WinRM said to a method call, as far as anybody may take it for success. */
export interface SoapCall {
  readonly method: string;
  readonly mayBeSuccess: boolean;
}

/** WS-Management envelopes, those of the remote shell included; `calls` gets the methods that were called. */
export function soapWay(double: Double, disturbed: Disturbed, calls: SoapCall[]): ScriptRunner {
  const service = soapService(double);
  const client = new WsmanClient(
    {
      post: async (envelope) => {
        let status = 0;
        const body = await disturbed.hear(async () => {
          const answer = await service.handle(envelope);
          status = answer.status;
          return answer.body;
        });
        const method = /<m:(\w+)_INPUT/.exec(envelope)?.[1];
        if (method !== undefined && !reading.test(method))
          calls.push({ method, mayBeSuccess: status === 200 && showsSuccess(body, method) });
        return { status, body };
      },
      close: () => undefined,
    },
    { url: 'http://pc/wsman', operationTimeoutSeconds: 60, maxEnvelopeSize: 153_600, newGuid: randomUUID },
  );
  return wsmanRunner(
    client,
    winrsRunner(client, () => false),
  );
}

/** Methods that change nothing, and the refresh whose failure changes nothing for a verb. */
const reading = /^(CheckAccess|GetStringValue|Generate\w+|GetToken\w+|RefreshLicenseStatus)$/;

function showsSuccess(body: string, method: string): boolean {
  const values = [...body.matchAll(/<(?:\w+:)?ReturnValue(?:\s[^>]*)?>([^<]*)</g)].map(([, value]) => value);
  const good = method === 'DeleteValue' ? [0, 2, 5] : [0];
  const isGood = values.length === 0 || values.some((value) => good.includes(Number(value)));
  return isGood && body.includes(`${method}_OUTPUT`);
}

function soapService(double: Double): WsmanService {
  const machine = servedDouble(() => double.provider);
  const account = { user: doubleUser, passwordHash: '' };
  return new WsmanService({
    machine: 'double',
    provider: () => Promise.resolve(double.provider),
    run: async ({ line, stdin }) => {
      const ran = await runInShell(
        { line, stdin },
        shellFacts(machine, account),
        machinePrograms(machine, account),
      );
      return { exitCode: ran.exitCode, stdout: Buffer.from(ran.stdout), stderr: Buffer.from(ran.stderr) };
    },
    denied: () => null,
    newGuid: randomUUID,
    // A turn of the event loop: what the shell runs may wait for one.
    receiveWait: () => new Promise((resolve) => setImmediate(resolve)),
  });
}
