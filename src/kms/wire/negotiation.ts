import { contextReasons, contextResults, defaultFragment, minimumFragment } from './constants';
import { type PresentationContext } from './pdu-bind';
import { type ContextResult } from './pdu-bind-ack';
import { isFeatureNegotiation, ndrSyntax, sameSyntax, serves, type SyntaxId } from './syntax';
import { nilUuid } from './uuid';

const nilSyntax: SyntaxId = { uuid: nilUuid, major: 0, minor: 0 };

/** The features that the negotiation of MS-RPCE 3.3.1.5.3 can accept: none of them is offered here. */
const acceptedFeatures = 0;

/**
 * Decides one presentation context (C706 12.6.3.1, MS-RPCE 3.3.1.5.3). Another interface than the one offered is
 * rejected with "abstract syntax not supported", whoever asks.
 */
export function decideContext(context: PresentationContext, offered: SyntaxId): ContextResult {
  if (!serves(offered, context.abstractSyntax)) {
    return reject(contextReasons.abstractSyntaxNotSupported);
  }
  if (context.transferSyntaxes.some((syntax) => sameSyntax(syntax, ndrSyntax))) {
    return {
      result: contextResults.acceptance,
      reason: contextReasons.notSpecified,
      transferSyntax: ndrSyntax,
    };
  }
  if (context.transferSyntaxes.some(isFeatureNegotiation)) {
    return { result: contextResults.negotiateAck, reason: acceptedFeatures, transferSyntax: nilSyntax };
  }
  return reject(contextReasons.transferSyntaxesNotSupported);
}

/** The result for one context too many. */
export function rejectForLimit(): ContextResult {
  return reject(contextReasons.localLimitExceeded);
}

function reject(reason: number): ContextResult {
  return { result: contextResults.providerRejection, reason, transferSyntax: nilSyntax };
}

/** The fragment size that both sides can use: within what every implementation must take and what is offered. */
export function negotiateFragment(proposed: number): number {
  return Math.min(Math.max(proposed, minimumFragment), defaultFragment);
}
