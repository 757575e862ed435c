import { table } from '../../src/cli/output/table';

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
    const [head, row] = table(['Name', 'N'], [['a', 1]], { ...style, colour: true }).split('\n');
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
