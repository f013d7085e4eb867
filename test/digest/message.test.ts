import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMailService } from '../../local/stand-ins/mail.ts';
import { openOutbox } from '../../local/stand-ins/outbox.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import type { DigestModel } from '../../src/digest/digest.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { type MailSettings, sesRequest } from '../../src/digest/ses-request.ts';
import { everyKind } from './kinds.ts';
import { anInput, recoveredInput } from './northbell.ts';
import { settings } from './ses-settings.ts';

/** Messages as they would leave SES, read by a program that knows nothing of us. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'message-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Sent = { readonly email: Email; readonly status: number };

async function message(
  model: DigestModel,
  change: Partial<MailSettings> = {},
  to = 'ana@northbell.example',
): Promise<Sent> {
  const outbox = openOutbox(folder);
  const ses = createMailService(
    outbox,
    { identities: undefined, sandbox: false },
    'eu-west-1',
    () => new Date('2026-11-21T08:00:00Z'),
    () => {},
  );
  const request = sesRequest(
    renderDigest(model, anInput().mentions),
    model,
    { email: to },
    { ...settings, ...change },
  );
  // As the AWS client puts it on the wire.
  const body = JSON.parse(
    JSON.stringify(request, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
  const { status } = await ses.send(body);
  const file = outbox.list().at(-1)?.file;
  const email = await PostalMime.parse(file === undefined ? '' : readFileSync(file));
  return { email, status };
}

const header = (email: Email, name: string) => email.headers.find(({ key }) => key === name)?.value;

it('is read with both parts, the file, the thread and the marks of a machine', async () => {
  const { email } = await message(composeDigest(recoveredInput()), { firstMessageId: '0102abc' });
  expect(email.subject).toBe('Re: Northbell: “We answer within 60 seconds” alert NB-0142');
  expect(email.from).toEqual({
    name: 'Northbell promise watch',
    address: 'digest@mail.northbell.example',
  });
  expect(email.to).toEqual([{ name: '', address: 'ana@northbell.example' }]);
  expect(email.replyTo?.map(({ address }) => address)).toEqual(['care@northbell.example']);
  expect(header(email, 'references')).toMatch(
    /^<NB-0142\.[\d-]+\.northbell@mail\.northbell\.example>\s+<0102abc@eu-west-1\.amazonses\.com>$/,
  );
  expect(email.inReplyTo).toBe('<0102abc@eu-west-1.amazonses.com>');
  expect(header(email, 'auto-submitted')).toBe('auto-generated');
  expect(email.html).toContain('</html>');
  expect(email.text).toContain('“We answer within 60 seconds” is back to normal');
  const [file] = email.attachments;
  expect(file).toMatchObject({ mimeType: 'text/csv', disposition: 'attachment' });
  const csv = new TextDecoder().decode(file?.content as ArrayBuffer);
  expect(csv.split('\r\n')[0]).toContain('"published"');
});

it('keeps one subject and one thread from the first mail to the last', async () => {
  const first = await message(composeDigest(anInput({ incident: recoveredInput().incident })));
  const last = await message(composeDigest(recoveredInput()), { firstMessageId: '0102abc' });
  expect(last.email.subject).toBe(`Re: ${first.email.subject}`);
  expect(header(last.email, 'references')).toContain(header(first.email, 'references'));
});

it('is whole for every kind', async () => {
  for (const [kind, make] of Object.entries(everyKind)) {
    const { email, status } = await message(composeDigest(make()));
    expect([kind, status, email.to?.length, email.bcc]).toEqual([kind, 200, 1, undefined]);
    expect(email.html?.length).toBeGreaterThan(1000);
  }
});

const SMUGGLED = '\r\nBcc: thief@evil.example\r\nX-Evil: 1';
const asSettings: (keyof MailSettings)[] = [
  'fromName',
  'from',
  'replyTo',
  'firstMessageId',
  'sendId',
  'region',
];

it.each(asSettings)('starts no header of its own from a line break in %s', async (field) => {
  const { email, status } = await message(composeDigest(recoveredInput()), {
    firstMessageId: '0102abc',
    [field]: `${settings[field] ?? 'x'}${SMUGGLED}`,
  });
  expectNothingSmuggled(email, status);
});

it('starts no header from a line break in a name, a reference, a file name or an address', async () => {
  const model = composeDigest(anInput());
  const [incident] = model.incidents;
  if (incident === undefined) throw new Error('the example has an incident');
  const hostile: DigestModel = {
    ...model,
    brand: { id: `northbell${SMUGGLED}`, name: `Northbell${SMUGGLED}`, code: 'NB' },
    incidents: [
      {
        ...incident,
        ref: `NB-0142${SMUGGLED}`,
        promise: { id: 'x', text: `We answer${SMUGGLED}` },
      },
    ],
    evidence: { ...model.evidence, filename: `list.csv${SMUGGLED}` },
  };
  const { email, status } = await message(hostile);
  expectNothingSmuggled(email, status);
  const addressed = await message(model, {}, `ana@northbell.example${SMUGGLED}`);
  expectNothingSmuggled(addressed.email, addressed.status);
});

/** SES refuses what is no address; what it takes has one reader and no header that we did not write. */
function expectNothingSmuggled(email: Email, status: number): void {
  expect(email.bcc).toBeUndefined();
  expect(header(email, 'x-evil')).toBeUndefined();
  expect(JSON.stringify([email.to, email.cc])).not.toContain('thief');
  if (status === 200) expect(email.to).toHaveLength(1);
  else expect(status).toBe(400);
}
