import type { Database } from '../connection';

/**
 * Closed orders number `from` to `to`, of three lines, with all that belongs to them but no stock: straight into the tables,
 * since what is to be seen is how reading fares with many. Number 1 is the oldest; each is a second younger than the one before.
 */
export async function fillOrders(database: Database, { from, to }: { from: number; to: number }): Promise<void> {
  const id = `lpad(to_hex(n), 32, '0')`;
  const numbers = 'generate_series(:from::int, :to::int) AS n';
  const statements = [
    `INSERT INTO orders (id, reference, channel, fingerprint, status, previous_status, payment_status, fulfilment_status, currency,
       items_total, shipping_total, discount_total, tax_total, grand_total, shipping_method, policy, request_id, version,
       last_sequence, workflow_started_at, created_at, closed_at)
     SELECT 'ord_' || ${id}, 'BULK-' || n, CASE n % 2 WHEN 0 THEN 'web' ELSE 'pos' END, '', status, status, 'paid', 'delivered', 'EUR',
       3000, 0, 0, 0, 3000, 'standard', '{}', 'req', 2, 2, now(), now() - (:to - n) * interval '1 second', now()
     FROM ${numbers}, LATERAL (SELECT CASE n % 50 WHEN 0 THEN 'rejected' ELSE 'completed' END AS status) s`,
    `INSERT INTO order_contacts (order_id, email, name, shipping_address, placed_at)
     SELECT 'ord_' || ${id}, 'c' || n % 1000 || '@example.com', 'C',
       '{"name": "C", "line1": "1", "city": "B", "postalCode": "1", "country": "DE"}', now() - (:to - n) * interval '1 second'
     FROM ${numbers}`,
    `INSERT INTO order_lines (id, order_id, position, sku, name, unit_price, quantity, fulfilled, shipped, delivered, placed_at)
     SELECT 'lin_' || ${id} || '_' || p, 'ord_' || ${id}, p, 'SKU-' || (n + p) % 500, 'Item', 1000, 1, 1, 1, 1,
       now() - (:to - n) * interval '1 second'
     FROM ${numbers}, generate_series(1, 3) AS p`,
    `INSERT INTO payments (id, order_id, attempt, method, provider, amount)
     SELECT 'pay_' || ${id} || '_1', 'ord_' || ${id}, 1, 'card', 'sandbox', 3000 FROM ${numbers}`,
    `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
     SELECT 'pay_' || ${id} || '_1', 'ord_' || ${id}, e, 'succeeded', ${id} || e, 3000
     FROM ${numbers}, unnest(ARRAY['authorise', 'capture']) AS e`,
    `INSERT INTO order_events (order_id, sequence, channel, type, status, actor)
     SELECT 'ord_' || ${id}, s, 'web', 'bulk', 'completed', 'test' FROM ${numbers}, generate_series(1, 2) AS s`,
  ];
  for (const statement of statements) await database.raw(statement, { from, to });
  await database.raw('ANALYZE');
}
