import { expectAlike } from './compareStock';
import { Died, dyingOn, type Death, type Found, type RealStock } from './realStock';
import type { StockModel } from './stockModel';
import type { PlanStep, Seen, StockStep } from './stockStep';

/** The real shop, and what has happened in it so far, in words. */
export interface StockStory {
  real: RealStock;
  told: string[];
}

/** One thing happens; its process may die on the way, and another one does it again. */
export async function happen(
  model: StockModel,
  { real, told }: StockStory,
  plan: PlanStep,
  death: Death | null,
): Promise<void> {
  const step = plan(model);
  if (step === null) return;
  model.steps += 1;
  told.push(step.says);
  await tell(told, async () => {
    const { answer, again } = death === null ? await once(real, step) : await twice(real, step, death);
    if (again) told[told.length - 1] = `${step.says}, again after its process died`;
    const seen = { answer, again, found: await real.read() };
    takeOver(model, seen.found, [[step, seen]]);
    expect(await real.findDrift()).toEqual([]);
  });
}

/** Two things happen at once. Afterwards all is as if one had been after the other: which one was first is not said. */
export async function happenAtOnce(
  model: StockModel,
  { real, told }: StockStory,
  plans: readonly [PlanStep, PlanStep],
): Promise<void> {
  const one = plans[0](model);
  if (one?.repeat === 'at once' && plans[0] === plans[1]) return happenTwice(model, { real, told }, one);
  const other = plans[1](model);
  if (one === null || other === null) return;
  model.steps += 1;
  told.push(`at once: ${one.says} | ${other.says}`);
  await tell(told, async () => {
    const answers = await Promise.all([once(real, one), once(real, other)]);
    const found = await real.read();
    const [first, second] = answers.map((answer): Seen => ({ ...answer, found })) as [Seen, Seen];
    const inTurn: [StockStep, Seen][] = [
      [one, first],
      [other, second],
    ];
    const was = structuredClone(model);
    try {
      takeOver(model, found, inTurn);
    } catch (error) {
      Object.assign(model, structuredClone(was));
      try {
        takeOver(model, found, [...inTurn].reverse());
      } catch (otherwise) {
        throw new Error(
          `as if the first had been first:\n${(error as Error).message}\n\nas if the second had:\n${(otherwise as Error).message}`,
          { cause: otherwise },
        );
      }
    }
    expect(await real.findDrift()).toEqual([]);
  });
}

/** The same step is done by two at once. */
async function happenTwice(model: StockModel, { real, told }: StockStory, step: StockStep): Promise<void> {
  model.steps += 1;
  told.push(`at once, twice: ${step.says}`);
  await tell(told, async () => {
    const [{ answer }] = await Promise.all([once(real, step), once(real, step)]);
    const found = await real.read();
    takeOver(model, found, [[step, { answer, again: true, found }]]);
    expect(await real.findDrift()).toEqual([]);
  });
}

async function once(real: RealStock, step: StockStep): Promise<Omit<Seen, 'found'>> {
  return { answer: await real.attempt(() => step.real(real.room.database)), again: false };
}

async function twice(real: RealStock, step: StockStep, death: Death): Promise<Omit<Seen, 'found'>> {
  try {
    const dying = dyingOn(real.room.database, death, step.repeat !== 'never');
    return { answer: await real.attempt(() => step.real(dying)), again: false };
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  }
  // Whatever of it is on record is whole.
  expect(await real.findDrift()).toEqual([]);
  return { ...(await once(real, step)), again: true };
}

/** Does to the model what was done, and compares. @throws {Unlike} */
function takeOver(model: StockModel, found: Found, steps: readonly [StockStep, Seen][]): void {
  for (const [step, seen] of steps) step.apply(model, seen);
  expectAlike(model, found);
}

async function tell(told: readonly string[], run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const story = told.map((line, index) => `  ${index + 1}. ${line}`).join('\n');
    throw new Error(`after\n${story}\n\n${(error as Error).message}`, { cause: error });
  }
}
