import type { Scenario } from '../scenario';

/** Of the matrix, and not run here: the table says why. */
const notHere = (id: string, title: string, why: string): Scenario => ({
  ...{ id, title, short: false },
  obstacle: () => why,
  run: async () => Promise.reject(new Error(why)),
});

export const outboundWebhooks = notHere(
  'F9',
  'receivers of our webhooks fail',
  'it comes with webhooks, of which there are none yet',
);
export const deployments = notHere(
  'F15',
  'deployment to the next release and back with open orders',
  'it is a test: F15_ORDERS=500 npm test -- tests/e2e/deployVersions',
);
