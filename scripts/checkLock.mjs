// A lock written on one platform can lack the optional binaries of another; `npm ci` then fails there. This finds such gaps.
import { readFileSync } from 'node:fs';

const packages = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').pop()));
const missing = Object.entries(packages).flatMap(([path, entry]) =>
  Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !locked.has(name))
    .map((name) => `${name} (wanted by ${path || 'the project'} ${entry.version ?? ''})`),
);
for (const line of missing) console.error(`package-lock.json misses ${line}`);
process.exitCode = missing.length > 0 ? 1 : 0;
