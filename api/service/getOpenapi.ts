import { z } from 'zod';
import { defineRoute } from '../route';

export const getOpenapi = defineRoute({
  name: 'getOpenapi',
  method: 'get',
  path: '/openapi.json',
  permission: 'public',
  summary: 'This API as an OpenAPI document',
  tags: ['Service'],
  responses: { 200: { description: 'OpenAPI 3.1.', media: { 'application/json': z.record(z.string(), z.unknown()) } } },
  handler: async (_input, { deps }) => ({ status: 200, body: deps.openapi(), type: 'application/json; charset=utf-8' }),
});
