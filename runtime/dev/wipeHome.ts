import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** By name, so that a mistaken OMS_HOME costs nothing but files of these names. */
const OURS = /^(temporal\.db.*|postgres|sandbox|logs|processes\.json|run\.json|keys\.json)$/;

/** Removes what an instance stored. Fetched programs stay. */
export function wipeHome({
  home,
  postgres,
  keepKeys,
}: {
  home: string;
  postgres: string;
  /** Somebody else's database is left alone, and with it the keys it knows. */
  keepKeys: boolean;
}): void {
  for (const name of readdirSync(home)) {
    if (!OURS.test(name) || (keepKeys && name === 'keys.json')) continue;
    rmSync(join(home, name), { recursive: true, force: true });
  }
  rmSync(postgres, { recursive: true, force: true });
}
