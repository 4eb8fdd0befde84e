import type { Database } from '../connection';

/** Whatever of an order must stand in its own row of the database and nowhere else. */
export interface PersonalData {
  orderId: string;
  email: string;
  name: string;
  phone: string | null;
  recipient: string;
  line1: string;
  line2: string | null;
  /** The provider's tokens for the customer's means of payment. */
  tokens: string[];
}

const COLUMNS = `c.order_id AS "orderId", c.email, c.name, c.phone, c.shipping_address ->> 'name' AS recipient,
  c.shipping_address ->> 'line1' AS line1, c.shipping_address ->> 'line2' AS line2,
  (SELECT coalesce(json_agg(t.token), '[]') FROM payment_tokens t WHERE t.order_id = c.order_id) AS tokens`;

export async function readPersonalData(
  database: Database,
  orderIds: readonly string[],
): Promise<Map<string, PersonalData>> {
  const { rows } = await database.raw<{ rows: PersonalData[] }>(
    `SELECT ${COLUMNS} FROM order_contacts c WHERE c.order_id = ANY(?)`,
    [[...orderIds]],
  );
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Whose these are, of mail addresses in small letters and of phone numbers: an order of each that is a customer's. */
export async function findOwners(
  database: Database,
  { emails, phones }: { emails: readonly string[]; phones: readonly string[] },
): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  const look = async (column: string, values: readonly string[]): Promise<void> => {
    if (values.length === 0) return;
    const { rows } = await database.raw<{ rows: { value: string; orderId: string }[] }>(
      `SELECT ${column} AS value, min(order_id) AS "orderId" FROM order_contacts WHERE ${column} = ANY(?) GROUP BY 1`,
      [[...values]],
    );
    for (const { value, orderId } of rows) owners.set(value, orderId);
  };
  await look('lower(email)', emails);
  await look('phone', phones);
  return owners;
}
