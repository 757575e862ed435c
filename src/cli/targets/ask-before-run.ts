import { foldNames } from '../../fleet/targets/fold';
import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import { passphraseQuestion, sshOptions, whoseOfJump } from '../../remote/connect-target';
import { hasNamedSource, passwordQuestion } from '../../remote/credentials';
import type { ConnectionPlan } from '../../remote/plan';
import type { RemotePorts } from '../../remote/ports';
import type { RunAnswers } from '../../remote/run-answers';
import { methodOf, takesPassword } from '../../remote/winrm-method';
import { planRoute } from '../../transports/ssh/route';
import type { HostKeyQuestion, SshConnectOptions } from '../../transports/ssh/settings';
import { firstUnknownKey, mayMeetUnknownKey } from '../../transports/ssh/unknown-host-key';
import { unlockKeys } from '../../transports/ssh/unlock-keys';
import { isTransportError } from '../../transports/transport-error';
import type { Console } from '../console';
import { Refusal } from '../refusal';

interface Asking {
  /** Those of the run, which ask nobody. */
  readonly ports: RemotePorts;
  /** Those that reach the person. */
  readonly userPorts: RemotePorts;
  readonly answers: RunAnswers;
  readonly console: Console;
}

/**
 * Asks for all that the machines of a run will want to know, before it: passwords that no source has, once for each user;
 * passphrases of key files; and the host keys that are not on file, in one question. Keys of machines behind a jump host
 * whose own key is new are asked about in a second one.
 * @throws Refusal where keys are not taken; nothing was sent
 */
export async function askBeforeRun(plans: readonly ConnectionPlan[], asking: Asking): Promise<void> {
  await askPasswords(plans, asking);
  const ways = plans.flatMap((plan) => wayOf(plan, asking));
  await unlockKeys(
    ways.map(({ options }) => options),
    (file) => asking.userPorts.askSecret(passphraseQuestion(file)),
  );
  await askHostKeys(ways, asking);
}

/** A way over SSH that can be planned. */
interface Way {
  readonly name: string;
  readonly options: SshConnectOptions;
  readonly mayMeetUnknown: boolean;
  readonly hasJump: boolean;
}

/** Most milliseconds that a machine has to show its key: it may be away, and all of them are waited for. */
const patience = { connect: 5_000, handshake: 10_000 };

function wayOf(plan: ConnectionPlan, { ports }: Asking): readonly Way[] {
  if (plan.transport !== 'ssh') return [];
  const { timeouts, ...rest } = sshOptions(plan, { ports });
  const options = {
    ...rest,
    timeouts: {
      ...timeouts,
      connect: Math.min(timeouts.connect, patience.connect),
      connectIsSaid: true,
      handshake: Math.min(timeouts.handshake, patience.handshake),
    },
  };
  try {
    const mayMeetUnknown = mayMeetUnknownKey(options);
    const hasJump = planRoute(options.target, options.ports).length > 1;
    return [{ name: plan.name, options, mayMeetUnknown, hasJump }];
  } catch (error) {
    // What is wrong with the way is told where it is gone.
    if (isTransportError(error)) return [];
    throw error;
  }
}

/** The questions that connections would ask, by what they have in common. */
interface PasswordQuestion {
  readonly whose: string;
  readonly questions: readonly string[];
}

async function askPasswords(plans: readonly ConnectionPlan[], { userPorts, answers }: Asking): Promise<void> {
  for (const { whose, questions } of passwordsOf(plans, userPorts.env)) {
    const secret = await userPorts.askSecret(passwordQuestion(whose));
    if (secret === null) return;
    for (const question of questions) answers.keep(question, secret);
  }
}

