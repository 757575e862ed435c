import { type CimValue, type InstanceFilter } from '../../../licensing/provider';

/** Version of the request and the answer; both sides refuse another one. */
export const bridgeVersion = 1;

/** An argument of a method call with the type that the CIM class declares for it. */
export interface TypedArgument {
  readonly name: string;
  /** `file`: the far side reads the text of the file named by the value. */
  readonly type: 'string' | 'uint32' | 'boolean' | 'file';
  readonly value: string | number | boolean;
}

/** What the far side does, one after another. Each carries only what a script needs; classes are checked on our side. */
export type BridgeOperation =
  | {
      readonly op: 'query';
      readonly class: string;
      readonly select: readonly string[];
      readonly filter: InstanceFilter;
    }
  | {
      readonly op: 'invoke';
      readonly class: string;
      /** The key property's name and value, by which the instance is found. */
      readonly keyName: string;
      readonly key: string;
      readonly method: string;
      readonly args: readonly TypedArgument[];
    }
  | { readonly op: 'registry-check-access'; readonly key: string }
  | { readonly op: 'registry-get'; readonly key: string; readonly value: string }
  | { readonly op: 'registry-set'; readonly key: string; readonly value: string; readonly data: string }
  | { readonly op: 'registry-delete'; readonly key: string; readonly value: string }
  | { readonly op: 'directory-context' }
  | { readonly op: 'directory-supported' }
  | { readonly op: 'directory-list' }
  | { readonly op: 'directory-get'; readonly dn: string }
  | { readonly op: 'directory-delete'; readonly name: string }
  | { readonly op: 'signer-certificates'; readonly grants: readonly string[] }
  | {
      readonly op: 'signer-sign';
      readonly challenge: string;
      readonly thumbprint: string;
      readonly pin: string;
    }
  | { readonly op: 'files-list' }
  | { readonly op: 'files-read'; readonly path: string };

/**
 * One step of a request. `onError` says what an error of this step means for the steps behind it: `stop` (the
 * rest is not done, their results are missing) or `go-on` (a read that was asked for in advance).
 */
export interface BridgeStep {
  readonly do: BridgeOperation;
  readonly onError: 'stop' | 'go-on';
  /** Registry return codes that let the following steps run; absent for operations that have none. */
  readonly accept?: readonly number[];
}

/** What goes over in one round trip. */
export interface BridgeRequest {
  readonly v: typeof bridgeVersion;
  readonly steps: readonly BridgeStep[];
}

/** An error of one step with the number from the right place (see the script's ladder). */
export interface BridgeError {
  readonly hresult: string;
  readonly message: string;
  readonly stage: string;
  readonly nativeErrorCode?: string | null | undefined;
  readonly messageId?: string | null | undefined;
  readonly fqid?: string | null | undefined;
}

/** The outcome of one step; steps that were not done because an earlier one failed have none. */
export type BridgeResult =
  { readonly ok: true; readonly value: BridgeValue } | { readonly ok: false; readonly error: BridgeError };

/** Rows of a query, out parameters, a registry answer, a list … as JSON. */
export type BridgeValue = CimValue | readonly BridgeValue[] | { readonly [name: string]: BridgeValue };

/** Facts of the far side that messages need when something does not work. */
export interface BridgeHost {
  readonly computer: string | null;
  readonly user: string | null;
  /** Null where the far side cannot know it (a system that is not Windows). */
  readonly elevated: boolean | null;
  readonly languageMode: string | null;
  readonly powerShell: string | null;
  readonly system: string | null;
  /** The machine's own time in epoch milliseconds where it has one (the lab), null for a real machine. */
  readonly now: number | null;
}

/** What comes back in one round trip. */
export interface BridgeAnswer {
  readonly v: typeof bridgeVersion;
  readonly host: BridgeHost;
  readonly results: readonly BridgeResult[];
}

/** Methods that only compute something and give it back: their answer cannot be assumed. */
export const methodsWithOutput: ReadonlySet<string> = new Set([
  'GetTokenActivationGrants',
  'GenerateTokenActivationChallenge',
  'GenerateActiveDirectoryOfflineActivationId',
]);

const changing: ReadonlySet<BridgeOperation['op']> = new Set([
  'registry-set',
  'registry-delete',
  'directory-delete',
]);

/** True for an operation that changes the machine. */
export function changesState(operation: BridgeOperation): boolean {
  if (operation.op === 'invoke') return !methodsWithOutput.has(operation.method);
  return changing.has(operation.op);
}
