/** A page for people. `body` is markup of our own making; nothing that a caller has sent may be part of it. */
export const renderPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · OMS API</title></head>
<body><h1>${title}</h1>${body}<p><a href="/docs">API documentation</a></p></body>
</html>
`;
