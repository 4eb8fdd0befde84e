import type { Address } from '../../domain/orders/schema';
import type { Database } from '../connection';

/** The personal data of an order; undefined when it was erased. */
export async function readContact(
  database: Database,
  orderId: string,
): Promise<{ email: string; name: string; phone: string | null; address: Address } | undefined> {
  const { rows } = await database.raw<{
    rows: { email: string; name: string; phone: string | null; address: Address }[];
  }>('SELECT email, name, phone, shipping_address AS address FROM order_contacts WHERE order_id = ?', [orderId]);
  return rows[0];
}
