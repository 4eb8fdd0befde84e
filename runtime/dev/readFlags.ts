export interface Flags {
  sample: boolean;
  reset: boolean;
  help: boolean;
}

export const USAGE = `Usage: npm start [-- flags]

Brings up the whole system on this machine: Postgres, Temporal, a sandbox of payment gateway and carrier, the API and a
worker. Then it places a sample order. Ctrl-C stops everything; what was stored is there again at the next start.

  --no-sample   do not place the sample order
  --reset       first remove all that was stored (orders, stock, workflows, mails, API keys)
  --help        show this

Settings in the environment:
  OMS_HOME           folder for data, logs and run.json (.oms); another one for a second instance side by side
  DATABASE_URL       use this Postgres instead of the embedded one
  OMS_PG_BIN         folder of postgres and initdb to start instead of the embedded ones
  TEMPORAL_ADDRESS   use this Temporal server (host:port); TEMPORAL_UI_URL and TEMPORAL_NAMESPACE go with it
  TEMPORAL_CLI_PATH  the temporal program to start the development server with
  API_PORT, SANDBOX_PORT, SANDBOX_SMTP_PORT   fixed ports; when not set, 3000, 3010 and 3025 or else free ones
  OMS_TEMPORAL_STORE memory: the Temporal server forgets all at its end, and is faster (file)
  OMS_WORKERS        number of worker processes (1)
  OMS_API_ENV, OMS_WORKER_ENV, OMS_SANDBOX_ENV
                     for fault tests: settings of these processes alone, above all else, as JSON ({"LOG_LEVEL": "debug"})
Every setting of the API and the worker (runtime/config.ts) is passed on to them.
`;

/** @throws {Error} naming a flag that isn't known. */
export function readFlags(args: readonly string[]): Flags {
  const flags: Flags = { sample: true, reset: false, help: false };
  for (const arg of args) {
    if (arg === '--no-sample') flags.sample = false;
    else if (arg === '--reset') flags.reset = true;
    else if (arg === '--help' || arg === '-h') flags.help = true;
    else throw new Error(`There is no flag ${arg}. Known are --no-sample, --reset and --help.`);
  }
  return flags;
}
