import type { RuleOutcome, SourcingExplanation, SourcingInput } from './plan';
import { compareWeights, scoreOf, type WeighedPlan } from './weigh';

type Explained = SourcingExplanation['locations'][number];

/** What became of each candidate under the rule that decided, those that give something first. */
export function explainLocations(
  outcome: RuleOutcome | null,
  { candidates }: Pick<SourcingInput, 'candidates'>,
): Explained[] {
  if (outcome === null) {
    const nothing = { eligible: false, chosen: false, why: 'no rule is for this order', scores: {}, distanceKm: null };
    return candidates.map(({ location }) => ({ location, ...nothing }));
  }
  const { choice, rule, asked } = outcome;
  const explained = outcome.screened.map(({ candidate, distanceKm, out, eligible }): Explained => {
    const { location } = candidate;
    const part = choice.best?.parts.find((one) => one.eligible.candidate.location === location);
    const withIt = choice.bestWith.get(location);
    const scores = Object.fromEntries(
      rule.criteria.map((criterion) => [
        criterion.by,
        criterion.by === 'shipments' ? (withIt?.parts.length ?? null) : scoreOf(eligible, criterion),
      ]),
    );
    const why =
      out ??
      (part === undefined
        ? whyLost(outcome, withIt)
        : `gives ${part.total} of ${asked} ${asked === 1 ? 'unit' : 'units'}`);
    return {
      location,
      eligible: out === null,
      chosen: part !== undefined,
      why,
      scores,
      distanceKm: distanceKm === null ? null : Math.round(distanceKm * 10) / 10,
    };
  });
  return explained.sort((a, b) => Number(b.chosen) - Number(a.chosen) || Number(b.eligible) - Number(a.eligible));
}

const CAN_NOT: Record<string, string> = {
  order: 'can not serve the whole order',
  line: 'can not serve any line as a whole',
  none: 'can not serve any unit',
};

function whyLost({ rule, choice: { best } }: RuleOutcome, withIt: WeighedPlan | undefined): string {
  if (withIt === undefined || best === null) return CAN_NOT[rule.shipComplete] ?? '';
  if (withIt.served < best.served)
    return `at most ${withIt.served} units could be served with it, and ${best.served} are without`;
  for (const [index, criterion] of rule.criteria.entries()) {
    if (compareWeights(best.weights[index] ?? [], withIt.weights[index] ?? []) < 0)
      return `another choice is better by ${criterion.by}`;
  }
  if (best.parts.length < withIt.parts.length) return 'another choice is as good, with fewer shipments';
  return 'another choice is as good, and comes first by priority and id';
}
