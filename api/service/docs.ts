import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../domain/failures';
import { defineRoute } from '../route';

/** Swagger UI writes styles into its elements, and draws with data: images. No script but its own two files, and no other host. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OMS API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body><div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, defaultModelsExpandDepth: 0 });\n`;

const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

export const getDocs = defineRoute({
  name: 'getDocs',
  method: 'get',
  path: '/docs',
  permission: 'public',
  summary: 'This documentation, to read and to try out',
  tags: ['Service'],
  responses: { 200: { description: 'Swagger UI, served from here.', media: { 'text/html': z.string() } } },
  handler: async () => ({
    status: 200,
    body: PAGE,
    type: 'text/html; charset=utf-8',
    headers: { 'Content-Security-Policy': POLICY },
  }),
});

export const getDocsAsset = defineRoute({
  name: 'getDocsAsset',
  method: 'get',
  path: '/docs/{asset}',
  permission: 'public',
  summary: 'A file of the documentation',
  tags: ['Service'],
  params: z.object({ asset: z.string().max(60) }),
  responses: {
    200: {
      description: 'The file.',
      media: { 'text/css': z.string(), 'text/javascript': z.string(), 'image/png': z.string() },
    },
  },
  handler: async ({ params: { asset } }) => {
    const headers = { 'Cache-Control': 'public, max-age=3600' };
    if (asset === 'start.js') return { status: 200, body: START, type: 'text/javascript; charset=utf-8', headers };
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
    if (type === undefined) throw new Refusal('not_found', 'the documentation has no such file');
    return { status: 200, body: await readFile(join(folder, asset)), type, headers };
  },
});