function passwordsOf(plans: readonly ConnectionPlan[], env: RemotePorts['env']): readonly PasswordQuestion[] {
  const users = new Map<string, ConnectionPlan[]>();
  const jumps = new Set<string>();
  for (const plan of plans) {
    for (const { address, password } of plan.jump ?? []) if (password === 'prompt') jumps.add(address);
    if (plan.user === undefined || !needsPassword(plan, env)) continue;
    const same = users.get(plan.user);
    if (same === undefined) users.set(plan.user, [plan]);
    else same.push(plan);
  }
  return [
    ...Array.from(jumps, (address) => {
      const whose = whoseOfJump(address);
      return { whose, questions: [passwordQuestion(whose)] };
    }),
    ...Array.from(users, ([user, ofUser]) => ({
      whose: whoseOf(user, ofUser),
      questions: ofUser.map(({ password }) => passwordQuestion(password.whose)),
    })),
  ];
}

/** Whether signing in will come to asking for the password. Over SSH a key may do, unless the prompt is said. */
function needsPassword(plan: ConnectionPlan, env: RemotePorts['env']): boolean {
  if (hasNamedSource(plan.password, env)) return false;
  return plan.transport === 'ssh' ? plan.password.configured === 'prompt' : takesPassword(methodOf(plan));
}

const shownCharacters = 300;

function whoseOf(user: string, plans: readonly ConnectionPlan[]): string {
  const [only, ...others] = plans;
  if (only !== undefined && others.length === 0) return only.password.whose;
  const folded = foldNames(plans.map(({ name }) => name));
  const names = folded.length > shownCharacters ? `${folded.slice(0, shownCharacters)}…` : folded;
  return `${user} on ${plans.length} machines (${names})`;
}

const lookedAtOnce = 32;
/** As a run has it: an SSH server drops others beyond ten that have not signed in. */
const throughJumpsAtOnce = 8;

async function askHostKeys(all: readonly Way[], { userPorts, answers, console }: Asking): Promise<void> {
  let ways = all.filter(({ mayMeetUnknown }) => mayMeetUnknown);
  while (ways.length > 0) {
    const found = await lookAtKeys(ways, console);
    const unknown = found.flatMap(({ way, key }) =>
      key === null ? [] : [{ name: way.name, question: key.question }],
    );
    if (unknown.length === 0) return;
    if ((await userPorts.askYesNo(keysText(unknown))) !== true) {
      throw new Refusal('Nothing was sent. --exclude leaves machines out whose key is not to be trusted.');
    }
    for (const { question } of unknown) answers.trust(question);
    ways = found.flatMap(({ way, key }) => (key === null || key.isTargets ? [] : [way]));
  }
}

async function lookAtKeys(
  ways: readonly Way[],
  console: Console,
): Promise<readonly { readonly way: Way; readonly key: Awaited<ReturnType<typeof firstUnknownKey>> }[]> {
  const atOnce = ways.some(({ hasJump }) => hasJump) ? throughJumpsAtOnce : lookedAtOnce;
  let looked = 0;
  const show = (): void => console.progress(`host keys: ${looked} of ${ways.length} machines looked at`);
  show();
  try {
    return await mapWithLimit(ways, atOnce, async (way) => {
      const key = await firstUnknownKey(way.options);
      looked += 1;
      show();
      return { way, key };
    });
  } finally {
    console.progress('');
  }
}

/** The question: a line for each key, with the machines that show it. */
function keysText(unknown: readonly { readonly name: string; readonly question: HostKeyQuestion }[]): string {
  const byKey = new Map<string, { readonly question: HostKeyQuestion; readonly names: string[] }>();
  for (const { name, question } of unknown) {
    const key = `${question.host} ${question.keyType} ${question.fingerprint}`;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, { question, names: [name] });
    else same.names.push(name);
  }
  const keys = [...byKey.values()].map(
    ({ question: { host, keyType, fingerprint }, names }) =>
      `  ${foldNames(names)} (${host}): ${keyType} ${fingerprint}\n`,
  );
  const count = keys.length === 1 ? '1 host key is' : `${keys.length} host keys are`;
  return `${count} not on file:\n${keys.join('')}${keys.length === 1 ? 'Is that its key' : 'Are these their keys'} (yes/no)? `;
}
