import { escapeHtml } from '../../render/escape-html';
import { number } from './words';

const colours = [
  '#2a7d3f',
  '#3b82c4',
  '#d9a514',
  '#c2410c',
  '#6b7280',
  '#7c3aed',
  '#0d9488',
  '#be185d',
  '#4d7c0f',
  '#1e3a8a',
];
const size = { width: 900, height: 300, left: 70, right: 10, top: 10, bottom: 30 } as const;
/** Points of a line at most: more than a screen has are left out. */
const greatestPoints = 450;

/** One quantity through the days of a chart. */
export interface ChartLine {
  readonly name: string;
  readonly values: readonly number[];
}

/** Quantities on top of each other, as SVG. */
export function stackedChart(title: string, days: readonly number[], bands: readonly ChartLine[]): string {
  const shown = bands.filter(({ values }) => values.some((value) => value > 0));
  const totals = days.map((_, at) => shown.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  const frame = new Frame(days, Math.max(1, ...totals));
  const below = days.map(() => 0);
  const areas = shown.map(({ values }, band) => {
    const lower = [...below];
    for (const [at, value] of values.entries()) below[at] = (below[at] ?? 0) + value;
    const points = [...frame.points(below), ...frame.points(lower).reverse()];
    return `<polygon points="${points.join(' ')}" fill="${colour(band)}"/>`;
  });
  return frame.drawn(title, areas) + key(shown);
}

/** Quantities beside each other, as SVG. */
export function lineChart(title: string, days: readonly number[], lines: readonly ChartLine[]): string {
  const frame = new Frame(days, Math.max(1, ...lines.flatMap(({ values }) => values)));
  const drawn = lines.map(
    ({ values }, line) =>
      `<polyline points="${frame.points(values).join(' ')}" fill="none" stroke="${colour(line)}" stroke-width="2"/>`,
  );
  return frame.drawn(title, drawn) + key(lines);
}

function colour(index: number): string {
  return colours[index % colours.length] ?? '#000000';
}

function key(lines: readonly ChartLine[]): string {
  const words = lines.map(
    ({ name }, at) => `<span style="background:${colour(at)}"></span>${escapeHtml(name)}`,
  );
  return `<p class="key">${words.join('')}</p>`;
}

/** Axes and scales of a chart. */
class Frame {
  readonly #days: readonly number[];
  readonly #most: number;

  constructor(days: readonly number[], most: number) {
    this.#days = days;
    this.#most = most;
  }

  points(values: readonly number[]): string[] {
    const step = Math.max(1, Math.ceil(values.length / greatestPoints));
    return values.flatMap((value, at) =>
      at % step === 0 || at === values.length - 1
        ? [`${this.#x(this.#days[at] ?? 0).toFixed(1)},${this.#y(value).toFixed(1)}`]
        : [],
    );
  }

  /** @param title what it shows, said to whoever does not see it */
  drawn(title: string, inner: readonly string[]): string {
    const { width, height, left, bottom } = size;
    const last = this.#days.at(-1) ?? 0;
    const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
      const y = this.#y(part * this.#most);
      const x = this.#x(part * last);
      return (
        `<line x1="${left}" x2="${width - size.right}" y1="${y}" y2="${y}" stroke="currentColor" stroke-opacity=".2"/>` +
        `<text x="${left - 6}" y="${y + 4}" text-anchor="end">${number(Math.round(part * this.#most))}</text>` +
        `<text x="${x}" y="${height - bottom + 18}" text-anchor="middle">${number(Math.round(part * last))}</text>`
      );
    });
    return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${inner.join('')}${marks.join('')}</svg>`;
  }

  #x(day: number): number {
    const last = this.#days.at(-1) ?? 1;
    return size.left + (day / Math.max(last, 1e-9)) * (size.width - size.left - size.right);
  }

  #y(value: number): number {
    return size.height - size.bottom - (value / this.#most) * (size.height - size.top - size.bottom);
  }
}
