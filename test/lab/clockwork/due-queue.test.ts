import fc from 'fast-check';
import { DueQueue, isBefore } from '../../../src/lab/clockwork/due-queue';

const names = ['a', 'b', 'c', 'pc-001', 'pc-002', 'pc-010'] as const;
const setting = fc.record({
  name: fc.constantFrom(...names),
  at: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
});

describe('the queue of what is due', () => {
  test('gives everything by time, and by name at one time, whatever was set before', () => {
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 60 }), (settings) => {
        const queue = new DueQueue();
        const wanted = new Map<string, number>();
        for (const { name, at } of settings) {
          queue.set(name, at);
          if (at === null) wanted.delete(name);
          else wanted.set(name, at);
        }
        const expected = [...wanted]
          .map(([name, at]) => ({ name, at }))
          .sort((one, other) => (isBefore(one, other) ? -1 : 1));
        const got = [];
        for (let first = queue.first(); first !== null; first = queue.first()) {
          got.push({ name: first.name, at: first.at });
          queue.set(first.name, null);
        }
        expect(got).toEqual(expected);
      }),
    );
  });

  test('a name that is put off comes later, looked at or not', () => {
    const queue = new DueQueue();
    queue.set('a', 1);
    queue.set('b', 2);
    expect(queue.first()).toEqual({ name: 'a', at: 1 });
    queue.set('a', 3);
    expect(queue.first()).toEqual({ name: 'b', at: 2 });
    queue.set('b', null);
    expect(queue.first()).toEqual({ name: 'a', at: 3 });
    queue.set('a', null);
    expect(queue.first()).toBeNull();
  });
});
