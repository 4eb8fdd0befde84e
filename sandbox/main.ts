import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { startSandbox } from './server';

const port = z.coerce.number().int().min(0).max(65535);
const address = z.url({ protocol: /^https?$/ });
const secret = z.string().min(16);
const schema = z.object({
  LOG_LEVEL: z.string().default('info'),
  OMS_HOME: z.string().default('.oms'),
  OMS_SANDBOX_PACE_MS: z.coerce.number().int().min(0).default(1500),
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: port.default(3010),
  SANDBOX_SMTP_PORT: port.default(3025),
  SANDBOX_URL: address.optional(),
  SANDBOX_HOME: z.string().optional(),
  CALLBACK_URL: address.default('http://127.0.0.1:3000/v1/callbacks/carriers/sandbox'),
  PAYMENT_GATEWAY_KEY: secret.default('sandbox-gateway-key'),
  CARRIER_KEY: secret.default('sandbox-carrier-key'),
  CARRIER_WEBHOOK_SECRET: secret.default('sandbox-carrier-webhook-secret'),
});

async function main(): Promise<void> {
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `\n  - ${path.join('.')}: ${message}`);
    throw new Error(`These settings of the sandbox have to be mended:${wrong.join('')}`);
  }
  const env = parsed.data;
  const log = pino({ name: 'sandbox', level: env.LOG_LEVEL });
  const sandbox = await startSandbox({
    home: env.SANDBOX_HOME ?? join(env.OMS_HOME, 'sandbox'),
    host: env.SANDBOX_HOST,
    port: env.SANDBOX_PORT,
    smtpPort: env.SANDBOX_SMTP_PORT,
    publicUrl: env.SANDBOX_URL,
    callbackUrl: env.CALLBACK_URL,
    carrierWebhookSecret: env.CARRIER_WEBHOOK_SECRET,
    paymentGatewayKey: env.PAYMENT_GATEWAY_KEY,
    carrierKey: env.CARRIER_KEY,
    paceMs: env.OMS_SANDBOX_PACE_MS,
    onError: (err) => log.error({ err }, 'the sandbox met a fault of its own'),
  });

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    sandbox.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Only there when started with an IPC channel: a supervisor that died must not leave its sandbox behind.
  process.on('disconnect', stop);
  const { url, smtpPort, smtpUrl } = sandbox;
  log.info({ url, smtpUrl }, 'the sandbox answers');
  process.send?.({ type: 'ready', url, smtpPort, smtpUrl });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
