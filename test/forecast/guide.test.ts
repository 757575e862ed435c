import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InProcess } from '../storm/in-process';

const guide = readFileSync(resolve(__dirname, '../../docs/forecast.md'), 'utf8');
const blocks = [
  ...guide.matchAll(/^```console\n\$ slmgr forecast examples (\S+) \| slmgr forecast -\n([^`]+)```$/gm),
].map(([, name = '', printed = '']) => [name, printed] as const);

const program = new InProcess(null, 150_000);
afterAll(() => program.remove());

test('the guide prints an example for each verdict', () => {
  const all = blocks.map(([, printed]) => printed).join('');
  const verdicts = ['are licensed', 'activation begins', 'ever activated', 'one KMS host', 'home every'];
  for (const words of [...verdicts, 'one CMID', 'refused', 'evaluations are over', 'MAK pool', 'Load:']) {
    expect(all).toContain(words);
  }
});

test.each(blocks)(
  '%s says what the guide prints',
  async (name, printed) => {
    const scenario = await program.ok('forecast', 'examples', name);
    const { status, out, err } = await program.run(['forecast', '-'], scenario);
    expect({ status, err, out: out.slice(0, printed.length) }).toEqual({ status: 0, err: '', out: printed });
  },
  180_000,
);
