import { createActivities, type Activities } from '../../activities';
import type { OrderEngine } from '../../activities/sweeps';
import { connectDatabase, type Database } from '../../db/connection';
import { createSandboxCarrier } from '../../providers/carriers/sandboxCarrier';
import type { Carrier } from '../../providers/carriers/port';
import type { PaymentGateway } from '../../providers/payments/port';
import { createSandboxGateway } from '../../providers/payments/sandboxGateway';
import { openBackroom, type Backroom } from '../db/backroom';
import { KEYS, startTestSandbox } from '../sandbox/startTestSandbox';
import type { LedgerEntry } from '../support/orderWorld';
import type { PausePoint } from './pausePoints';
import { createPausePoints } from './pausePoints';

/** One who runs activities, on connections of its own. */
export interface Runner {
  database: Database;
  activities: Activities;
}

/** Activities on a real database and real providers, without workflows: whoever uses it decides what runs when. */
export interface Workbench {
  room: Backroom;
  /** Runs activities without a break. */
  plain: Runner;
  /** Is told of every moment at which an activity waits; the activity goes on when that has been dealt with. */
  paused(arrive: (point: PausePoint) => Promise<void>): Activities;
  /** Another process, at the same time. */
  rival: Runner;
  /** Whether the rival waits for a lock that somebody else holds. */
  isRivalBlocked(): Promise<boolean>;
  ledger(orderId: string): Promise<LedgerEntry[]>;
  /** The carrier moves the order's parcel by one step, and has not told yet. */
  moveParcel(orderId: string): Promise<void>;
  close(): Promise<void>;
}

const RIVAL = 'rival';
const NO_ENGINE: OrderEngine = {
  listRunning: async () => new Set(),
  inspect: async () => ({ state: 'running' }),
  start: async () => undefined,
};

export async function openWorkbench(): Promise<Workbench> {
  const room = await openBackroom();
  const sandbox = await startTestSandbox();
  const gateway: PaymentGateway = createSandboxGateway({ url: sandbox.url(), key: KEYS.paymentGatewayKey });
  const { carrierKey, carrierWebhookSecret: webhookSecret } = KEYS;
  const carrier: Carrier = createSandboxCarrier({ url: sandbox.url(), key: carrierKey, webhookSecret });
  const rivalDatabase = connectDatabase({ url: room.databaseUrl, poolSize: 5, name: RIVAL });
  const runner = (database: Database): Runner => ({
    database,
    activities: createActivities({ database, gateway, carrier, engine: NO_ENGINE }),
  });

  return {
    room,
    plain: runner(room.database),
    rival: runner(rivalDatabase),
    paused(arrive) {
      const points = createPausePoints(arrive);
      return createActivities({
        database: points.database(room.database),
        gateway: points.provider('gateway', gateway),
        carrier: points.provider('carrier', carrier),
        engine: NO_ENGINE,
      });
    },

    async isRivalBlocked() {
      const waiting = await room.rows(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = ? AND wait_event_type = 'Lock'`,
        [RIVAL],
      );
      return waiting.length > 0;
    },

    async ledger(orderId) {
      const { body } = await sandbox.call('GET', `/ledger?orderId=${orderId}`);
      return body['data'] as LedgerEntry[];
    },
    async moveParcel(orderId) {
      const [parcel] = await room.rows<{ reference: string }>('SELECT reference FROM shipments WHERE order_id = ?', [
        orderId,
      ]);
      const { status } = await sandbox.call('POST', `/control/carrier/shipments/${parcel?.reference}/advance`);
      // One that was called off stays where it is.
      if (status !== 200 && status !== 409) throw new Error(`the parcel could not be moved: ${status}`);
    },

    async close() {
      await rivalDatabase.destroy();
      await sandbox.stop();
      await room.close();
    },
  };
}
