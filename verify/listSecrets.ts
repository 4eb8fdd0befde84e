import type { Config } from '../runtime/settings';

/** A password like `oms` stands in every log, by chance. */
const SHORTEST = 12;

/** What must never stand in a history or a log: secrets among the settings, passwords in addresses, and the given keys. */
export function listSecrets(config: Config, keys: readonly string[] = []): string[] {
  const settings = Object.entries(config).flatMap(([name, value]) =>
    /KEY|SECRET/.test(name) && name !== 'PAYLOAD_KEYS' && typeof value === 'string' ? [value] : [],
  );
  // Each of `id:key,id2:key2`: it need not be told whole.
  const payloadKeys = (config.PAYLOAD_KEYS ?? '').split(',').map((entry) => entry.trim().replace(/^[^:]*:/, ''));
  const passwords = [config.DATABASE_URL, config.SMTP_URL].flatMap((url) => {
    const { password } = new URL(url);
    return [password, decodeURIComponent(password)];
  });
  return [...new Set([...settings, ...payloadKeys, ...passwords, ...keys])].filter(
    (secret) => secret.length >= SHORTEST,
  );
}
