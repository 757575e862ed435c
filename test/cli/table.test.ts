import * as fc from 'fast-check';
import { unsealed } from '../../src/cli/output/colour-seal';
import { table } from '../../src/cli/output/table';
import { tsvLine } from '../../src/cli/output/tsv';

const style = { colour: false, terminal: false, width: 80 };

describe('tables', () => {
  test('columns are in line, empty cells are dashes, lines have no blanks at their ends', () => {
    expect(
      table(
        ['Name', 'N'],
        [
          ['a', 1],
          ['longer', null],
          ['', true],
        ],
        style,
      ),
    ).toBe('Name    N\na       1\nlonger  -\n-       yes\n');
  });

  test('columns stay in line over many rows, whatever stands in them', () => {
    const rows = Array.from({ length: 1000 }, (_, at) => [`m${at}`, at === 777 ? '設定\u001b[31m' : 'x', at]);
    const lines = table(['Machine', 'Text', 'At'], rows, style).trimEnd().split('\n');
    expect(lines).toHaveLength(1001);
    expect(lines[778]).toContain('設定');
    for (const line of lines.slice(1).filter((one) => one.includes(' x '))) {
      expect(line.indexOf('x')).toBe(lines[0]!.indexOf('Text'));
    }
  });

  test('colours take no room', () => {
    const [head, row] = unsealed(table(['Name', 'N'], [['a', 1]], { ...style, colour: true })).split('\n');
    expect(head).toBe('\u001b[1mName\u001b[22m  \u001b[1mN\u001b[22m');
    expect(row).toBe('a     1');
  });

  test('time grows with the rows, not with their square', () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [
      `machine-${at}`,
      'Windows 7 Enterprise',
      'running',
    ]);
    const begun = process.cpuUsage().user;
    table(['Machine', 'Product', 'State'], rows, style);
    // A second or so; by the square of the rows it would be half a minute.
    expect(process.cpuUsage().user - begun).toBeLessThan(12_000_000);
  });
});

describe('tables at a terminal', () => {
  const at = (width: number) => ({ colour: false, terminal: true, width });
  const head = ['Machine', 'Product', 'State'];
  const rows = [
    ['PC-001', 'Windows 11 Enterprise LTSC 2024', 'running'],
    ['PC-002', 'Windows 7 Professional', 'stopped, virtual, standard user'],
  ];

  test('what fits stands as in a pipe', () => {
    expect(table(head, rows, at(200))).toBe(table(head, rows, style));
  });

  test('the widest columns give way, at blanks', () => {
    expect(table(head, rows, at(46))).toBe(
      [
        'Machine  Product             State',
        'PC-001   Windows 11          running',
        '         Enterprise LTSC',
        '         2024',
        'PC-002   Windows 7           stopped, virtual,',
        '         Professional        standard user',
        '',
      ].join('\n'),
    );
  });

  test('where the longest words are too wide, a row is a block of lines', () => {
    expect(table(['Name', 'Key'], [['a', 'x'.repeat(30)]], at(20))).toBe(
      `Name: a\nKey:\n      ${'x'.repeat(30)}\n`.replace('Key:\n     ', 'Key: '),
    );
  });

  test('no line is too long and no word is lost, whatever the width', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const cell = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    const some = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, fc.integer({ min: 30, max: 120 }), (cells, width) => {
        const lines = table(['One', 'Two', 'Three'], cells, at(width)).trimEnd().split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        const wordsOf = (text: string): readonly string[] => text.split(/\s+/).sort();
        expect(wordsOf(lines.join(' '))).toEqual(wordsOf(`One Two Three ${cells.flat().join(' ')}`));
      }),
    );
  });

  test('tab-separated cells hold no tab and no line end', () => {
    expect(tsvLine(['a\tb', 'c\r\nd', null, true, 0])).toBe('a b\tc d\t\tyes\t0\n');
  });
});
