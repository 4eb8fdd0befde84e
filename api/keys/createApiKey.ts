import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ROLES } from '../../domain/auth';
import { saveApiKey } from '../../db/apiKeys';
import { newId } from '../../runtime/newId';
import { defineRoute } from '../route';
import { apiKeySchema, presentApiKey } from './apiKeySchema';

const CHANNEL = /^[a-z0-9][a-z0-9-]{0,39}$/;

const newApiKeySchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/, { error: 'must be 1 to 60 letters, digits, spaces, dots or dashes' })
      .meta({ description: 'Shown on what the key does, as `key:<name>`: name a system, not a person.' }),
    role: z.enum(ROLES),
    channel: z.string().regex(CHANNEL, { error: 'must be 1 to 40 small letters, digits or dashes' }),
  })
  .meta({ id: 'NewApiKey' });

export const createApiKey = defineRoute({
  name: 'createApiKey',
  method: 'post',
  path: '/v1/keys',
  permission: 'settings:write',
  summary: 'Make an API key',
  description:
    'The key itself is in this answer alone: it is kept nowhere, and a repeat of the request has null in its place.',
  tags: ['API keys'],
  body: newApiKeySchema,
  keep: { strip: (body) => ({ ...body, key: null }), restore: async (body) => body },
  responses: {
    201: {
      description: 'The key.',
      body: apiKeySchema.extend({ key: z.string().nullable() }).meta({ id: 'ApiKeyWithSecret' }),
    },
  },
  handler: async ({ body }, { deps }) => {
    const secret = `oms_${body.role}_${randomBytes(24).toString('hex')}`;
    const key = await saveApiKey(deps.database, { ...body, id: newId('key'), secret });
    return { status: 201, body: { ...presentApiKey(key), key: secret }, headers: { 'Cache-Control': 'no-store' } };
  },
});
