import { readCount } from '../readCount';
import { escapeHtml, renderPage } from '../renderPage';
import type { Answer, Routes } from '../router';
import type { Inbox, Mail } from './inbox';

/** The inbox: JSON for programs, a page for people. */
export function createInboxRoutes(inbox: Inbox): Routes {
  return {
    'GET /inbox': ({ query, headers }): Answer => {
      const limit = readCount(query, 'limit', 1) ?? 100;
      const orderId = query.get('orderId') ?? undefined;
      const data = inbox.list({ to: query.get('to') ?? undefined, orderId, limit });
      return headers.accept?.includes('text/html') ? renderInbox(data) : { status: 200, body: { data } };
    },
  };
}

function renderInbox(mails: Mail[]): Answer {
  const seen = new Map<string | null, number>();
  for (const { messageId } of mails) seen.set(messageId, (seen.get(messageId) ?? 0) + 1);
  const articles = mails.map((mail) => {
    const twice = mail.messageId !== null && (seen.get(mail.messageId) ?? 0) > 1;
    const order =
      mail.orderId === null
        ? ''
        : ` · <a href="?orderId=${encodeURIComponent(mail.orderId)}">${escapeHtml(mail.orderId)}</a>`;
    const to = mail.to.map((address) => `<a href="?to=${encodeURIComponent(address)}">${escapeHtml(address)}</a>`);
    return `<article><h2>${escapeHtml(mail.subject)}</h2>
<p>${mail.at} · from ${escapeHtml(mail.from)} · to ${to.join(', ')}${order}${twice ? ' · <strong>same Message-ID more than once</strong>' : ''}</p>
<pre>${escapeHtml(mail.text)}</pre></article>`;
  });
  const intro = '<p>Newest first. Narrow it with <code>?to=</code>, <code>?orderId=</code> and <code>?limit=</code>.';
  return renderPage(
    'Inbox',
    `${intro} <a href="/">All of the sandbox</a></p>${articles.join('') || '<p>No mail.</p>'}`,
  );
}
