import express from 'express';
import { Pool } from 'pg';

/** The floor of a read: a route of Express that asks Postgres for one row by its key, and nothing around it. */
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const app = express();
app.get('/orders/:id', async (request, response) => {
  const { rows } = await pool.query({
    name: 'one',
    text: 'SELECT id, status, payment_status, fulfilment_status, version FROM orders WHERE id = $1',
    values: [request.params.id],
  });
  response.json(rows[0]);
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.once('SIGTERM', () => process.exit(0));
