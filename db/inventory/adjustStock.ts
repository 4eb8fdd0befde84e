import { Refusal } from '../../domain/failures';
import { brokenConstraint, type Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { inTransaction } from '../transaction';

export interface StockLevel {
  sku: string;
  location: string;
  onHand: number;
  reserved: number;
  available: number;
  safetyStock: number;
  incoming: number;
}

export interface StockAdjustment {
  sku: string;
  location: string;
  /** By how many units on hand changes; or … */
  delta?: number | undefined;
  /** … what on hand becomes, if it is `expected` now (compare and set; without `expected`, whatever it is). */
  setTo?: number | undefined;
  expected?: number | undefined;
  reason: string;
  document?: string | undefined;
  actor: string;
}

/**
 * Changes what is on hand, with its line in the ledger, in one transaction.
 * @throws {Refusal} stock_conflict: not the expected figure, or less than what is reserved; invalid_request: no such item or location.
 */
export async function adjustStock(database: Database | Transaction, input: StockAdjustment): Promise<StockLevel> {
  const { sku, location } = input;
  try {
    return await inTransaction(database, async (transaction) => {
      await prepared(transaction, 'INSERT INTO stock_levels (sku, location) VALUES (?, ?) ON CONFLICT DO NOTHING', [
        sku,
        location,
      ]);
      const { rows } = await prepared<{ rows: [{ on_hand: number; reserved: number }] }>(
        transaction,
        'SELECT on_hand, reserved + damaged + quality_hold AS reserved FROM stock_levels WHERE sku = ? AND location = ? FOR UPDATE',
        [sku, location],
      );
      const before = rows[0];
      if (input.expected !== undefined && input.expected !== before.on_hand) {
        throw new Refusal(
          'stock_conflict',
          `${before.on_hand} units are on hand, not ${input.expected}; read the stock again and decide anew`,
        );
      }
      const onHand = input.setTo ?? before.on_hand + (input.delta ?? 0);
      if (onHand < before.reserved || onHand < 0) {
        throw new Refusal(
          'stock_conflict',
          `${onHand} units on hand would be less than the ${before.reserved} reserved, damaged or held back`,
        );
      }
      return writeLevel(transaction, input, onHand, onHand - before.on_hand);
    });
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === 'stock_levels_sku_fkey')
      throw new Refusal('invalid_request', `there is no item ${sku}`, {
        errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
      });
    if (constraint === 'stock_levels_location_fkey')
      throw new Refusal('invalid_request', `there is no location ${location}`, {
        errors: [{ pointer: '/location', message: 'is not a location' }],
      });
    throw error;
  }
}

async function writeLevel(
  transaction: Transaction,
  input: StockAdjustment,
  onHand: number,
  delta: number,
): Promise<StockLevel> {
  const { rows } = await prepared<{ rows: [StockLevel] }>(
    transaction,
    `WITH moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT :sku, :location, :delta::bigint, 0, :reason, :document, :actor WHERE :delta::bigint <> 0
     )
     UPDATE stock_levels SET on_hand = :onHand, updated_at = now() WHERE sku = :sku AND location = :location
     RETURNING sku, location, on_hand AS "onHand", reserved, available,
       safety_stock AS "safetyStock", incoming`,
    {
      sku: input.sku,
      location: input.location,
      delta,
      onHand,
      reason: input.reason,
      document: input.document ?? null,
      actor: input.actor,
    },
  );
  return rows[0];
}
