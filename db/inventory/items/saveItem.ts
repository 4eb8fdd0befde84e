import { Refusal } from '../../../domain/failures';
import { findKitFault } from '../../../domain/inventory/items/findKitFault';
import { prepared, type Transaction } from '../../prepared';
import { refuseStale } from '../refuseStale';
import type { ItemFields, ItemRecord } from './itemRecord';
import { readItem } from './listItems';

const NEW_ITEM: Omit<ItemFields, 'name'> = {
  ...{ category: null, packSize: 1, leadTimeDays: 0, unitCost: null, tracking: 'none' },
  ...{ minimumLifeDays: 0, shortage: null, availableFrom: null, components: [] },
};

/** @throws {Refusal} already_exists; invalid_request: it can't be that kit. */
export async function createItem(
  transaction: Transaction,
  sku: string,
  fields: Pick<ItemFields, 'name'> & Partial<ItemFields>,
): Promise<ItemRecord> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    'INSERT INTO items (sku, name, version) VALUES (?, ?, 0) ON CONFLICT DO NOTHING',
    [sku, fields.name],
  );
  if (rowCount === 0)
    throw new Refusal('already_exists', `there is an item ${sku} already; change it at /v1/items/${sku}`);
  await lockItems(transaction, fields.components ?? []);
  return writeItem(transaction, sku, { ...NEW_ITEM, ...fields }, { ...NEW_ITEM, name: fields.name });
}

/**
 * Changes the given fields and no other. How an item is tracked, and whether it is a kit, changes only while it has no stock.
 * @throws {Refusal} not_found, precondition_failed; illegal_transition: it has stock; invalid_request: it can't be that kit.
 */
export async function changeItem(
  transaction: Transaction,
  sku: string,
  { expectedVersion, ...fields }: Partial<ItemFields> & { expectedVersion?: number | undefined },
): Promise<ItemRecord> {
  await lockItems(transaction, [{ sku }, ...(fields.components ?? [])]);
  const before = await readItem(transaction, sku);
  if (before === undefined) throw new Refusal('not_found', `there is no item ${sku}`);
  refuseStale(`the item ${sku}`, before.version, expectedVersion);
  return writeItem(transaction, sku, { ...before, ...fields }, before);
}

/** A component must not become a kit meanwhile. */
const lockItems = (transaction: Transaction, items: readonly { sku: string }[]): Promise<unknown> =>
  prepared(transaction, 'SELECT FROM items WHERE sku = ANY(?) ORDER BY sku FOR UPDATE', [items.map(({ sku }) => sku)]);

async function writeItem(
  transaction: Transaction,
  sku: string,
  fields: ItemFields,
  before: ItemFields,
): Promise<ItemRecord> {
  const becomesKit = fields.components.length > 0 && before.components.length === 0;
  const hasStock = becomesKit || fields.tracking !== before.tracking ? await findStock(transaction, sku) : false;
  await refuseKit(transaction, sku, fields, becomesKit && hasStock);
  if (fields.tracking !== before.tracking && hasStock)
    throw new Refusal(
      'illegal_transition',
      `${sku} has stock, or some is on its way: how it is tracked changes only while it has none`,
    );
  await prepared(transaction, WRITE, {
    sku,
    name: fields.name,
    category: fields.category,
    packSize: fields.packSize,
    leadTimeDays: fields.leadTimeDays,
    unitCost: fields.unitCost?.amount ?? null,
    currency: fields.unitCost?.currency ?? null,
    tracking: fields.tracking,
    minimumLifeDays: fields.minimumLifeDays,
    shortage: fields.shortage,
    availableFrom: fields.availableFrom,
  });
  await prepared(transaction, 'DELETE FROM item_components WHERE kit = ?', [sku]);
  await prepared(
    transaction,
    `INSERT INTO item_components (kit, sku, quantity)
     SELECT :kit, c.sku, c.quantity FROM jsonb_to_recordset(:components::jsonb) AS c(sku text, quantity int)`,
    { kit: sku, components: JSON.stringify(fields.components) },
  );
  const after = await readItem(transaction, sku);
  if (after === undefined) throw new Error(`the item ${sku} was not written`);
  return after;
}

const WRITE = `
UPDATE items SET name = :name, category = :category, pack_size = :packSize, lead_time_days = :leadTimeDays, unit_cost = :unitCost,
  cost_currency = :currency, tracking = :tracking, minimum_life_days = :minimumLifeDays, shortage = :shortage,
  available_from = :availableFrom, version = version + 1, updated_at = now()
WHERE sku = :sku`;

/**
 * Whether there is anything of it anywhere, or an order that waits for it. Whoever moves stock looks at the item again once the
 * level is locked, so what is found stays so. The item is locked before its levels, and orders do it the other way round: a level
 * that is busy is not waited for.
 */
async function findStock(transaction: Transaction, sku: string): Promise<boolean> {
  try {
    await prepared(transaction, 'SELECT FROM stock_levels WHERE sku = ? ORDER BY location FOR UPDATE NOWAIT', [sku]);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new Refusal(
      'stock_conflict',
      `the stock of ${sku} is being moved right now; ask again, under a new Idempotency-Key`,
    );
  }
  const { rows } = await prepared<{ rows: [{ found: boolean }] }>(
    transaction,
    `SELECT EXISTS (SELECT FROM stock_levels WHERE sku = :sku AND (on_hand, reserved, incoming) <> (0, 0, 0))
       OR EXISTS (SELECT FROM backorders WHERE sku = :sku) AS found`,
    { sku },
  );
  return rows[0].found;
}

const LOCK_NOT_AVAILABLE = '55P03';

async function refuseKit(
  transaction: Transaction,
  sku: string,
  { components, tracking }: ItemFields,
  hasStock: boolean,
): Promise<void> {
  if (components.length === 0) return;
  const { rows } = await prepared<{ rows: [{ known: string[]; kits: string[]; usedIn: string | null }] }>(
    transaction,
    `SELECT coalesce(array_agg(i.sku), '{}') AS known,
       coalesce(array_agg(i.sku) FILTER (WHERE EXISTS (SELECT FROM item_components c WHERE c.kit = i.sku)), '{}') AS kits,
       (SELECT min(kit) FROM item_components WHERE sku = :sku) AS "usedIn"
     FROM items i WHERE i.sku = ANY(:components)`,
    { sku, components: components.map((component) => component.sku) },
  );
  const { known, kits, usedIn } = rows[0];
  const facts = { sku, tracking, components, known: new Set(known), kits: new Set(kits), usedIn, hasStock };
  const fault = findKitFault(facts);
  if (fault !== null) throw new Refusal('invalid_request', `${fault.pointer} ${fault.message}`, { errors: [fault] });
}
