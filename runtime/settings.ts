import { z } from 'zod';
import { readPayloadKeys } from './payloadKeys';
import { readQueueRoles } from './readQueueRoles';

const url = (what: string, protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol.replace(':', '')), {
    error: `must be ${what}, such as ${protocols[0]}://host:port`,
  });
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const rate = z.coerce.number().min(0.1).max(100_000);
const duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, { error: 'must be a duration such as 30m, 24h or 3d' });
const secret = z.string().min(16, { error: 'must have at least 16 characters' });

/** Every setting of every process, read from the environment; NAME_FILE names a file that holds the value. */
export const configSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe(
      "`production` refuses the sandbox's own secrets, and lets load balancers notice a stop before it happens",
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged, as JSON lines on stdout'),
  DATABASE_URL: url('a Postgres address', ['postgres', 'postgresql']).describe(
    'The Postgres that holds the records: `postgres://user:password@host:5432/oms`',
  ),
  DATABASE_POOL: count(1, 200).default(10).describe('Connections to Postgres that one process holds at most'),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/:]+:\d+$/, { error: 'must be host:port, such as 127.0.0.1:7233' })
    .default('127.0.0.1:7233')
    .describe("Temporal's frontend, as host:port, without TLS"),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe("The Temporal namespace of the orders' workflows"),
  TEMPORAL_UI_URL: url('the address of the Temporal Web UI', ['http', 'https'])
    .default('http://127.0.0.1:8233')
    .describe("Where people reach the Temporal Web UI: the start of each order's `workflow.url`"),
  PAYLOAD_KEYS: z
    .string()
    .superRefine((value, context) => {
      try {
        readPayloadKeys(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    })
    .optional()
    .describe(
      'Keys for what Temporal keeps of orders: `id:key,id2:key2`, each 32 bytes in base64. The first encrypts, all decrypt; `none` in its place encrypts nothing. Without it nothing is encrypted',
    ),
  TASK_QUEUE: z.string().min(1).default('orders').describe('The task queue on which the API and the workers meet'),
  PAYMENT_TASK_QUEUE: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A queue of its own for the calls to the payment gateway; without it they are on the orders' queue. An order keeps the queues it was started with",
    ),
  CARRIER_TASK_QUEUE: z.string().min(1).optional().describe('The same for the calls to the carrier'),
  PAYMENT_RATE_LIMIT: rate
    .optional()
    .describe(
      'Steps a second that all workers together may run on the queue of the payment gateway, which has to be its own',
    ),
  CARRIER_RATE_LIMIT: rate.optional().describe('The same for the carrier'),
  API_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The address that the API, and the health server of a worker, listen on; `0.0.0.0` in a container'),
  API_PORT: count(0, 65535).default(3000).describe('The port of the API; 0 takes a free one'),
  RATE_LIMIT_PER_MINUTE: count(1, 10_000_000)
    .default(60_000)
    .describe('Requests a minute that one API key may make, counted by each API process for itself'),
  WORKER_PORT: count(0, 65535)
    .default(0)
    .describe('The port of /healthz, /readyz and /metrics of a worker; 0 takes a free one'),
  METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The address that `METRICS_PORT` and `TEMPORAL_METRICS_PORT` are opened on; `0.0.0.0` in a container'),
  METRICS_PORT: count(0, 65535)
    .optional()
    .describe(
      'A port for the metrics of an API or a worker, at /metrics; 0 takes a free one. Without it they are on `API_PORT` and `WORKER_PORT`',
    ),
  TEMPORAL_METRICS_PORT: count(1, 65535)
    .optional()
    .describe("A port for the metrics of Temporal's SDK in a worker, at /metrics; without it there are none"),
  WORKER_QUEUES: z
    .string()
    .refine((value) => readQueueRoles(value) !== undefined, {
      error: 'must be some of orders, payment, carrier, with commas between them',
    })
    .default('orders,payment,carrier')
    .describe(
      'Whose queues this worker serves: orders, payment, carrier. Relay, inbox, mails and schedules run where orders are served',
    ),
  WORKER_MAX_WORKFLOW_TASKS: count(2, 1000).default(40).describe('Workflow tasks that one worker runs at once'),
  WORKER_MAX_ACTIVITIES: count(1, 1000)
    .default(60)
    .describe('Calls to providers that one worker runs at once, for each queue it serves'),
  WORKER_MAX_LOCAL_ACTIVITIES: count(1, 1000)
    .default(60)
    .describe('Steps in our own database that one worker runs at once; more than `DATABASE_POOL` of them wait for it'),
  WORKER_WORKFLOW_POLLERS: count(2, 200)
    .default(10)
    .describe('Requests for workflow tasks that one worker has open; no more than `WORKER_MAX_WORKFLOW_TASKS` are'),
  WORKER_ACTIVITY_POLLERS: count(1, 200)
    .default(10)
    .describe('Requests for activities that one worker has open, for each queue; no more than `WORKER_MAX_ACTIVITIES`'),
  WORKER_MAX_CACHED_WORKFLOWS: count(10, 100_000)
    .default(600)
    .describe(
      'Open orders that one worker keeps in memory, about 1 MB each; others are replayed when something happens',
    ),
  WORKER_DEPLOYMENT_NAME: z
    .string()
    // Temporal itself puts a dot between the name of a deployment and a build.
    .regex(/^[\w-]{1,100}$/, { error: 'must be 1 to 100 letters, digits or dashes' })
    .optional()
    .describe(
      "The workers' deployment in Temporal, where their versions are told apart. It goes with `WORKER_BUILD_ID`",
    ),
  WORKER_BUILD_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be 1 to 100 letters, digits, dots or dashes' })
    .optional()
    .describe('Which build this worker is, such as a commit. It gets work once Temporal is told that it is current'),
  WORKER_HELD_PATCHES: z
    .string()
    .optional()
    .describe(
      'Ids of patches of workflow code that no order may take yet, with commas between them: what makes a way back possible',
    ),
  WORKFLOW_BUNDLE: z
    .string()
    .optional()
    .describe('The prebuilt workflow bundle; without it a worker builds one when it starts'),
  PAYMENT_GATEWAY_URL: url('the address of the payment gateway', ['http', 'https'])
    .default('http://127.0.0.1:3010')
    .describe('The payment gateway'),
  PAYMENT_GATEWAY_KEY: secret.default('sandbox-gateway-key').describe('The key that the gateway knows us by'),
  CARRIER_URL: url('the address of the carrier', ['http', 'https'])
    .default('http://127.0.0.1:3010')
    .describe('The carrier'),
  CARRIER_KEY: secret.default('sandbox-carrier-key').describe('The key that the carrier knows us by'),
  CARRIER_WEBHOOK_SECRET: secret
    .default('sandbox-carrier-webhook-secret')
    .describe("What the carrier's callbacks are signed with"),
  SMTP_URL: url('an SMTP server', ['smtp', 'smtps'])
    .default('smtp://127.0.0.1:3025')
    .describe('The mail server, with user and password if it wants them'),
  MAIL_FROM: z.string().min(3).default('Orders <orders@shop.example>').describe('The sender of the mails to customers'),
  PAYMENT_DEADLINE: duration
    .default('24h')
    .describe('How long a customer may take to pay after a declined payment, before the order is cancelled'),
  RECONCILE_EVERY: duration
    .default('1h')
    .describe(
      'How often the workers check all that must always hold; an order in which it does not comes to need attention',
    ),
  REPLENISH_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day in UTC such as 03:00' })
    .default('03:00')
    .describe('When the workers hold stock against the rules of reordering each day, in UTC'),
  REALLOCATE_EVERY: duration
    .optional()
    .describe(
      'How often units are re-allocated from orders that may lose to those that go before; without it only when asked',
    ),
  STOCK_SOURCE_URL: url('the address of an inventory system', ['http', 'https'])
    .optional()
    .describe('An inventory system whose levels are taken over, page by page; without it none are'),
  STOCK_SOURCE_KEY: secret.optional().describe('The key that it knows us by'),
  STOCK_SINK_URL: url('the address of a system that is told of stock', ['http', 'https'])
    .optional()
    .describe('A system that is told when an item is low, out or back; without it nobody is'),
  STOCK_SINK_SECRET: secret.optional().describe('What we sign that with'),
  STOCK_SYNC_EVERY: duration.default('1m').describe('How often levels are taken over, and events are told'),
});

export type Config = z.infer<typeof configSchema>;

/** Settings that have to be given in production. */
export const SANDBOX_SECRETS = ['PAYMENT_GATEWAY_KEY', 'CARRIER_KEY', 'CARRIER_WEBHOOK_SECRET'] as const;
