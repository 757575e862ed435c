import { version } from '../../package.json';
import { internalError } from '../../src/cli/internal-error';

describe('what is said of a defect', () => {
  test('is one line that asks for a report and for --debug', () => {
    expect(internalError(new TypeError('x is not a function.'), false)).toBe(
      `slmgr: internal error in version ${version}: x is not a function. This is a defect: please report it, with what --debug adds.\n`,
    );
  });

  test('has the stack with --debug, and does not ask for it', () => {
    const error = new Error('lost');
    const [line, ...stack] = internalError(error, true).split('\n');
    expect(line).toMatch(/: lost\. This is a defect: please report it\.$/);
    expect(stack.join('\n')).toBe(`${error.stack ?? ''}\n`);
  });

  test.each([
    ['a text', 'just a text', 'just a text'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 5 }, ''],
    ['an error without a message', new Error(''), ''],
  ])('takes %s that was thrown', (_name, thrown, told) => {
    for (const debug of [false, true]) {
      const said = internalError(thrown, debug);
      expect(said).toContain(told);
      expect(said.split('\n')[0]).toMatch(/^slmgr: internal error in version \S+: .*This is a defect/);
    }
  });

  test('is bounded, of one line and harmless, whatever the error says', () => {
    const said = internalError(new Error(`a\n\u001b]0;x\u0007\u202e${'y'.repeat(100_000)}`), false);
    expect(said.length).toBeLessThan(600);
    expect(said.indexOf('\n')).toBe(said.length - 1);
    // eslint-disable-next-line no-control-regex -- control characters are what it is about
    expect(said.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});
