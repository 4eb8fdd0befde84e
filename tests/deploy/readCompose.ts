import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const ROOT = resolve(__dirname, '../..');
export const COMPOSE_FILE = join(ROOT, 'docker-compose.yml');

interface Service {
  image: string;
  restart?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  networks?: string[];
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

/** docker-compose.yml with its anchors merged, and its variables left as they stand. */
export const readCompose = (): Compose => parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as Compose;

/** The compiled programs that `npm run build` makes, such as `dist/api/main.js`. */
export function builtPrograms(): string[] {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8')) as { files: string[] };
  return files.map((file) => `dist/${file.replace(/\.ts$/, '.js')}`);
}
