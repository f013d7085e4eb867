import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HEALTHY, identity, notFound } from './account.ts';
import { type Cloud, json, openCloud, run, xmlError } from './cloud.ts';
import { keyboard } from './keyboard.ts';

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'deploy.md'), 'utf8');
const block = guide.split('```sh\n')[1]?.split('```')[0] ?? '';
const commands = block
  .trim()
  .split(/\n| && /)
  .map((line) => line.replace(/ +#.*$/, ''));
const ME = 'me@northbell.example';
const typed = commands.flatMap((command) => {
  const [, words] = /^npm run -s promisewatch -- (.*)$/.exec(command) ?? [];
  return words === undefined ? [] : [words.replace('you@your-domain', ME).split(' ')];
});

let cloud: Cloud;
let cwd: string;
/** What the new account has so far. */
let bootstrapped: boolean;
let verified: boolean;
beforeAll(async () => {
  cloud = await openCloud('', 'promisewatch');
  cwd = mkdtempSync(join(tmpdir(), 'promisewatch-first-'));
}, 60_000);
afterAll(async () => {
  await cloud.close();
  rmSync(cwd, { recursive: true });
});

beforeEach(() => {
  bootstrapped = false;
  verified = false;
  Object.assign(cloud.answers, HEALTHY, {
    'ses GET /v2/email/account': json({
      ProductionAccessEnabled: false,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: 200, SentLast24Hours: 0 },
    }),
    [`ses GET /v2/email/identities/${ME}`]: () => (verified ? identity(true) : notFound)(),
    'ses GET /v2/email/identities/northbell.example': notFound,
    'ses POST /v2/email/identities': (body: string) => {
      verified = JSON.parse(body).EmailIdentity === ME;
      return json({ IdentityType: 'EMAIL_ADDRESS', VerifiedForSendingStatus: false })();
    },
    'cloudformation GetTemplate': xmlError('ValidationError', 'Stack with id s does not exist'),
  });
});

describe('the guide from a clone to the first mail', () => {
  it('has six commands at most', () => {
    expect(commands[0]).toMatch(/^git clone /);
    expect(commands).toContain('npm ci');
    expect(typed.length).toBeGreaterThan(2);
    expect(commands.length).toBeLessThanOrEqual(6);
  });

  it('ends with a mail, in an account where nothing was prepared', async () => {
    const answers = ['Northbell', '', 'https://reviews.example/northbell.rss', ME, '', '', '', ''];
    const ran: string[] = [];
    const outside = keyboard([...answers, 'yes', 'yes'], {
      run: async (program, args) => {
        ran.push([program, ...args.slice(0, 2)].join(' '));
        if (args[0] === 'bootstrap') bootstrapped = true;
        return bootstrapped ? 0 : 1;
      },
    });
    const codes: string[] = [];
    for (const argv of typed) {
      const { code, err } = await run(argv, { cwd, outside });
      codes.push(`${argv[0]} ${code} ${code === 0 ? '' : err}`.trim());
    }
    expect(codes).toEqual(typed.map(([name]) => `${name} 0`));
    expect(ran[0]).toBe('cdk bootstrap aws://111122223333/eu-west-1');
    expect(ran[1]).toMatch(/^cdk deploy/);
    expect(verified).toBe(true);
    expect(cloud.aws.outbox.list().map(({ to, subject }) => [...to, subject])).toEqual([
      [ME, 'Northbell: a test of promisewatch'],
    ]);
  }, 120_000);
});
