import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario';
import type { World, WorldRecord } from '../world';
import { WORKERS } from '../system/startSystem';
import type { Outcome } from './outcome';
import { runVerify } from './runVerify';
import { sweepOnce } from './sweepOnce';
import { tendOrders } from './tendOrders';

const SETTLE_MS = 120_000;
const ACKNOWLEDGE_MS = 60_000;
const MOST_TOLD = 20;

/** Runs the scenario, takes its faults away, waits for its orders, and has the records compared with each other. */
export async function judgeScenario(
  { world, record }: { world: World; record: WorldRecord },
  scenario: Scenario,
  seed: number,
): Promise<Outcome> {
  const startedAt = Date.now();
  const before = await lastEffect(world);
  await scenario.run(world).catch((error: unknown) => world.breach(`the scenario failed: ${tell(error)}`));
  await world.heal();
  const healedAt = record.healedAt ?? Date.now();

  await Promise.all(record.loads.map((load) => load.end(ACKNOWLEDGE_MS)));
  const faults = record.loads.flatMap((load) => load.faults);
  faults.slice(0, MOST_TOLD).forEach((fault) => world.breach(fault));
  if (faults.length > MOST_TOLD) world.breach(`and ${faults.length - MOST_TOLD} more answers like these`);
  const ids = [
    ...new Set([
      ...record.acknowledged.keys(),
      ...record.loads.flatMap((load) => load.acknowledged.map(({ id }) => id)),
    ]),
  ];
  const states = await tendOrders(world, ids, scenario.settleMs ?? SETTLE_MS);
  const known = new Set(states.map(({ id }) => id));
  for (const id of ids.filter((id) => !known.has(id))) world.breach(`${id} was acknowledged and is not on record`);
  for (const { id } of states.filter((state) => state.lostWorkflow && !scenario.losesWorkflows))
    world.breach(`${id} lost its workflow`);
  await world
    .until('all processes are back', () => areAllBack(world))
    .then(() => sweepOnce(world.system))
    .catch((error: unknown) => world.breach(tell(error)));

  const acknowledgedFile = join(world.system.folder, 'acknowledged.txt');
  writeFileSync(acknowledgedFile, ids.map((id) => `${id}\n`).join(''));
  const { runFile, logs } = world.system.launched;
  for (const breach of await runVerify({ runFile, logs, acknowledgedFile })) world.breach(breach);

  const closed = states.flatMap(({ closedAt }) => (closedAt !== null && closedAt > healedAt ? [closedAt] : []));
  const open = states.filter(({ closedAt }) => closedAt === null);
  const since = (at: number | undefined) => (at === undefined ? null : Math.round(at - healedAt));
  return {
    ...{ id: scenario.id, title: scenario.title, seed, orders: ids.length },
    effects: (await lastEffect(world)) - before,
    firstMs: since(closed.length === 0 ? undefined : Math.min(...closed)),
    allMs: open.length > 0 || closed.length === 0 ? null : since(Math.max(...closed)),
    tookMs: Date.now() - startedAt,
    ...{ notes: record.notes, breaches: record.breaches },
    stuck: open.map(({ id, status, statusReason }) => `${id} is ${status} (${statusReason ?? 'no reason'})`),
  };
}

const tell = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function lastEffect(world: World): Promise<number> {
  const { data } = await world.until('the ledger is read', () => world.sandbox<{ data: unknown[] }>('/ledger'));
  return data.length;
}

async function areAllBack(world: World): Promise<true | undefined> {
  const { launched } = world.system;
  if (launched.pidsOf('worker').length < WORKERS || launched.run().workers.length < WORKERS) return undefined;
  const { status } = await world.ops('GET', '/readyz');
  return status === 200 ? true : undefined;
}
