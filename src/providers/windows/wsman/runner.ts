import { type WsmanClient } from '../../../transports/winrm/wsman/client';
import { isWsmanFault, type WsmanFault } from '../../../transports/winrm/wsman/error';
import { operationTimedOut } from '../../../transports/winrm/soap/names';
import { harmlessText } from '../../../transports/harmless-text';
import { TransportError } from '../../../transports/transport-error';
import { type Deadline } from '../../../transports/deadline';
import { isXmlTextError } from '../../../transports/winrm/soap/xml';
import { formatHresult, hresult } from '../../../licensing/hresult';
import { isLicensingError, LicensingError } from '../../../licensing/provider';
import { mayGoOn } from '../bridge/order';
import {
  bridgeVersion,
  changesState,
  type BridgeAnswer,
  type BridgeHost,
  type BridgeRequest,
  type BridgeResult,
  type BridgeStep,
} from '../bridge/protocol';
import { type ScriptRunner } from '../script-runner';
import { isDirect, mayChangeLicensing, performDirect } from './operations';
import { SelectLists } from './select-lists';

const unknownHost: BridgeHost = {
  computer: null,
  user: null,
  elevated: null,
  languageMode: null,
  powerShell: null,
  system: null,
  now: null,
};

/** WinRM's own "access is denied": the account may not use this resource at all. */
const accessDenied = 5;
const failedHresult = 0x80041001;
/** Time to look what became of a change when the verb's own is over. */
const lastLookMilliseconds = 15_000;

/**
 * The bridge's operations over WS-Management, without PowerShell on the target. What WS-Management does not carry (the
 * Active Directory, the token signer, files of the target) goes to `script`, the same script in the remote shell.
 * With `asksElevation` each run also asks the registry whether the account may change the licensing settings.
 */
export function wsmanRunner(
  client: WsmanClient,
  script: ScriptRunner,
  {
    asksElevation = false,
    deadline,
  }: { readonly asksElevation?: boolean; readonly deadline?: Deadline | undefined } = {},
): ScriptRunner {
  const lists = new SelectLists();
  return {
    async run(request: BridgeRequest): Promise<BridgeAnswer> {
      if (deadline?.isOver === true && request.steps.every((step) => !changesState(step.do))) {
        deadline.extendOnce(lastLookMilliseconds);
      }
      if (!request.steps.every((step) => isDirect(step.do))) {
        return await inShell(() => script.run(request));
      }
      const results: BridgeResult[] = [];
      for (const step of request.steps) {
        const result = await perform(client, step, lists);
        results.push(result);
        if (!mayGoOn(step, result)) break;
      }
      const elevated = asksElevation ? await mayChangeLicensing(client) : null;
      return { v: bridgeVersion, host: { ...unknownHost, elevated }, results };
    },
    async close(): Promise<void> {
      client.close();
      await script.close();
    },
  };
}

/** What a fault of the remote shell comes to: WinRM's number, before anything was done. */
async function inShell(run: () => Promise<BridgeAnswer>): Promise<BridgeAnswer> {
  try {
    return await run();
  } catch (error) {
    if (!isWsmanFault(error)) throw error;
    throw new LicensingError(
      hresult(numberOf(error)),
      `The remote shell cannot be used: ${harmlessText(error.fault.text)}`,
      { cause: error },
    );
  }
}

async function perform(client: WsmanClient, step: BridgeStep, lists: SelectLists): Promise<BridgeResult> {
  const operation = step.do;
  if (!isDirect(operation)) {
    throw new TypeError(`${operation.op} needs the script`);
  }
  try {
    return { ok: true, value: await performDirect(client, operation, lists) };
  } catch (error) {
    if (isXmlTextError(error)) return notCarried(operation);
    if (isLicensingError(error)) {
      const { message } = error;
      return { ok: false, error: { hresult: formatHresult(error.hresult), message, stage: operation.op } };
    }
    if (!isWsmanFault(error)) throw error;
    return refusal(error, operation.op);
  }
}

/** A text that XML cannot carry: no instance has such a key, and no method takes such an argument. */
function notCarried(operation: BridgeStep['do']): BridgeResult {
  if (operation.op === 'query') return { ok: true, value: [] };
  const message = 'The text has a character that WS-Management cannot carry.';
  return { ok: false, error: { hresult: '0x80070057', message, stage: operation.op } };
}

function refusal(error: WsmanFault, stage: string): BridgeResult {
  const number = numberOf(error);
  return {
    ok: false,
    error: { hresult: formatHresult(hresult(number)), message: harmlessText(error.fault.text), stage },
  };
}

/** The number of a fault; throws where it is one of the way: the time is up, or the account may not use WinRM. */
function numberOf(error: WsmanFault): number {
  const { fault } = error;
  if (fault.code === operationTimedOut) {
    throw new TransportError(
      {
        step: 'command',
        cause: 'timeout',
        message: 'the target did not finish the operation in time; it may still be at work',
        advice: ['The state of the target is unknown: read it with /dlv.'],
      },
      { cause: error },
    );
  }
  if (fault.kind === 'wsman' && fault.code === accessDenied) {
    throw new TransportError(
      {
        step: 'rights',
        cause: 'denied',
        message: 'WinRM on the target denies access to this account',
        advice: [
          'The account needs administrator rights on the target; a local account may be filtered (LocalAccountTokenFilterPolicy).',
        ],
      },
      { cause: error },
    );
  }
  return hresultOf(fault.code);
}

/** WinRM also gives bare Win32 codes (87, 1722): as an HRESULT they have the Win32 facility in front. */
function hresultOf(code: number | null): number {
  if (code === null || code === 0) return failedHresult;
  return (code <= 0xffff ? 0x80070000 | code : code) >>> 0;
}
