import type { Guard } from '../guard';

const SHIPMENTS = 'activities/shipments.ts';
const INTERLEAVINGS = ['tests/model/interleavings.test.ts'];

/** What keeps out what comes from outside twice, late, forged or from somebody else. */
export const edgeGuards: Guard[] = [
  {
    name: 'parcels: a milestone is passed once',
    edits: [
      {
        file: 'db/shipments/shipmentRecord.ts',
        find: "picked_up: `picked_up_at IS NULL AND status <> 'cancelled'`,",
        replace: 'picked_up: `true`,',
      },
    ],
    tests: INTERLEAVINGS,
    title: 'dispatching it, when it is picked up.* dispatching it',
  },
  {
    name: 'parcels: a booking that comes after it was called off is called off',
    edits: [
      {
        file: SHIPMENTS,
        find: "calledOff = (await readShipment(transaction, id))?.status === 'cancelled';",
        replace: '',
      },
    ],
    tests: INTERLEAVINGS,
    title: 'booking its parcel, when it is confirmed',
  },
  {
    name: 'parcels: a call-off that meets a booking begins anew',
    edits: [{ file: SHIPMENTS, find: 'bookedMeanwhile = booked !== reference;', replace: '' }],
    tests: INTERLEAVINGS,
    title: 'calling off its parcel, when it is confirmed',
  },
  {
    name: 'parcels: a parcel that was called off is not booked again, nor taken for booked',
    edits: [
      {
        file: SHIPMENTS,
        find: "if (shipment.status === 'cancelled')",
        replace: "if (shipment.status === 'cancelled' && Math.random() > 1)",
      },
    ],
    tests: ['tests/workflows/takenUpAgain.test.ts'],
    title: 'never ships unpaid',
  },
  {
    name: 'carrier: a report is taken once (inbox)',
    edits: [
      { file: 'db/migrations/001_orders.ts', find: 'PRIMARY KEY (carrier, event_id)', replace: 'CHECK (true)' },
      {
        file: 'db/shipments/carrierInbox.ts',
        find: `     ON CONFLICT DO NOTHING`,
        replace: '',
      },
    ],
    tests: ['tests/db/carrierInbox.test.ts'],
    title: 'takes a report once',
  },
  {
    name: 'carrier: a late report never leads a parcel back',
    edits: [
      {
        file: 'db/shipments/carrierInbox.ts',
        find: "if (!isNews(known === 'booking' ? 'booked' : known, event.status)) return;",
        replace: '',
      },
    ],
    tests: ['tests/db/carrierInbox.test.ts'],
    title: 'lead the parcel back',
  },
  {
    name: 'carrier: a callback is signed by the carrier',
    edits: [{ file: 'providers/verifyWebhook.ts', find: "if (!good) return 'the signature is wrong';", replace: '' }],
    tests: ['tests/api/carrierCallback.test.ts'],
  },
  {
    name: 'carrier: a callback of long ago is refused',
    edits: [
      {
        file: 'providers/verifyWebhook.ts',
        find: 'const TOLERANCE_MS = 5 * 60_000;',
        replace: 'const TOLERANCE_MS = 1e15;',
      },
    ],
    tests: ['tests/api/carrierCallback.test.ts', 'tests/providers/sandboxCarrier.test.ts'],
  },
  {
    name: 'api: a card number is refused wherever it stands',
    edits: [
      {
        file: 'api/http/findCardNumber.ts',
        find: 'if (text.length < 13) return false;',
        replace: 'if (text.length >= 0) return false;',
      },
    ],
    tests: ['tests/api/badInput.test.ts'],
    title: 'card',
  },
  {
    name: 'api: JSON of absurd shape is refused before it is parsed',
    edits: [{ file: 'api/http/readJson.ts', find: '    checkShape(bytes);\n', replace: '' }],
    tests: ['tests/api/hostileInput.test.ts'],
    title: 'before it is parsed',
  },
  {
    name: 'api: a name that a copy would lose is refused',
    edits: [
      {
        file: 'api/http/checkBody.ts',
        find: "if (name === '__proto__')",
        replace: "if (name === '__proto__' && at === null)",
      },
    ],
    tests: ['tests/api/hostileInput.test.ts'],
    title: 'never lost unseen',
  },
  {
    name: 'api: requests of one connection are taken in turn',
    edits: [
      {
        file: 'api/http/inTurn.ts',
        find: 'if (before === undefined || before.closed) {',
        replace: 'if (before !== response) {',
      },
    ],
    tests: ['tests/api/hostileConnections.test.ts'],
    title: 'that nobody reads',
  },
  {
    name: 'api: a channel sees and changes its own orders alone',
    edits: [
      {
        file: 'api/orders/channelSeenBy.ts',
        find: "(role === 'channel' ? channel : null)",
        replace: "(role === 'channel' && channel === '' ? channel : null)",
      },
    ],
    tests: ['tests/api/access.test.ts'],
  },
  {
    name: 'api: a role may do what it was given',
    edits: [
      {
        file: 'domain/auth/roles.ts',
        find: '(GRANTS[role] as readonly Permission[]).includes(permission);',
        replace: '(GRANTS[role] as readonly Permission[]).length > 0 && permission.length > 0;',
      },
    ],
    tests: ['tests/api/access.test.ts'],
  },
];
