import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAssembly } from '../../bin/local-run/assembly.ts';
import { northbellBytes } from '../../bin/local-run/northbell.ts';
import { type LocalRun, type OpenRunOptions, openRun, ROOT } from '../../bin/local-run/open-run.ts';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { virtualClock } from '../../local/clock.ts';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoTable } from '../../src/adapters/dynamodb/table.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { anInput } from '../digest/northbell.ts';
import { ACME_YAML, run as runCommand } from '../operators/cloud.ts';
import { keyboard } from '../operators/keyboard.ts';
import { alarmsIn, redAlarms } from './red-alarms.ts';
import { type ReviewFeed, serveReviews } from './review-feed.ts';

/** Each alarm of the template is brought about on the stand-ins; then its "Fix" of docs/runbook.md mends it. */

const STACK = 'acme-watch';
const HOUR = 3_600_000;
const RUNBOOK = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'promisewatch-alarms-'));
const clock = virtualClock('2026-11-20T12:05:00.000Z');
let feed: ReviewFeed;
let run: LocalRun;
let assemblyDir: string;
/** Recipients that SES turns away for now. */
const turnedAway = new Set<string>();

const yamlWith = (path: string, recipient: string) =>
  ACME_YAML.replace('https://reviews.example/acme.rss', `${feed.origin}${path}\n        http: true`)
    .replace('kind: review\n', 'kind: review\n        everyMinutes: 15\n')
    .replace('team@acme.example', recipient);
let path = '/reviews.rss';
let recipient = 'team@acme.example';

/** Edits the file, and gives it to the stack as a person would. */
async function applyEdited(): Promise<void> {
  writeFileSync(join(folder, 'promisewatch.yaml'), yamlWith(path, recipient));
  await command('apply');
}

/** A command line of the runbook, through the real entry point. */
async function command(...argv: string[]): Promise<string> {
  const { code, out, err } = await runCommand(argv, {
    cwd: folder,
    now: clock.now,
    outside: keyboard(),
  });
  expect([argv.join(' '), code, code === 0 ? '' : err]).toEqual([argv.join(' '), 0, '']);
  return out;
}

const before = { ...process.env };

/** Deploys: the functions as the template has them, but for what a faulty deployment broke. */
async function deploy(broken: Pick<OpenRunOptions, 'env' | 'assemblyDir'> = {}): Promise<void> {
  await run?.close();
  writeFileSync(join(folder, 'promisewatch.yaml'), yamlWith(path, recipient));
  run = await openRun({
    config: readConfigFile(join(folder, 'promisewatch.yaml'), folder),
    clock,
    dataDir: join(folder, 'state'),
    randomBytes: northbellBytes,
    mailFault: ({ to }) => (turnedAway.has(to) ? 'throttled' : undefined),
    ...broken,
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: run.aws.endpoint,
    AWS_ACCESS_KEY_ID: run.aws.operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: run.aws.operatorCredentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
  });
}

const hours = (count: number) =>
  run.aws.runUntil(new Date(clock.now().getTime() + count * HOUR).toISOString());
const red = () => redAlarms(run, alarmsIn(assemblyDir, STACK), STACK);

/** Goes on by the hour until an alarm is red. */
async function untilRed(name: string, most: number): Promise<void> {
  for (let hour = 0; hour < most && !(await red()).includes(name); hour++) await hours(1);
}

const say = (count: number, text: (n: number) => string) => feed.say(path, count, text);
const TOPICS = [
  'the phone',
  'my refund',
  'a parcel',
  'the driver',
  'the shop',
  'the bill',
  'an app',
];
const wordy = (n: number) =>
  `I asked about ${TOPICS[n % TOPICS.length]} ${n} times in week ${n * 7} and somebody number ${n * 31} answered within ${n} seconds.`;

