import fc from 'fast-check';
import { readableErrors } from '../../../src/providers/windows/bridge/clixml';
import {
  findPrinted,
  newTicket,
  printedAnswer,
  printedFailure,
} from '../../../src/providers/windows/bridge/envelope';
import { answerIn } from '../../../src/providers/windows/bridge/powershell-runner';
import { type BridgeAnswer } from '../../../src/providers/windows/bridge/protocol';

const host = {
  ...{ computer: 'S', user: null, elevated: null, languageMode: null },
  ...{ powerShell: null, system: null, now: null },
};
const answer = (value: string): BridgeAnswer => ({ v: 1, host, results: [{ ok: true, value }] });
const outcome = (stdout: string, stderr = '', exitCode = 0): Parameters<typeof answerIn>[0] => ({
  ...{ stdout, stderr, exitCode, signal: null },
});

/** What a console of this width makes of a text. */
function wrapped(text: string, width: number, end: string): string {
  return text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${String(width)}}`, 'gs')) ?? [''])
    .join(end);
}

describe('the answer in a standard output', () => {
  test('is the one to this request, not an older one that noise repeats', () => {
    const [old, now] = [newTicket(), newTicket()];
    const noise = printedAnswer(answer('old'), old);
    const mixed = `${noise}#slmgr-answer:${old}\n#slmgr-answer:\n${printedAnswer(answer('new'), now)}${noise}`;
    expect(answerIn(outcome(mixed), now).results).toEqual([{ ok: true, value: 'new' }]);
    expect(() => answerIn(outcome(noise), now)).toThrow(/no answer that can be read/);
    expect(() => answerIn(outcome(noise + printedFailure('broken')), now)).toThrow(/broken/);
  });

  test('is found however a console wrapped it, in whatever noise', () => {
    const anything = fc.string({ unit: fc.constantFrom('#', 's', 'l', ':', '-', '\n', '\r', 'A', '=', ' ') });
    fc.assert(
      fc.property(
        fc.record({
          value: fc.string({ unit: 'grapheme' }),
          before: anything,
          after: anything,
          width: fc.integer({ min: 1, max: 120 }),
          end: fc.constantFrom('\n', '\r\n', '\u001b[K\r\n', '\0\n'),
        }),
        ({ value, before, after, width, end }) => {
          const ticket = newTicket();
          const text = `${before}\n${printedAnswer(answer(value), ticket)}${after}`;
          expect(answerIn(outcome(wrapped(text, width, end)), ticket).results).toEqual([{ ok: true, value }]);
        },
      ),
    );
  });

  test('without a ticket only a failure counts: the far side could not read its input', () => {
    const ticket = newTicket();
    expect(findPrinted(printedAnswer(answer('x'), ''), ticket)).toBeNull();
    expect(findPrinted(printedFailure('no request'), ticket)).toEqual({
      kind: 'failure',
      message: 'no request',
    });
  });
});

describe('the error stream of PowerShell', () => {
  const clixml = (inner: string): string =>
    `#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${inner}</Objs>`;

  test('is read out of its XML: texts, escapes and colours', () => {
    const text = clixml(
      '<S S="Error">_x001B_[31;1mAccess &lt;denied&gt; &amp; more_x000D__x000A_</S><Obj S="progress" RefId="0"/><S S="Error">at line &#49;</S><S S="Warning">careful</S>',
    );
    expect(readableErrors(text)).toBe('Access <denied> & more\r\nat line 1');
    expect(readableErrors(text + text)).toBe(
      'Access <denied> & more\r\nat line 1Access <denied> & more\r\nat line 1',
    );
  });

  test('progress alone says nothing, and other text stays', () => {
    expect(readableErrors(clixml('<Obj S="progress" RefId="0"><TN RefId="0"/></Obj>'))).toBe('');
    expect(readableErrors('bash: powershell.exe: command not found')).toBe(
      'bash: powershell.exe: command not found',
    );
  });

  test('never reaches a message as XML', () => {
    const stderr = clixml('<S S="Error">The policy says no._x000D__x000A_</S>');
    expect(() => answerIn(outcome('', stderr, 1), newTicket())).toThrow(
      'exit status 1): The policy says no.',
    );
  });
});
