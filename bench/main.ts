import { parseArgs } from 'node:util';
import type { BenchOptions, Measurement } from './measurement';
import { carts } from './measurements/carts';
import { hotSku } from './measurements/hotSku';
import { lists } from './measurements/lists';
import { openOrders } from './measurements/openOrders';
import { orders } from './measurements/orders';
import { reads } from './measurements/reads';
import { soak } from './measurements/soak';
import { streams } from './measurements/streams';
import { describeMachine, writeFinding } from './report';

const MEASUREMENTS: readonly Measurement[] = [orders, hotSku, carts, reads, lists, streams, openOrders, soak];
const USAGE = `npm run bench -- [options]      measures a system of its own; 500 orders from submission to delivered, if nothing else is said

  --only NAMES       which, with commas: ${MEASUREMENTS.map(({ name }) => name).join(', ')}
  --all              all of them
  --orders N         how many orders, for orders (500)
  --concurrency C    how many are submitted at once (20)
  --workers W        how many worker processes (1)
  --store S          where Temporal keeps its state: memory or file (memory)
  --sizes N,N,…      how many orders there are, for lists (1000,10000,100000,1000000)
  --subscribers N    for streams (1000)
  --open N           for open (10000)
  --seconds N        for each kind of read, for reads (10)
  --minutes N        for soak (30)
  --rate N           orders a second, for soak (3)
  --json             print the figures as JSON, a line for each measurement
  --write            write what was found into docs/performance.md
`;

function readOptions(args: string[]): { chosen: Measurement[]; options: BenchOptions; json: boolean; write: boolean } {
  const text = (standard: string) => ({ type: 'string' as const, default: standard });
  const flag = { type: 'boolean' as const, default: false };
  const { values } = parseArgs({
    args,
    options: {
      only: text('orders'),
      ...{ orders: text('500'), concurrency: text('20'), workers: text('1'), store: text('memory') },
      ...{ sizes: text('1000,10000,100000,1000000'), subscribers: text('1000'), open: text('10000') },
      ...{ seconds: text('10'), minutes: text('30'), rate: text('3') },
      ...{ all: flag, json: flag, write: flag, help: flag },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const number = (
    name: 'orders' | 'concurrency' | 'workers' | 'subscribers' | 'open' | 'seconds' | 'minutes' | 'rate',
  ) => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} has to be a number above 0\n\n${USAGE}`);
    return value;
  };
  const names = values.all ? MEASUREMENTS.map(({ name }) => name) : values.only.split(',');
  const chosen = names.map((wanted) => {
    const found = MEASUREMENTS.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`there is no measurement ${wanted}\n\n${USAGE}`);
    return found;
  });
  const { store } = values;
  if (store !== 'memory' && store !== 'file') throw new Error(`--store has to be memory or file\n\n${USAGE}`);
  const sizes = values.sizes.split(',').map(Number);
  if (sizes.some((size, index) => !(size > (sizes[index - 1] ?? 0))))
    throw new Error('--sizes have to grow, from 1 on');
  return {
    chosen,
    json: values.json,
    write: values.write,
    options: {
      ...{ store, sizes, orders: number('orders'), concurrency: number('concurrency'), workers: number('workers') },
      ...{ subscribers: number('subscribers'), open: number('open'), seconds: number('seconds') },
      ...{ minutes: number('minutes'), rate: number('rate') },
    },
  };
}

async function main(): Promise<void> {
  const { chosen, options, json, write } = readOptions(process.argv.slice(2));
  const say = (line: string) => console.error(line);
  say(describeMachine());
  for (const measurement of chosen) {
    say(`measuring: ${measurement.title}`);
    const finding = await measurement.run(options, say);
    if (json) console.log(JSON.stringify({ name: measurement.name, figures: finding.figures }));
    else console.log(`\n${measurement.title}\n\n${finding.text}\n`);
    if (write) await writeFinding(measurement, finding);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
