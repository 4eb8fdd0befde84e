import type { Response } from 'express';

/** Sends a text under exactly this media type: Express would add a charset, which application/problem+json does not have. */
export function sendText(response: Response, type: string, body: string | Buffer): void {
  const bytes = Buffer.from(body);
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}
