export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Scrape {
  samples: Sample[];
  /** Sum of what has all of these labels; undefined when there is none. */
  value(name: string, labels?: Record<string, string>): number | undefined;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g;
const SUFFIX = { histogram: /_(bucket|sum|count)$/, summary: /_(sum|count)$/, counter: null, gauge: null } as const;

/** What Prometheus would read there, by the strictness of its text format: each sample under its HELP and TYPE, and none twice. */
export async function scrape(...urls: string[]): Promise<Scrape> {
  const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  return collect(texts.flatMap(parse));
}

export function collect(samples: Sample[]): Scrape {
  return {
    samples,
    value(name, labels = {}) {
      const found = samples.filter(
        (sample) => sample.name === name && Object.entries(labels).every(([label, of]) => sample.labels[label] === of),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function parse(text: string): Sample[] {
  let family: { name: string; type: keyof typeof SUFFIX } | undefined;
  const helped = new Set<string>();
  const seen = new Set<string>();
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const [, keyword, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') helped.add(of);
    if (keyword === 'TYPE') family = { name: of, type: rest as keyof typeof SUFFIX };
    if (keyword !== undefined) return [];
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const base = family && SUFFIX[family.type] ? name.replace(SUFFIX[family.type] ?? '', '') : name;
    if (name === '' || base !== family?.name || !helped.has(base)) throw new Error(`not the text format: ${line}`);
    if (!/^([+-]?\d|nan$|\+Inf$)/i.test(value)) throw new Error(`no number: ${line}`);
    if (seen.has(`${name}{${labels}}`)) throw new Error(`told twice: ${line}`);
    seen.add(`${name}{${labels}}`);
    const pairs = [...labels.matchAll(LABEL)];
    if (pairs.map(([pair]) => pair).join('') !== labels) throw new Error(`labels that can't be read: ${line}`);
    return [
      {
        name,
        labels: Object.fromEntries(pairs.map(([, label = '', of = '']) => [label, of])),
        value: Number(value.replace('+Inf', 'Infinity')),
      },
    ];
  });
}
