import type { Answer } from './router';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;margin:.5rem 0;padding:.75rem;background:#f5f5f5}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}a{color:#0b57d0}`;

/** Text made safe to stand in HTML, in attributes too: much of what is shown here was sent by others. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A page that loads nothing and runs nothing; `content` is HTML already. */
export function renderPage(title: string, content: string): Answer {
  const name = escapeHtml(title);
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
    text: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title><style>${STYLE}</style><h1>${name}</h1>${content}</html>`,
  };
}
