import { SERVICES, UNDELIVERABLE_POSTAL_CODE } from './carrier/schema';
import { BOUNCING_DOMAIN, BUSY_DOMAIN } from './mail/smtpServer';
import { TOKENS, INVALID_TOKEN } from './payments/tokens';
import { escapeHtml, renderPage } from './renderPage';
import type { Answer } from './router';

/** What a newcomer sees first: what is here and how to use it, made from the routes and tables that are in force. */
export function renderIndex({
  routes,
  smtpPort,
  mails,
}: {
  routes: string[];
  smtpPort: number;
  mails: number;
}): Answer {
  const tokens = [...Object.entries(TOKENS), ['any other', INVALID_TOKEN] as const].map(
    ([token, { says }]) => `<tr><td><code>${token}</code><td>${escapeHtml(says)}`,
  );
  const paths = routes.toSorted().map((route) => {
    const [method, path] = route.split(' ') as [string, string];
    const plain = method === 'GET' && !path.includes(':');
    return `<tr><td>${method}<td>${plain ? `<a href="${path}"><code>${path}</code></a>` : `<code>${path}</code>`}`;
  });
  return renderPage(
    'The sandbox',
    `<p>A stand-in for the outside world: a payment gateway, a carrier, a mail server and an address for webhooks.
It is a process of its own, shares no code with the order system, and writes down what really happened before it answers,
so that it can bear witness. No money moves and no mail leaves this machine.</p>
<ul><li><a href="/ledger">Ledger</a>: every effect that really took place; narrow it with <code>?orderId=</code>, <code>?effect=</code>, <code>?after=</code></li>
<li><a href="/inbox">Inbox</a>: ${mails} message(s), taken over SMTP on port ${smtpPort}</li>
<li><a href="/control">Control</a>: how the carrier moves, and which faults are on</li></ul>
<h2>Means of payment</h2><table>${tokens.join('')}</table>
<h2>Carrier</h2><p>Services: ${SERVICES.map((service) => `<code>${service}</code>`).join(', ')}. It picks up, moves and delivers by itself and tells so by
signed callbacks. Postal code <code>${UNDELIVERABLE_POSTAL_CODE}</code> is refused as undeliverable. A parcel can be cancelled until it is picked up.</p>
<p><code>POST /control/carrier {"paceMs": 200, "paused": true, "duplicates": 2, "reorder": true, "callbackUrl": "…"}</code> changes how it goes (each field is optional);
<code>POST /control/carrier/shipments/:ref/advance</code> moves one parcel by one step.</p>
<h2>Mail</h2><p>Addresses at <code>@${BOUNCING_DOMAIN}</code> are refused for good, those at <code>@${BUSY_DOMAIN}</code> for now.</p>
<h2>Faults</h2><p><code>POST /control/faults {"provider": "payments" | "carrier" | "mail", "mode": "down" | "error" | "rate_limited" | "slow" | "stalled" | "lost" | "malformed" | "ok", "delayMs": 2000, "times": 3}</code>.
<code>down</code> breaks the connection without acting, <code>error</code> answers with a fault without acting, <code>rate_limited</code> answers 429 without acting
(to come again after <code>delayMs</code>), <code>slow</code> waits and then acts, <code>stalled</code> acts and then waits with the answer,
<code>lost</code> acts and then breaks the connection, <code>malformed</code> acts and answers with half of its JSON, <code>ok</code> ends it. Without <code>times</code> it lasts until then.</p>
<h2>Webhooks</h2><p>Send any to <code>/webhooks/a-name</code>, read them back with GET;
<code>POST /control/webhooks/a-name {"status": 500, "delayMs": 0}</code> sets how it answers.</p>
<h2>All addresses</h2><table>${paths.join('')}</table>`,
  );
}
