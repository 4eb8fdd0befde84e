import { z } from 'zod';
import { configSchema, SANDBOX_SECRETS } from '../runtime/settings';

interface Setting {
  name: string;
  meaning: string;
  default: string | undefined;
  /** What it may be, in words. */
  values: string;
  required: 'always' | 'in production' | 'no';
}

interface Shape {
  description?: string;
  default?: string | number;
  enum?: string[];
  type?: string;
  minimum?: number;
  maximum?: number;
}

/** The settings of api and worker as their schema has them: what .env.example and docs/configuration.md are written from. */
export function listSettings(): Setting[] {
  const { properties = {} } = z.toJSONSchema(configSchema);
  const inProduction: readonly string[] = SANDBOX_SECRETS;
  return Object.entries(properties).map(([name, property]) => {
    const shape = property as Shape;
    if (shape.description === undefined) throw new Error(`${name} has no description in runtime/config.ts`);
    const optional = configSchema.shape[name as keyof typeof configSchema.shape].safeParse(undefined).success;
    return {
      name,
      meaning: shape.description,
      default: shape.default === undefined ? undefined : String(shape.default),
      values: describeValues(shape),
      required: !optional ? 'always' : inProduction.includes(name) ? 'in production' : 'no',
    };
  });
}

function describeValues({ enum: names, type, minimum, maximum }: Shape): string {
  if (names !== undefined) return names.join(', ');
  return type === 'integer' || type === 'number' ? `${minimum} to ${maximum}` : 'text';
}
