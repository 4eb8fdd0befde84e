import { z } from 'zod';
import { Refusal } from '../../domain/failures';
import { revokeApiKey as revoke } from '../../db/apiKeys';
import { defineRoute } from '../route';

export const revokeApiKey = defineRoute({
  name: 'revokeApiKey',
  method: 'delete',
  path: '/v1/keys/{id}',
  permission: 'settings:write',
  summary: 'Revoke an API key',
  description:
    'It is refused within 5 seconds. The key that asks can’t revoke itself, so that nobody is locked out by mistake.',
  tags: ['API keys'],
  params: z.object({ id: z.string().regex(/^key_[0-9a-f]{32}$/) }),
  responses: { 204: { description: 'It is revoked.' } },
  failures: ['illegal_transition'],
  handler: async ({ params: { id } }, { deps, principal }) => {
    if (id === principal.keyId) throw new Refusal('illegal_transition', 'a key can not revoke itself; use another one');
    if (!(await revoke(deps.database, id))) throw new Refusal('not_found', `there is no API key ${id}`);
    return { status: 204 };
  },
});
