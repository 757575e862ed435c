/**
 * A process that uses an estate, for the tests that run many of it at once or kill it. Modes: `activate FOLDER
 * NAME...` (says each name when its attempt is recorded), `advance FOLDER ISO` (says `at TIME` after
 * each transaction, then `done`).
 */
import { writeSync } from 'node:fs';
import type { Laboratory } from '../../src/lab/estate/laboratory';
import { perform, setClock } from '../../src/lab/estate/perform';
import { invokeMethod } from '../../src/lab/model/methods';
import { openStore } from '../../src/lab/store/open-store';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import { start } from '../lab/estate/laboratories';

function laboratoryAt(folder: string): Laboratory {
  return { store: openStore(folder), realNow: () => start, freshSeed: () => 1, catalogue: catalogue() };
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function activate(laboratory: Laboratory, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { result } = await perform(laboratory, name, (state, context) => {
      const product = state.products.find(({ key }) => key !== null);
      return invokeMethod(
        state,
        { class: 'SoftwareLicensingProduct', key: product?.activationId ?? '', method: 'Activate', args: {} },
        context,
      );
    });
    say(`${name} ${result.ok ? 'ok' : result.hresult.toString(16)}`);
  }
}

async function main([mode = '', folder = '', ...rest]: readonly string[]): Promise<void> {
  const laboratory = laboratoryAt(folder);
  if (mode === 'activate') await activate(laboratory, rest);
  else if (mode === 'advance') {
    await setClock(laboratory, Date.parse(rest[0] ?? ''), {
      onProgress: ({ at }) => {
        say(`at ${at}`);
      },
    });
    say('done');
  } else throw new Error(`no such mode: ${mode}`);
  laboratory.store.close();
}

void main(process.argv.slice(2));
