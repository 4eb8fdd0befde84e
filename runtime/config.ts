import { readFileSync } from 'node:fs';
import { findContradictions } from './findContradictions';
import { configSchema, SANDBOX_SECRETS, type Config } from './settings';

/**
 * Reads and checks the settings.
 * @throws {Error} one line for each wrong setting: its name, what is wrong and how to mend it.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(configSchema.shape)) {
    const file = env[`${name}_FILE`];
    if (file !== undefined) {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch (error) {
        problems.push(`${name}_FILE names ${file}, which can't be read: ${(error as Error).message}`);
      }
    } else if (env[name] !== undefined && env[name] !== '') {
      values[name] = env[name];
    }
  }
  const parsed = configSchema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    const given = name.includes('KEY') || name.includes('SECRET') ? 'the value given' : JSON.stringify(values[name]);
    problems.push(
      values[name] === undefined
        ? `${name} is not set: ${hint(name)}`
        : `${name} is wrong (${given}): ${issue.message}`,
    );
  }
  if (parsed.success && parsed.data.NODE_ENV === 'production') {
    for (const name of SANDBOX_SECRETS) {
      if (values[name] === undefined)
        problems.push(`${name} is not set: the sandbox's own secret is refused in production`);
    }
  }
  if (parsed.success) problems.push(...findContradictions(parsed.data));
  if (problems.length > 0 || !parsed.success) {
    throw new Error(`These settings have to be mended before anything starts:\n  - ${problems.join('\n  - ')}`);
  }
  return parsed.data;
}

function hint(name: string): string {
  if (name === 'DATABASE_URL')
    return 'give the Postgres to use, such as postgres://host:5432/oms, or use `npm start`, which brings its own';
  return 'give it in the environment';
}
