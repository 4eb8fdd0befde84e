import { join } from 'node:path';
import { judgeScenario } from './judge/judgeScenario';
import { isGood, type Outcome } from './judge/outcome';
import { keepEvidence } from './keepEvidence';
import { createRandom } from './random';
import type { Scenario } from './scenario';
import { createSystemKeeper, type SystemKeeper } from './system/createSystemKeeper';
import type { System } from './system/startSystem';
import { createWorld } from './world';

const ORDER = /ord_[0-9a-f]{32}/g;

/** One scenario after the other, each with random numbers of its own: what one does changes nothing for the next. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  options: {
    seed: number;
    long: boolean;
    say: (line: string) => void;
    /** Where the logs of a system are kept in which something was wrong. */
    evidence: string;
    keeper?: SystemKeeper;
  },
): Promise<Outcome[]> {
  const { seed, long, say, evidence, keeper = createSystemKeeper() } = options;
  const outcomes: Outcome[] = [];
  try {
    for (const scenario of scenarios) {
      const { id, title } = scenario;
      const skipped = scenario.obstacle?.();
      if (skipped !== undefined) {
        say(`${id} ${title}: not run, ${skipped}`);
        outcomes.push({ ...blank(scenario, seed), skipped });
        continue;
      }
      say(`${id} ${title} (seed ${seed})`);
      const outcome = await runOne(scenario, { seed, long, keeper, evidence });
      outcomes.push(outcome);
      for (const note of outcome.notes) say(`   ${note}`);
      for (const wrong of [...outcome.breaches, ...outcome.stuck]) say(`   WRONG: ${wrong}`);
      say(`   ${isGood(outcome) ? 'good' : 'BAD'}: ${outcome.orders} orders, ${(outcome.tookMs / 1000).toFixed(1)} s`);
    }
  } finally {
    await keeper.stop();
  }
  return outcomes;
}

async function runOne(
  scenario: Scenario,
  { seed, long, keeper, evidence }: { seed: number; long: boolean; keeper: SystemKeeper; evidence: string },
): Promise<Outcome> {
  const startedAt = Date.now();
  let system: System | undefined;
  let outcome: Outcome;
  try {
    system = await keeper.take(scenario.wishes);
    const made = createWorld(system, { random: createRandom(seed).fork(scenario.id), long, prefix: scenario.id });
    try {
      outcome = await judgeScenario(made, scenario, seed);
    } finally {
      made.record.close();
    }
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    outcome = { ...blank(scenario, seed), tookMs: Date.now() - startedAt, breaches: [`could not be judged: ${what}`] };
  }
  if (!isGood(outcome) && system !== undefined) {
    const concerned = [...outcome.stuck, ...outcome.breaches].flatMap((text) => text.match(ORDER) ?? []);
    await keepEvidence(system, [...new Set(concerned)], join(evidence, `${scenario.id}-${seed}`));
    // What is wrong in it would be found again by every scenario after this one.
    await keeper.discard();
  }
  return outcome;
}

const blank = ({ id, title }: Scenario, seed: number): Outcome => ({
  ...{ id, title, seed, orders: 0, effects: 0, firstMs: null, allMs: null, tookMs: 0 },
  ...{ notes: [], breaches: [], stuck: [] },
});
