import type { SourcingRule } from '../../../domain/inventory/sourcing/strategy';
import { Refusal } from '../../../domain/failures';
import type { Database } from '../../../db/connection';
import { findUnknown } from '../../../db/inventory/findUnknown';

/**
 * Refuses rules that name what there is not: such a rule would never do what its author meant. `pointer`: where the rules stand.
 * @throws {Refusal} invalid_request
 */
export async function checkRules(database: Database, rules: readonly SourcingRule[], pointer: string): Promise<void> {
  const unknown = await findUnknown(database, {
    skus: rules.flatMap(({ when }) => when?.skus ?? []),
    locations: rules.flatMap(({ exclude }) => exclude?.locations ?? []),
  });
  const errors = rules.flatMap(({ when, exclude }, rule) => [
    ...(when?.skus ?? []).flatMap((sku, index) =>
      unknown.skus.has(sku)
        ? [{ pointer: `${pointer}/${rule}/when/skus/${index}`, message: 'is not in the catalogue' }]
        : [],
    ),
    ...(exclude?.locations ?? []).flatMap((location, index) =>
      unknown.locations.has(location)
        ? [{ pointer: `${pointer}/${rule}/exclude/locations/${index}`, message: 'is not a location' }]
        : [],
    ),
  ]);
  const [first] = errors;
  if (first !== undefined) throw new Refusal('invalid_request', `${first.pointer} ${first.message}`, { errors });
}
