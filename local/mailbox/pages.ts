import type { OutboxAttachment, OutboxMail } from '../stand-ins/outbox.ts';

/** All mails, the newest first. */
export function listPage(mails: readonly OutboxMail[]): string {
  const count = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  const items = mails.toReversed().map(
    (mail) => `<li>
<a href="${pathOf(mail)}">${escapeHtml(mail.subject) || '(no subject)'}</a>
<span class="quiet">${time(mail.at)} · to ${escapeHtml(mail.to.join(', '))}</span>
</li>`,
  );
  const list =
    items.length === 0
      ? '<p>No mail has been sent yet.</p>'
      : `<ol class="mails">${items.join('\n')}</ol>`;
  return page(
    `Mailbox (${count})`,
    `<h1>Mailbox</h1>
<p class="quiet">${count} sent by the local run, the newest first. None has left this computer. Reload to see newer ones.</p>
${list}`,
  );
}

/** One mail with everything that was sent. */
export function mailPage(mail: OutboxMail): string {
  const path = pathOf(mail);
  const fields: [string, string][] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Bcc', mail.bcc.join(', ')],
    ['Reply-To', mail.replyTo.join(', ')],
    ['Configuration set', mail.configurationSet ?? ''],
    ['Message id', mail.id],
  ];
  return page(
    mail.subject || '(no subject)',
    `<p><a href="/">All mails</a></p>
<h1>${escapeHtml(mail.subject) || '(no subject)'}</h1>
<p>${time(mail.at)} · <a href="${path}/message.eml" download>Download the message (.eml)</a></p>
${definitions(fields.filter(([, value]) => value !== ''))}
${attachments(mail)}
${htmlPart(mail)}
${textPart(mail)}
${headers(mail)}`,
  );
}

/** What an address that nothing answers to shows. */
export function missingPage(): string {
  return page(
    'Not found',
    '<h1>Not found</h1><p>There is no such mail. <a href="/">All mails</a></p>',
  );
}

/** The HTML part as a frame shows it: links open in a new tab, attached images appear in their places. */
export function framedHtml({ html = '', attachments: attached }: OutboxMail): string {
  const withImages = attached.reduce(
    (text, { contentId, contentType, contentBase64 }) =>
      contentId === undefined || !contentType.startsWith('image/')
        ? text
        : text.replaceAll(`cid:${contentId}`, `data:${contentType};base64,${contentBase64}`),
    html,
  );
  return withImages.replace(/<head(?:\s[^>]*)?>/i, (head) => `${head}<base target="_blank">`);
}

function htmlPart(mail: OutboxMail): string {
  if (mail.html === undefined) return '';
  // No scripts, no forms, an origin of its own: a mail is somebody else's text.
  return `<h2>As HTML</h2>
<iframe title="HTML part of the mail" src="${pathOf(mail)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`;
}

function textPart({ text }: OutboxMail): string {
  return text === undefined ? '' : `<h2>As text</h2>\n<pre>${escapeHtml(text)}</pre>`;
}

function headers(mail: OutboxMail): string {
  if (mail.headers.length === 0) return '';
  const entries = mail.headers.map(({ name, value }): [string, string] => [name, value]);
  return `<h2>Headers added by the sender</h2>\n${definitions(entries)}`;
}

function attachments(mail: OutboxMail): string {
  if (mail.attachments.length === 0) return '';
  const items = mail.attachments.map(
    ({ fileName, contentType, bytes }, index) =>
      `<li><a href="${pathOf(mail)}/attachments/${index}" download>${escapeHtml(fileName)}</a> <span class="quiet">${escapeHtml(contentType)}, ${bytes} bytes</span></li>`,
  );
  return `<h2>Attachments</h2>\n<ul>${items.join('\n')}</ul>`;
}

/** An attachment's name as a Content-Disposition header takes it. */
export function downloadName({ fileName }: Pick<OutboxAttachment, 'fileName'>): string {
  const ascii = fileName.replace(/[^\w.-]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}

function definitions(entries: readonly (readonly [string, string])[]): string {
  const rows = entries.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return `<dl>${rows.join('\n')}</dl>`;
}

function time(iso: string): string {
  return `<time datetime="${escapeHtml(iso)}">${escapeHtml(iso.slice(0, 16).replace('T', ' '))} UTC</time>`;
}

function pathOf({ id }: OutboxMail): string {
  return `/mails/${encodeURIComponent(id)}`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
