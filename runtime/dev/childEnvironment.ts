import type { Ports } from './pickPorts';
import { OWN_SETTINGS, type Settings } from './readSettings';

/** The environment of the api, the worker and the sandbox: they find each other, and what you set yourself stays. */
export function childEnvironment({
  env,
  settings,
  ports,
  databaseUrl,
  temporalAddress,
  temporalUi,
  own = {},
}: {
  env: NodeJS.ProcessEnv;
  settings: Settings;
  ports: Ports;
  databaseUrl: string;
  temporalAddress: string;
  temporalUi: string;
  /** For this process alone; stands above everything else. */
  own?: Readonly<Record<string, string>>;
}): NodeJS.ProcessEnv {
  const api = `http://127.0.0.1:${ports.api}`;
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const name of Object.keys(OWN_SETTINGS)) delete given[name];
  const decided = {
    OMS_HOME: settings.home,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_UI_URL: temporalUi,
    API_PORT: String(ports.api),
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_SMTP_PORT: String(ports.smtp),
  };
  // A NAME_FILE would win over the NAME that was decided here.
  for (const name of Object.keys({ ...decided, ...own })) delete given[`${name}_FILE`];
  return {
    PAYMENT_GATEWAY_URL: sandbox,
    CARRIER_URL: sandbox,
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    CALLBACK_URL: `${api}/v1/callbacks/carriers/sandbox`,
    ...given,
    ...decided,
    ...own,
  };
}
