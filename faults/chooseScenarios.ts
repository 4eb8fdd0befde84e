import type { Arguments } from './readArguments';
import type { Scenario } from './scenario';

/** @throws {Error} naming an id that no scenario has. */
export function chooseScenarios<S extends Pick<Scenario, 'id' | 'short'>>(
  scenarios: readonly S[],
  { only, all }: Pick<Arguments, 'only' | 'all'>,
): S[] {
  const unknown = only?.find((id) => !scenarios.some((scenario) => scenario.id === id));
  if (unknown !== undefined)
    throw new Error(`there is no scenario ${unknown}; there are ${scenarios.map(({ id }) => id).join(', ')}`);
  if (only !== null) return scenarios.filter(({ id }) => only.includes(id));
  return scenarios.filter(({ short }) => all || short);
}