const table = () => dynamoTable(run.stack.dynamodb, run.stack.tableName);
let digests = 0;
/** Freezes a digest of an incident of its own; the schedule mails it. */
async function freeze(): Promise<void> {
  digests += 1;
  await dynamoDigestStore(table()).freeze({
    brand: 'acme',
    key: `AC-${String(digests).padStart(4, '0')}#opened#1`,
    kind: 'opened',
    incidents: [digests],
    seq: 1,
    createdAt: clock.now().toISOString(),
    serious: true,
    promises: ['fast'],
    model: JSON.stringify(composeDigest(anInput())),
  });
}

interface Case {
  readonly bringAbout: () => Promise<void>;
  /** As the section's "Fix" says. */
  readonly fix: () => Promise<void>;
  /** Words of the section's "Fix" that `fix` follows: a change of the runbook is noticed here. */
  readonly says: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'source-unread': {
    bringAbout: async () => {
      feed.pages.delete(path);
      await untilRed('source-unread', 30);
    },
    says: 'a moved address is corrected in `promisewatch.yaml` and applied',
    fix: async () => {
      path = '/moved.rss';
      say(3, wordy);
      await applyEdited();
      await hours(2);
    },
  },
  'poll-dead-letters': {
    bringAbout: async () => {
      // Processes that have not read the key yet.
      await deploy();
      const { ssm, authorKeyParameter } = run.stack;
      await ssm.send(new DeleteParameterCommand({ Name: authorKeyParameter }));
      await untilRed('poll-dead-letters', 8);
    },
    says: '(`promisewatch apply` makes a missing key). Then `promisewatch redrive polls`',
    fix: async () => {
      await command('apply');
      await command('redrive', 'polls');
      await hours(1);
    },
  },
  'mention-dead-letters': {
    bringAbout: async () => {
      await deploy({ env: { classify: { TABLE_NAME: 'nowhere' } } });
      say(2, wordy);
      await untilRed('mention-dead-letters', 8);
    },
    says: 'deploy the version that can judge them',
    fix: async () => {
      await deploy();
      expect(await command('redrive', 'mentions', '--dry-run')).toContain('of mentions');
      await command('redrive', 'mentions');
      await hours(1);
    },
  },
  'mentions-waiting': {
    bringAbout: async () => {
      await deploy({ assemblyDir: withoutTrigger() });
      say(2, wordy);
      await untilRed('mentions-waiting', 8);
    },
    says: 'the last deployment is the likeliest cause: deploy the version before',
    fix: async () => {
      await deploy();
      await hours(0.5);
    },
  },
  'digest-late': {
    bringAbout: async () => {
      turnedAway.add(recipient);
      await freeze();
      await untilRed('digest-late', 30);
    },
    says: 'Then nothing else is needed: mail is looked for every 15 minutes',
    fix: async () => {
      turnedAway.clear();
      await hours(2);
    },
  },
  'counts-differ': {
    bringAbout: async () => {
      const rollups = dynamoRollupStore(table());
      const [counted] = await rollups.between('acme', '2026-11-20', '2026-11-20');
      if (counted === undefined) throw new Error('nothing was counted on the first day');
      await rollups.save({ ...counted, sources: {} });
      await untilRed('counts-differ', 26);
    },
    says: 'The days are recounted within the hour; nothing is mended by hand',
    fix: async () => {
      await hours(2);
      const [counted] = await dynamoRollupStore(table()).between(
        'acme',
        '2026-11-20',
        '2026-11-20',
      );
      expect(Object.keys(counted?.sources ?? {})).toEqual(['acme-reviews']);
    },
  },
  'mentions-unclassified': {
    bringAbout: async () => {
      say(40, wordy);
      say(30, (n) => `${'.'.repeat(n % 9)}?!${'!'.repeat(n % 7)} (${'-'.repeat(n)})`);
      await untilRed('mentions-unclassified', 8);
    },
    says: 'A feed that delivers markup or cut-off texts: take its better address',
    fix: async () => {
      const cutOff = feed.pages.get(path) ?? [];
      path = '/whole.rss';
      feed.pages.set(
        path,
        cutOff.map((item, n) => (/\w/.test(item.text) ? item : { ...item, text: wordy(n + 500) })),
      );
      await applyEdited();
      await hours(4);
    },
  },
  'stands-still': {
    bringAbout: async () => {
      await deploy({ env: { check: { TABLE_NAME: 'nowhere' } } });
      await hours(4);
    },
    says: 'a failed deployment is deployed again',
    fix: async () => {
      await deploy();
      await hours(2);
    },
  },
  'bounces-or-complaints': {
    bringAbout: async () => {
      // The counts of the stand-in begin with the run.
      recipient = 'bounce+later@simulator.amazonses.com';
      await applyEdited();
      await freeze();
      await untilRed('bounces-or-complaints', 26);
    },
    says: 'With few\nrecipients one bounce is many percent: it falls as more is delivered',
    fix: async () => {
      recipient = 'team@acme.example';
      await applyEdited();
      for (let mail = 0; mail < 110 && (await red()).includes('bounces-or-complaints'); mail++)
        await command('test-channel', recipient);
      await hours(2);
    },
  },
  'mail-refused': {
    bringAbout: async () => {
      recipient = 'bounce@simulator.amazonses.com';
      await applyEdited();
      await freeze();
      await untilRed('mail-refused', 26);
    },
    says: 'Correct or remove the address in `promisewatch.yaml` and `promisewatch apply`',
    fix: async () => {
      recipient = 'team@acme.example';
      await applyEdited();
      const mails = run.aws.outbox.list().length;
      await freeze();
      await hours(24);
      expect(run.aws.outbox.list().length).toBeGreaterThan(mails);
    },
  },
};

