import type { Database } from '../connection';

/**
 * Keeps a provider's token apart from all that is shown or logged, under an id that may travel. The id is the caller's: a
 * repeat with the same id changes nothing.
 */
export async function storeToken(
  database: Database,
  { tokenId, orderId, method, token }: { tokenId: string; orderId: string; method: string; token: string },
): Promise<void> {
  await database.raw(
    `INSERT INTO payment_tokens (id, order_id, method, token) VALUES (:tokenId, :orderId, :method, :token)
     ON CONFLICT (id) DO NOTHING`,
    { tokenId, orderId, method, token },
  );
}
