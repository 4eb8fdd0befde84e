import type { RequestHandler } from 'express';

/**
 * Lets pages of Temporal's Web UI, and of no other origin, call an address from the browser. Before anything is refused, so that
 * the page can show why. No cookies: a key has to come with each request.
 */
export function allowTemporalUi(uiUrl: string): RequestHandler {
  const { origin } = new URL(uiUrl);
  return (request, response, next) => {
    response.vary('Origin');
    if (request.headers.origin === origin) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      if (request.method === 'OPTIONS') {
        response.setHeader('Access-Control-Allow-Methods', 'POST');
        response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, x-namespace');
        response.setHeader('Access-Control-Max-Age', '600');
      }
    }
    next();
  };
}