/** The assembly of a deployment that lost the trigger of `classify`. */
function withoutTrigger(): string {
  const copy = join(folder, 'without-trigger');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  cpSync(assemblyDir, join(copy, 'cdk.out'), { recursive: true });
  const file = join(copy, 'cdk.out', `${STACK}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, unknown> };
  const trigger = Object.keys(template.Resources).find((id) =>
    id.startsWith('ClassificationMentionsTrigger'),
  );
  if (trigger === undefined) throw new Error('the template has no trigger of classify');
  delete template.Resources[trigger];
  writeFileSync(file, JSON.stringify(template));
  return join(copy, 'cdk.out');
}

beforeAll(async () => {
  feed = await serveReviews(clock.now);
  writeFileSync(join(folder, 'promisewatch.yaml'), yamlWith(path, recipient));
  const config = readConfigFile(join(folder, 'promisewatch.yaml'), folder);
  assemblyDir = await makeAssembly(ROOT, config);
  say(5, wordy);
  await deploy();
  await hours(4);
}, 240_000);

afterAll(async () => {
  await run?.close();
  feed.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true, force: true });
});

describe('alarms on the stand-ins', () => {
  it('are none while all is well', async () => {
    expect(await red()).toEqual([]);
  });

  it('are all played here', () => {
    const names = alarmsIn(assemblyDir, STACK).map((alarm) => alarm.AlarmName);
    expect(names.toSorted()).toEqual(
      Object.keys(CASES)
        .map((name) => `${STACK}-${name}`)
        .toSorted(),
    );
  });

  describe.each(Object.entries(CASES))('%s', (name, { bringAbout, fix, says }) => {
    it('is brought about', async () => {
      expect(await red()).not.toContain(name);
      await bringAbout();
      expect(await red()).toContain(name);
    }, 240_000);

    it('is mended by its Fix', async () => {
      const section = RUNBOOK.split(`## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      const fixes = section.split('**Fix.**')[1]?.split('**Afterwards.**')[0];
      expect(fixes).toContain(says);
      await fix();
      expect(await red()).not.toContain(name);
    }, 240_000);
  });
});
