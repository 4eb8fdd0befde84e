/** What `npm run bench` can measure, and how its result is told. */
export interface Measurement {
  name: string;
  title: string;
  /** What is measured, and how its figures are to be read. */
  about: string;
  run(options: BenchOptions, say: (line: string) => void): Promise<Finding>;
}

export interface Finding {
  /** As it is printed and stands in docs/performance.md: tables in Markdown. */
  text: string;
  /** The figures themselves, for `--json`. */
  figures: unknown;
}

export interface BenchOptions {
  orders: number;
  concurrency: number;
  workers: number;
  store: 'memory' | 'file';
  /** How many orders there are in the tables, from few to many. */
  sizes: number[];
  subscribers: number;
  open: number;
  seconds: number;
  minutes: number;
  /** Orders a second. */
  rate: number;
}

/** A table in Markdown; the first row is its head. Numbers stand to the right. */
export function table(rows: (string | number)[][]): string {
  const [head = [], ...body] = rows;
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_cell, column) => (body.every((row) => typeof row[column] === 'number') ? '--:' : '---'));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

/** With three digits that count. */
export const brief = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
