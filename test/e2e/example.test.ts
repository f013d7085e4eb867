import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalTable } from '../../bin/analyst/local-table.ts';
import { EXAMPLE_SOURCES, exampleMentions } from '../../examples/northbell/mentions.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

interface Mail {
  readonly to: string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: { fileName: string; contentBase64: string }[];
}

interface Run {
  readonly folder: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly summary: Record<string, number>;
  readonly mails: Mail[];
}

async function start(
  ...flags: string[]
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'start.ts'), ...flags], { cwd: ROOT });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  const exitCode = await new Promise<number | null>((done) => child.once('close', done));
  return { exitCode, stdout, stderr };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-example-'));
  folders.push(folder);
  return folder;
}

/** Where a run is killed: so long after it first says so on stderr, whatever time the machine took to get there. */
interface Kill {
  readonly says: string;
  readonly afterMs: number;
}

const KILLS: readonly Kill[] = [
  // The first batch is judged, the rest of what was read still waits.
  { says: '  classify  ', afterMs: 0 },
  // The hourly count begins.
  { says: '  rollup    ', afterMs: 0 },
  // Past the instant between a mail's sending and its note, where nobody can know whether it went out.
  { says: '  mail to ', afterMs: 1000 },
];

/** Starts the example and kills it without warning. */
async function startAndKill(folder: string, { says, afterMs }: Kill): Promise<void> {
  const flags = ['--once', '--data', folder];
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'start.ts'), ...flags], { cwd: ROOT });
  let [stderr, isDue] = ['', false];
  let timer: NodeJS.Timeout | undefined;
  child.stdout.resume();
  child.stderr.on('data', (part) => {
    stderr += part;
    if (isDue || !stderr.includes(says)) return;
    isDue = true;
    timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const signal = await new Promise<NodeJS.Signals | null>((done) =>
    child.once('close', (_, by) => done(by)),
  );
  clearTimeout(timer);
  if (signal !== 'SIGKILL') throw new Error(`ended before it was killed at "${says}":\n${stderr}`);
}

/** What a killed run left undone. */
interface Undone {
  readonly messages: number;
  readonly dirtyDays: number;
}

async function undoneIn(folder: string): Promise<Undone> {
  const queues = new DatabaseSync(join(folder, 'state', 'queues', 'fauxqs.db'), { readOnly: true });
  const counted = queues.prepare('SELECT count(*) AS messages FROM sqs_messages').get();
  queues.close();
  const { table, close } = await openLocalTable(folder, ROOT);
  try {
    const marks = await dynamoRollupStore(table).dirtyMarks();
    return { messages: Number(counted?.['messages']), dirtyDays: marks.length };
  } finally {
    await close();
  }
}

async function playThroughKills(): Promise<Run & { undone: Undone[] }> {
  const folder = newFolder();
  const undone: Undone[] = [];
  for (const kill of KILLS) {
    await startAndKill(folder, kill);
    undone.push(await undoneIn(folder));
  }
  return { ...(await play(folder)), undone };
}

/** Counts of every day and incidents as they stand in a run's folder. */
async function conclusions(folder: string) {
  const { table, close } = await openLocalTable(folder, ROOT);
  try {
    const rollups = await dynamoRollupStore(table).between('northbell', '2026-01-01', '2026-12-31');
    const { incidents } = await dynamoIncidentStore(table).recent('northbell', '2026-01-01');
    return { rollups: rollups.map(({ seen: _, countedAt: _at, ...counts }) => counts), incidents };
  } finally {
    await close();
  }
}

async function play(folder = newFolder()): Promise<Run> {
  const { exitCode, stdout, stderr } = await start('--once', '--data', folder);
  if (exitCode !== 0) throw new Error(stderr);
  const outbox = join(folder, 'state', 'outbox');
  const mails = readdirSync(outbox)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => (JSON.parse(readFileSync(join(outbox, name), 'utf8')) as { mail: Mail }).mail);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return { folder, exitCode, stdout, summary, mails };
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('npm start -- --once', () => {
  let first: Run;
  /** Killed three times on the way. */
  let second: Awaited<ReturnType<typeof playThroughKills>>;
  beforeAll(async () => {
    [first, second] = await Promise.all([play(), playThroughKills()]);
  }, 400_000);

  const teamMails = () =>
    first.mails.filter(({ to }) => to.includes('customer-voice@northbell.example'));
  const incidentMails = () => teamMails().filter(({ subject }) => subject.includes('alert'));

  it('plays to the end and says in one JSON line what came of it', () => {
    const written = EXAMPLE_SOURCES.flatMap((source) => exampleMentions(source));
    const statements = new Set(written.map(({ id }) => id)).size;
    expect(first.summary).toMatchObject({
      collected: written.length,
      stored: statements,
      newVersions: written.length - statements,
      deadLettered: 0,
      failedReads: 0,
      incidents: 1,
      digests: 8,
    });
    expect(first.summary['secondsToDigest']).toBeGreaterThan(
      first.summary['secondsToFirstMention'] ?? Number.NaN,
    );
  });

  it('mails the crisis once to each person, once that it got worse, and once that it is over, in one thread', () => {
    const subject = 'Northbell: “We answer within 60 seconds” alert NB-0001';
    const thread = [subject, `Re: ${subject}`, `Re: ${subject}`];
    expect(incidentMails().map((mail) => mail.subject)).toEqual(thread);
    const others = first.mails.filter(({ to }) => to.includes('head-of-service@northbell.example'));
    expect(others.map(({ subject }) => subject)).toEqual(thread);
  });

  it('mails the first reading on the first morning, and the pulse on Monday, to who asked for it', () => {
    expect(teamMails().map(({ subject }) => subject)).toEqual([
      'Northbell: first reading',
      'Northbell: “We answer within 60 seconds” alert NB-0001',
      'Re: Northbell: “We answer within 60 seconds” alert NB-0001',
      'Northbell: weekly pulse',
      'Re: Northbell: “We answer within 60 seconds” alert NB-0001',
    ]);
    expect(teamMails()[3]?.text).toContain('“We answer within 60 seconds” is in an open incident');
  });

  it('names the promise, the counts and the source that fell silent', () => {
    const [opened] = incidentMails();
    expect(opened?.text).toContain('“We answer within 60 seconds” is slipping');
    expect(opened?.text).toMatch(/^\d+ mentions say it was broken in \d+ days?$/m);
    expect(opened?.text).toMatch(/^[\d.]+ usual for \d+ days?$/m);
    expect(opened?.html).toContain('We answer within 60 seconds');
  });

  it('names the silent source in a digest instead of calling it good news', () => {
    const recovered = teamMails().at(-1);
    expect(recovered?.text.replaceAll('\n', ' ')).toContain('Homelines forum is silent');
  });

  it('quotes literally what was written', () => {
    const texts = EXAMPLE_SOURCES.flatMap((source) => exampleMentions(source)).map(
      ({ text }) => text,
    );
    const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
    const all = texts.map(plain).join('\n');
    const quotes = [...(incidentMails()[0]?.text ?? '').matchAll(/^> “?(.+(?:\n> .+)*)/gm)].map(
      ([, quote]) =>
        plain(String(quote).replaceAll('\n> ', ' ')).replaceAll(/^[“…\s]+|[”…\s]+$/g, ''),
    );
    expect(quotes.length).toBeGreaterThanOrEqual(3);
    for (const quote of quotes) expect(all).toContain(quote);
  });

  it('stays quiet about a flood of copies', () => {
    expect(
      first.mails.map(({ subject }) => subject).filter((subject) => subject.includes('fees')),
    ).toEqual([]);
  });

  it('gives the same digests, byte for byte, for the same mentions, killed on the way or not', () => {
    // SES puts the address of its own unsubscribe page into a mail; here it is a port of this machine.
    const ours = (body: string) => body.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://ses');
    const content = ({ mails }: Run) =>
      mails.map(({ to, subject, html, text, attachments }) => ({
        to,
        subject,
        html: ours(html),
        text: ours(text),
        attachments,
      }));
    expect(content(second)).toEqual(content(first));
  });

  it('is killed with messages waiting, and with days to be counted', () => {
    expect(second.undone.some(({ messages }) => messages > 0)).toBe(true);
    expect(second.undone.some(({ dirtyDays }) => dirtyDays > 0)).toBe(true);
  });

  it('comes to the same counts and incidents after being killed three times', async () => {
    expect(await conclusions(second.folder)).toEqual(await conclusions(first.folder));
  }, 60_000);
});

describe('npm start, used wrongly', () => {
  it.each([
    [['--onec'], 2, 'Did you mean --once?'],
    [['--port', 'abc'], 2, '--port takes a number'],
    [['--config', 'nowhere.yaml', '--once'], 2, 'nowhere.yaml is not there'],
    [['once'], 2, 'Options begin with --'],
  ])('%j ends with %i and says what to do', async (flags, code, message) => {
    const { exitCode, stderr } = await start(...flags);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });
});
