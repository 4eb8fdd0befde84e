import type { Edit, Guard } from '../guard';

const TABLES = 'db/migrations/001_orders.ts';
const CONSTRAINTS = ['tests/db/constraints.test.ts'];

const withoutTrigger = (table: string): Edit => ({
  file: TABLES,
  find: `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`,
  replace: '',
});

/** What keeps the records whole, in order and once. */
export const recordGuards: Guard[] = [
  {
    name: 'records: one order for each reference of a channel (UNIQUE, ON CONFLICT)',
    edits: [
      {
        file: TABLES,
        find: 'CONSTRAINT one_order_per_reference UNIQUE (channel, reference)',
        replace: 'CONSTRAINT one_order_per_reference CHECK (true)',
      },
      {
        file: 'db/orders/recordOrder.ts',
        find: 'ON CONFLICT ON CONSTRAINT one_order_per_reference DO NOTHING',
        replace: '',
      },
    ],
    tests: ['tests/db/recordOrder.test.ts'],
    title: 'without a key make one order',
  },
  {
    name: 'records: an idempotency key is taken once',
    edits: [
      {
        file: 'db/orders/recordOrder.ts',
        find: 'SELECT FROM remembered UNION ALL SELECT WHERE :principal::text IS NULL',
        replace: 'SELECT UNION ALL SELECT FROM remembered WHERE false',
      },
    ],
    tests: ['tests/db/recordOrder.test.ts'],
    title: 'whoever lost the key writes nothing',
  },
  {
    name: 'records: another body under a used key is refused',
    edits: [
      {
        file: 'db/idempotency.ts',
        find: "if (row.fingerprint !== fingerprint.toString('hex')) return { kind: 'other_body' };",
        replace: '',
      },
    ],
    tests: ['tests/api/idempotency.test.ts'],
  },
  {
    name: 'records: a change takes the lock of its order',
    edits: [
      {
        file: 'db/orders/changeOrder.ts',
        find: 'FROM orders WHERE id = ? FOR UPDATE',
        replace: 'FROM orders WHERE id = ?',
      },
    ],
    tests: ['tests/db/changeOrder.test.ts'],
    title: '30 of which run at once|waits for the one that has',
  },
  {
    name: 'records: the timeline has no gap',
    edits: [
      {
        file: 'db/orders/changeOrder.ts',
        find: 'sequence: order.last_sequence + index + 1,',
        replace: 'sequence: order.last_sequence + index + 2,',
      },
    ],
    tests: ['tests/db/changeOrder.test.ts'],
    title: 'under the next numbers',
  },
  {
    name: 'records: no two events under one number (UNIQUE gapless_per_order)',
    edits: [
      {
        file: TABLES,
        find: 'CONSTRAINT gapless_per_order UNIQUE (order_id, sequence)',
        replace: 'CONSTRAINT gapless_per_order CHECK (true)',
      },
    ],
    tests: CONSTRAINTS,
    title: 'under the same number',
  },
  ...['stock_movements', 'payment_events', 'order_events'].map((table) => ({
    name: `records: the past of ${table} can't be rewritten (trigger)`,
    edits: [withoutTrigger(table)],
    tests: CONSTRAINTS,
    title: `line of ${table}|truncating`,
  })),
  {
    name: 'records: an order only takes steps of the table (CHECK legal_transition)',
    edits: [
      {
        file: TABLES,
        find: 'CHECK ((previous_status, status) IN (',
        replace: 'CHECK (true OR (previous_status, status) IN (',
      },
    ],
    tests: ['tests/db/changeOrder.test.ts'],
    title: 'illegal step',
  },
  {
    name: 'records: an order only takes steps of the table (canBecome)',
    edits: [
      {
        file: 'domain/orders/status.ts',
        find: 'from === to || (ORDER_TRANSITIONS[from] as readonly OrderStatus[]).includes(to);',
        replace: 'from.length + to.length > 0;',
      },
    ],
    tests: ['tests/domain/orderStatus.test.ts'],
  },
  {
    name: 'records: a mail is queued once for each occurrence',
    edits: [
      {
        file: 'db/orders/changeOrder.ts',
        find: "id: [order.id, name, occurrence].filter(Boolean).join(':'),",
        replace: "id: [order.id, name, occurrence, Math.random()].filter(Boolean).join(':'),",
      },
    ],
    tests: ['tests/db/changeOrder.test.ts'],
    title: 'sends each message once',
  },
  {
    name: 'records: what was sent is not sent again (markSent)',
    edits: [
      {
        file: 'db/notifications/queue.ts',
        find: 'SET sent_at = now(), next_attempt_at = NULL, last_error',
        replace: 'SET last_error',
      },
    ],
    tests: ['tests/db/notifications.test.ts'],
    title: 'does not give out again',
  },
  {
    name: 'records: a mail is taken by one sender (SKIP LOCKED, and the next attempt set before)',
    edits: [
      { file: 'db/notifications/queue.ts', find: ' FOR UPDATE SKIP LOCKED', replace: '' },
      {
        file: 'db/notifications/queue.ts',
        find: "next_attempt_at = now() + least(interval '1 minute' * power(2, least(attempts, 10)), interval '6 hours')",
        replace: 'next_attempt_at = now()',
      },
    ],
    tests: ['tests/db/notifications.test.ts'],
    title: 'to one of many senders|sender that died',
  },
];
