import type { Route } from '../../../api/route';
import { buildOpenapi } from '../../../api/openapi';
import { routes } from '../../../api/routes';

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}
interface Document {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: Record<string, { schema: Schema } | undefined> } } | undefined>
  >;
  components: { schemas: Record<string, Schema> };
}

const document = JSON.parse(JSON.stringify(buildOpenapi(routes))) as Document;

/** The name under which a text is put where a body takes names of any kind. */
const ANY_NAME = 'note';

/** JSON pointers to all that the document says a body may hold, lists with one entry. */
export function bodyPlaces(route: Route): string[] {
  const schema = document.paths[route.path]?.[route.method]?.requestBody?.content['application/json']?.schema;
  return schema === undefined ? [] : walk(schema, '');
}

function walk(schema: Schema, at: string): string[] {
  if (schema.$ref !== undefined)
    return walk(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, at);
  if (schema.items !== undefined) return walk(schema.items, `${at}/0`);
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => walk(child, `${at}/${name}`));
  if (typeof schema.additionalProperties === 'object')
    return [...named, ...walk(schema.additionalProperties, `${at}/${ANY_NAME}`)];
  return schema.properties === undefined ? [at] : named;
}

/** A copy of the body with `value` at the places, made where they are missing. */
export function fill(body: unknown, places: Iterable<string>, value: string): unknown {
  const copy = { body: structuredClone(body) } as Record<string, unknown>;
  for (const place of places) {
    let node = copy;
    let name = 'body';
    for (const part of place.split('/').slice(1)) {
      node[name] ??= /^\d+$/.test(part) ? [] : {};
      node = node[name] as Record<string, unknown>;
      name = part;
    }
    node[name] = value;
  }
  return copy['body'];
}
