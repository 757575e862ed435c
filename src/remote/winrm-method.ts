import { type ConnectionPlan, PlanError } from './plan';

const methods = ['basic', 'ntlm', 'kerberos', 'certificate'] as const;

/** How WinRM signs in. */
export type WinrmMethod = (typeof methods)[number];

/** The method of a plan. @throws PlanError for one that is not known, or lacks what it needs */
export function methodOf({ auth, tls }: Pick<ConnectionPlan, 'auth' | 'tls'>): WinrmMethod {
  const chosen = auth ?? (tls.certFile === undefined ? 'ntlm' : 'certificate');
  const method = methods.find((known) => known === chosen);
  if (method === undefined) throw new PlanError(`--auth ${chosen} is not known; ${methods.join(', ')} are`);
  if (method === 'certificate' && tls.certFile === undefined)
    throw new PlanError('--auth certificate needs --cert-file and --key-file');
  return method;
}

/** Whether a method signs in with a password. */
export function takesPassword(method: WinrmMethod): boolean {
  return method === 'basic' || method === 'ntlm';
}
