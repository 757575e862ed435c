import { catalogue } from '../../licensing/catalogue/catalogue';
import type { OptionValues } from '../argv/option-values';
import type { OptionName } from '../options';
import { Refusal } from '../refusal';
import type { VerbCall } from '../runs/verb-turn';
import { remoteOptionNames } from '../targets/remote-options';

const ofEachWorker: readonly OptionName[] = [
  ...remoteOptionNames.filter((name) => name !== 'targets' && name !== 'timeout'),
  'concurrency',
  'snapshot',
];

/** Says no to options that belong to a worker. @throws Refusal; nothing is handed over then */
export function refuseUnshared(options: OptionValues): void {
  const name = ofEachWorker.find((each) => options[each] !== undefined);
  if (name === undefined) return;
  throw new Refusal(
    `--${name} and --shared cannot be said together: each worker has a way, credentials and a concurrency of its own.`,
  );
}

/** Says no to what a line has that must not be in the database, or that only this computer has. @throws Refusal */
export function refuseUnshareable(call: VerbCall, options: OptionValues): void {
  refuseUnshared(options);
  if (call.target.kind === 'remote' && call.target.account !== null) {
    throw new Refusal(
      'A shared run has no user and no password on its line: each worker signs in by its own sources.',
    );
  }
  for (const [at, word] of call.args.entries()) {
    const parameter = call.verb.parameters[at];
    if (parameter?.holds === 'file') {
      throw new Refusal(
        `/${call.verb.name} reads a file of this computer, which the workers do not have: it is not shared.`,
      );
    }
    const isOwnKey =
      parameter?.name === 'productKey' && catalogue().editionsOfSetupKey(word.trim()).length === 0;
    if (parameter?.secret !== true && !isOwnKey) continue;
    throw new Refusal(
      `/${call.verb.name} has a secret on its line, which would be kept in the database: a shared run has published setup keys alone.`,
    );
  }
}
