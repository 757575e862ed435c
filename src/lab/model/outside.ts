import type { KmsClientAnswer, KmsClientRequest } from '../../kms/engine/client-types';
import type { Hresult } from '../../licensing/hresult';
import type { ActivationObject } from '../../licensing/provider';
import type { EditionId, HostGroupId } from '../../licensing/catalogue/types';
import type { LabKey } from './keys';
import type { Cmid, MachineName } from './state';

/**
 * Facts that a machine needs from outside itself. The model's procedures are generators: they yield a request,
 * whoever drives them answers with the answer of the same kind, and they return when they are done. Requests of
 * KMS (DNS, a host) are those of kms/engine/client and pass through unchanged.
 */

/** Activation over the internet: one key on one machine, asked of the lab's Microsoft (./microsoft). */
export interface MicrosoftRequest {
  readonly kind: 'microsoft';
  readonly key: LabKey;
  /** Stable identity of the machine: its hardware, so that a reinstalled machine is the same one. */
  readonly hardwareId: string;
  /** The call centre makes an exception; absent: it does not. */
  readonly isException?: boolean;
}

export interface MicrosoftAnswer {
  readonly kind: 'microsoft';
  /** 0 when activated, else the HRESULT (0xC004C008, 0xC004C020, 0x80072EE7 …). */
  readonly hresult: Hresult | 0;
}

/** The activation objects of the forest that a machine is a member of. */
export interface DirectoryRequest {
  readonly kind: 'directory';
  readonly domain: string;
}

/** An activation object with what the model needs beside what the verbs show. */
export interface ForestObject extends ActivationObject {
  readonly displayName: string;
  readonly group: HostGroupId;
}

export interface DirectoryAnswer {
  readonly kind: 'directory';
  /** False: no domain controller answered. */
  readonly reachable: boolean;
  /** False where the schema is older than Windows Server 2012 (K15.1). */
  readonly supported: boolean;
  readonly objects: readonly ForestObject[];
}

/** Writes an activation object into the forest (AD activation online or by phone). */
export interface DirectoryWriteRequest {
  readonly kind: 'directory-write';
  readonly domain: string;
  readonly object: ForestObject;
}

export interface DirectoryWriteAnswer {
  readonly kind: 'directory-write';
  /** 0 when written, else the HRESULT. */
  readonly hresult: Hresult | 0;
}

/** What a guest can learn of the machine whose hypervisor runs it (K15.4). */
export interface HypervisorRequest {
  readonly kind: 'hypervisor';
  readonly host: MachineName;
  readonly guest: MachineName;
  readonly guestCmid: Cmid;
  readonly edition: EditionId;
}

export interface HypervisorAnswer {
  readonly kind: 'hypervisor';
  /** Null: no such machine, or it is stopped. */
  readonly host: {
    readonly name: string;
    readonly edition: EditionId;
    readonly licensed: boolean;
    readonly pid: string;
  } | null;
}

export type ModelRequest = MicrosoftRequest | DirectoryRequest | DirectoryWriteRequest | HypervisorRequest;
export type ModelAnswer = MicrosoftAnswer | DirectoryAnswer | DirectoryWriteAnswer | HypervisorAnswer;

/** Everything that a procedure may ask for, and be resumed with: an answer of the same kind. */
export type OutsideRequest = KmsClientRequest | ModelRequest;
export type OutsideAnswer = KmsClientAnswer | ModelAnswer;

/** A procedure of the model as its driver sees it. */
export type Procedure<T> = Generator<OutsideRequest, T, OutsideAnswer>;

type AnswerTo<R extends OutsideRequest> = Extract<OutsideAnswer, { readonly kind: R['kind'] }>;

function isAnswerTo<R extends OutsideRequest>(answer: OutsideAnswer, request: R): answer is AnswerTo<R> {
  return answer.kind === request.kind;
}

/** Yields one request and gives its answer back typed; a TypeError where the driver answered something else. */
export function* ask<R extends OutsideRequest>(request: R): Procedure<AnswerTo<R>> {
  const answer = yield request;
  if (!isAnswerTo(answer, request)) {
    throw new TypeError(`The machine asked for ${request.kind} and was answered with ${answer.kind}`);
  }
  return answer;
}
