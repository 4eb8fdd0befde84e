import { findExpectedDrift, type ExpectedDrift } from '../../db/verify/findExpectedDrift';
import type { Invariant } from '../invariant';

export const stockExpected: Invariant = {
  name: 'stock-expected',
  title:
    'What is incoming is what purchase orders expect and transfers have under way, and what they received has its receipts',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findExpectedDrift(database);
    return { checked, breaches: found.map((drift) => ({ id: drift.id, what: describe(drift) })) };
  },
};

function describe({ kind, has, should }: ExpectedDrift): string {
  switch (kind) {
    case 'level':
      return `${has} units are incoming, and ${should} are under way`;
    case 'purchase_order':
      return `${has} units of it are expected, and ${should} are open`;
    case 'receipts':
      return `its lines have received ${has} units, and its receipts ${should}`;
  }
}
