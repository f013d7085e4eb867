import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Brand } from '../../src/brands/brand.ts';
import { DigestKind } from '../../src/digest/digest.ts';
import { emlOf } from '../../src/digest/eml.ts';
import { type RenderedDigest, renderDigest } from '../../src/digest/render.ts';
import { sesRequest } from '../../src/digest/ses-request.ts';
import { type PresentDigest, presentDigests } from '../../src/query/present-digests.ts';
import { choose } from '../analyst/choose.ts';
import { brandNamed, isLocal, readerOf, type Session, withSession } from '../analyst/session.ts';
import { EXIT, Refusal, UsageError, type World } from '../command.ts';
import type { PreviewFlags } from '../commands/preview.ts';

/** A digest as its mail would be. */
interface Shown extends PresentDigest {
  readonly rendered: RenderedDigest;
  readonly request: SendEmailCommandInput;
}

/** Who a preview is from where no mail is sent. */
const NOBODY = 'preview@promisewatch.invalid';

/** Shows the next digest, writes every kind, or mails one digest to one address. Nothing is stored. */
export async function previewCommand(flags: PreviewFlags, world: World): Promise<void> {
  const { to } = flags;
  if (to !== undefined && isLocal(flags))
    throw new UsageError('a local run has no sender: --to needs a stack. Use --out to get files');
  if (to !== undefined && flags.out !== undefined)
    throw new UsageError('choose one of --to and --out');
  await withSession(flags, world, async (session) => {
    const brand = brandNamed(session.settings, flags);
    const present = await presentDigests(readerOf(session, brand));
    if (present.length === 0)
      throw new Refusal(
        `no mention of ${brand.id} was judged yet: there is nothing to show. See: promisewatch sources`,
        EXIT.notFound,
      );
    const sender = to === undefined ? NOBODY : await senderOf(flags, world);
    const show = (digest: PresentDigest) =>
      shown(digest, { session, brand, sender, recipient: to ?? NOBODY });
    if (flags.out !== undefined) {
      const all = await Promise.all(present.map(show));
      writeAll(resolve(world.cwd, flags.out), all, world);
      return;
    }
    const chosen = await show(chosenOf(present, flags.kind));
    if (to === undefined) openOne(chosen, flags, world);
    else await sendOne(chosen, to, flags, world);
  });
}

function chosenOf(present: readonly PresentDigest[], kind: string | undefined): PresentDigest {
  const kinds = present.map(({ model }) => model.kind);
  const named =
    kind === undefined
      ? present.find(({ next }) => next)
      : present[kinds.indexOf(choose('kind', kind, kinds) as DigestKind)];
  return (named ?? present[0]) as PresentDigest;
}

interface Stage {
  readonly session: Session;
  readonly brand: Brand;
  readonly sender: string;
  readonly recipient: string;
}

async function shown(
  digest: PresentDigest,
  { session, brand, sender, recipient }: Stage,
): Promise<Shown> {
  const { model } = digest;
  const { email } = session.settings;
  const ids = model.evidence.mentions.map(({ id }) => id);
  const mentions = await session.stores.store.readMany(brand.id, ids);
  const postal = email.postalLine ?? null;
  const rendered = renderDigest(model, mentions, { unsubscribe: null, postal });
  const request = sesRequest(
    rendered,
    model,
    { email: recipient },
    {
      from: sender,
      fromName: `${brand.name} preview`,
      replyTo: email.replyTo ?? null,
      configurationSet: '',
      region: 'preview',
      sendId: 'preview',
      firstMessageId: null,
      subscription: null,
    },
  );
  return { ...digest, rendered, request };
}

function writeAll(folder: string, all: readonly Shown[], world: World): void {
  // They quote strangers about the brand: who else may read them is the person's decision.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const digest of all) {
    const { kind, from, to } = digest.model;
    writeFiles(folder, digest);
    const when = digest.madeAt === null ? 'as of now' : `as made on ${digest.madeAt.slice(0, 10)}`;
    const bytes = Buffer.byteLength(digest.rendered.html);
    world.print(`${kind}: ${from} to ${to}, ${when}, ${Math.round(bytes / 1000)} KB`);
  }
  const written = new Set(all.map(({ model }) => model.kind));
  const missing = DigestKind.options.filter((kind) => !written.has(kind));
  if (missing.length > 0)
    world.complain(`not written, because nothing of that kind happened: ${missing.join(', ')}`);
  world.print(
    `${all.length} digests in ${folder}, each as .html, .txt and .eml. Nothing was sent.`,
  );
}

function writeFiles(folder: string, { model, rendered, request }: Shown): string {
  const file = (ending: string, content: string) =>
    writeFileSync(join(folder, `${model.kind}.${ending}`), content, { mode: 0o600 });
  file('html', rendered.html);
  file('txt', rendered.text);
  file('eml', emlOf(request, new Date(model.madeAt)));
  return join(folder, `${model.kind}.html`);
}

function openOne(digest: Shown, flags: PreviewFlags, world: World): void {
  const file = writeFiles(mkdtempSync(join(tmpdir(), 'promisewatch-preview-')), digest);
  const { rendered, model } = digest;
  world.print(`${model.kind}: ${rendered.subject}`);
  world.print(rendered.preheader);
  world.print(file);
  if (flags.open !== false && world.terminal?.columns !== undefined) openInBrowser(file);
}

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where there is nothing to open it with, the printed path is all. */
function openInBrowser(file: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, file], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}

async function senderOf(flags: PreviewFlags, world: World): Promise<string> {
  const { readConfigFile } = await import('../read-config-file.ts');
  return readConfigFile(flags.config ?? 'promisewatch.yaml', world.cwd).deploy.mailFrom;
}

/** Outside the outbox: no configuration set, so that its events cannot be taken for those of a digest. */
async function sendOne(digest: Shown, to: string, flags: PreviewFlags, world: World) {
  const { readConfigFile } = await import('../read-config-file.ts');
  const { sesClient, sesMailer } = await import('../../src/adapters/ses.ts');
  const { ConfigurationSetName: _set, EmailTags: _tags, ...request } = digest.request;
  const { region } = readConfigFile(flags.config ?? 'promisewatch.yaml', world.cwd).deploy;
  const client = sesClient(flags.region ?? region);
  try {
    const answer = await sesMailer(client)(request);
    if (answer.status !== 'sent')
      throw new Refusal(
        `SES did not take it: ${answer.reason}. See: promisewatch doctor`,
        EXIT.problems,
      );
    world.print(`sent ${digest.model.kind} to ${to}; nobody else gets it.`);
  } finally {
    client.destroy();
  }
}
