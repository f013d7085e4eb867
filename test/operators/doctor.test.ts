import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../bin/read-config-file.ts';
import { dynamoCheckpoints, dynamoSettingsStore } from '../../src/adapters/dynamodb/settings.ts';
import { dynamoSourceStates } from '../../src/adapters/dynamodb/sources.ts';
import { CLASSIFIER_BASE } from '../../src/classification/brand-judges.ts';
import { settingsOf } from '../../src/config/config.ts';
import { synthesise } from '../lib/synthesise.ts';
import { aState } from '../sources/states.ts';
import { HEALTHY, identity, notFound, stack } from './account.ts';
import {
  ACME_YAML,
  type Answers,
  type Cloud,
  json,
  openCloud,
  run,
  tableOf,
  xml,
  xmlError,
} from './cloud.ts';
import { keyboard } from './keyboard.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud(
    ACME_YAML.replace(
      'acme.rss\n',
      'acme.rss\n      - id: acme-tp\n        name: Trustpilot\n        connector: trustpilot\n        businessUnit: 0123456789abcdef01234567\n        secret: /promisewatch/secrets/trustpilot\n',
    ),
  );
}, 60_000);
afterAll(() => cloud.close());

const dmarc = keyboard([], { txtRecords: async () => ['v=DMARC1; p=reject'] });

beforeEach(async () => {
  for (const call of Object.keys(cloud.answers)) delete cloud.answers[call];
  Object.assign(cloud.answers, HEALTHY);
  cloud.answers['ssm GetParameter'] = (body) => {
    const name = JSON.parse(body).Name;
    return PARAMETERS.has(name)
      ? { body: JSON.stringify({ Parameter: { Name: name, Value: PARAMETERS.get(name) } }) }
      : {
          status: 400,
          body: JSON.stringify({ __type: 'ParameterNotFound', message: '' }),
        };
  };
  PARAMETERS.clear();
  PARAMETERS.set('/cdk-bootstrap/hnb659fds/version', '21');
  PARAMETERS.set('/promisewatch/secrets/trustpilot', 'encrypted');
  cloud.calls.length = 0;
});
const PARAMETERS = new Map<string, string>();

const examine = (argv: readonly string[] = []) =>
  run(['doctor', ...argv], { cwd: cloud.cwd, outside: dmarc });

describe('doctor before a deployment', () => {
  it('finds nothing wrong in a healthy account, and says what to do next', async () => {
    const { code, out, err } = await examine();
    expect([code, err]).toEqual([0, 'No problems, 2 notes.']);
    expect(out).not.toContain('✗');
    expect(out).toContain('✓ identity      account 111122223333');
    expect(out).toContain('! stacks        acme-watch-data is not deployed');
    expect(out).toContain('→ promisewatch deploy');
  });

  it('asks only what reads', async () => {
    await examine();
    const verbs = cloud.calls.map((call) => call.split(' ')[1]);
    expect(verbs.length).toBeGreaterThan(6);
    expect(verbs.filter((verb) => !/^(Get|Describe|List|GET|Query)/.test(verb ?? ''))).toEqual([]);
  });

  const problems: [string, Answers, RegExp, string][] = [
    [
      'nobody signed in',
      { 'sts GetCallerIdentity': xmlError('ExpiredToken', 'The security token is expired', 403) },
      /✗ identity .*missing or expired/,
      'aws sso login',
    ],
    [
      'a sender that nobody verified',
      { 'ses GET /v2/email/identities/acme.example': notFound },
      /✗ ses .*neither watch@acme.example nor acme.example is verified/,
      'aws sesv2 create-email-identity --region eu-west-1 --email-identity acme.example',
    ],
    [
      'a domain that waits for its records',
      { 'ses GET /v2/email/identities/acme.example': identity(false) },
      /✗ ses .*acme.example waits/,
      'publish the DKIM records',
    ],
    [
      'sending switched off',
      {
        'ses GET /v2/email/account': json({
          ProductionAccessEnabled: true,
          SendingEnabled: false,
          EnforcementStatus: 'SHUTDOWN',
        }),
      },
      /✗ ses .*sending is switched off/,
      'put-account-sending-attributes',
    ],
    [
      'a contact list that is not ours, where SES allows one',
      {
        'ses GET /v2/email/contact-lists': json({ ContactLists: [{ ContactListName: 'news' }] }),
      },
      /✗ unsubscribe .*and news is there already/,
      'write contactList: news under deploy:',
    ],
    [
      'a failed stack',
      { 'cloudformation DescribeStacks': stack('ROLLBACK_COMPLETE') },
      /✗ stacks .*ROLLBACK_COMPLETE/,
      'describe-stack-events',
    ],
  ];
  it.each(problems)('finds %s, with the command that mends it', async (_, answers, line, fix) => {
    Object.assign(cloud.answers, answers);
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toMatch(line);
    expect(out).toContain(fix);
  });

  it('asks for the concurrent executions that the templates reserve, and 100 that AWS keeps', async () => {
    const file = join(cloud.cwd, 'promisewatch.yaml');
    const before = readFileSync(file, 'utf8');
    const webhook =
      'acme.rss\n      - id: acme-hook\n        name: Helpdesk\n        connector: webhook\n        kind: review\n        secret: /promisewatch/secrets/trustpilot\n';
    const reserving = before.replace('deploy:\n', 'deploy:\n  reservedConcurrency: true\n');
    const found: string[] = [];
    try {
      for (const receivesWebhooks of [false, true]) {
        writeFileSync(
          file,
          receivesWebhooks ? reserving.replace('acme.rss\n', webhook) : reserving,
        );
        const reserved = synthesise({ reservedConcurrency: true }, { receivesWebhooks })
          .ofType('AWS::Lambda::Function')
          .reduce((sum, { properties }) => sum + properties.ReservedConcurrentExecutions, 0);
        for (const limit of [reserved + 99, reserved + 100]) {
          cloud.answers['lambda GET /2016-08-19/account-settings'] = json({
            AccountLimit: { ConcurrentExecutions: limit },
          });
          const { out } = await examine();
          found.push(out.split('\n').find((line) => line.includes(' quotas ')) ?? '');
        }
      }
    } finally {
      writeFileSync(file, before);
    }
    expect(found).toEqual([
      '✗ quotas        deploy.reservedConcurrency needs a limit of 121 concurrent executions; this account has 120',
      '✓ quotas        121 concurrent executions',
      '✗ quotas        deploy.reservedConcurrency needs a limit of 123 concurrent executions; this account has 122',
      '✓ quotas        123 concurrent executions',
    ]);
  });

  it('leaves out what functions of others reserve', async () => {
    cloud.answers['lambda GET /2016-08-19/account-settings'] = json({
      AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 },
    });
    const file = join(cloud.cwd, 'promisewatch.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('deploy:\n', 'deploy:\n  reservedConcurrency: true\n'));
    const { out } = await examine().finally(() => writeFileSync(file, before));
    expect(out).toContain(
      '✗ quotas        deploy.reservedConcurrency needs a limit of 121 concurrent executions; this account has 100 of 1000 that no other function reserves',
    );
  });

  it('finds an account that was never bootstrapped, and a key that is not stored', async () => {
    PARAMETERS.clear();
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toContain('→ npx cdk bootstrap aws://111122223333/eu-west-1');
    expect(out).toContain('→ promisewatch secrets set /promisewatch/secrets/trustpilot');
  });

  it('names every recipient that the sandbox would refuse', async () => {
    Object.assign(cloud.answers, {
      'ses GET /v2/email/account': json({
        ProductionAccessEnabled: false,
        SendingEnabled: true,
        EnforcementStatus: 'HEALTHY',
        SendQuota: { Max24HourSend: 200, SentLast24Hours: 0 },
      }),
      'ses GET /v2/email/identities/acme.example': notFound,
      'ses GET /v2/email/identities/watch@acme.example': identity(true),
      'ses GET /v2/email/identities/team@acme.example': notFound,
    });
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toContain('sandbox: team@acme.example is not verified and would get nothing');
    expect(out).toContain('--email-identity team@acme.example');
  });

  it('notes what works but should be better: no DMARC record, a small account', async () => {
    cloud.answers['lambda GET /2016-08-19/account-settings'] = json({
      AccountLimit: { ConcurrentExecutions: 10 },
    });
    const { code, out } = await run(['doctor'], { cwd: cloud.cwd, outside: keyboard() });
    expect(code).toBe(0);
    expect(out).toMatch(/! dns .*has no DMARC record/);
    expect(out).toMatch(/! quotas .*may run 10 functions at a time/);
  });

  it('notes a quota of mails that a bad day would use up', async () => {
    cloud.answers['ses GET /v2/email/account'] = json({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: 200, SentLast24Hours: 198 },
    });
    const { code, out } = await examine();
    expect(code).toBe(0);
    expect(out).toContain('! ses           production access, 2 of 200 mails left today');
    expect(out).toContain('--quota-code L-804C8AE8');
  });

  it('says what it could not ask instead of ending', async () => {
    cloud.answers['ses GET /v2/email/account'] = json({ __type: 'AccessDeniedException' }, 403);
    const { out } = await examine();
    expect(out).toMatch(/! ses .*could not be asked: these credentials lack ses:GetAccount/);
  });

  it('is one JSON object for scripts, with the same exit code', async () => {
    PARAMETERS.delete('/cdk-bootstrap/hnb659fds/version');
    const { code, out } = await examine(['--json']);
    const { ok, findings } = JSON.parse(out);
    expect([code, ok]).toEqual([5, false]);
    const bad = findings.filter(({ level }: { level: string }) => level === 'bad');
    expect(bad.map(({ topic }: { topic: string }) => topic)).toEqual(['bootstrap']);
  });
});

describe('doctor after a deployment', () => {
  beforeEach(() => {
    const [tableName] = Object.values(cloud.aws.resources['AWS::DynamoDB::GlobalTable'] ?? {});
    PARAMETERS.set('/promisewatch/acme-watch/table-name', tableName ?? '');
    Object.assign(cloud.answers, {
      'cloudformation DescribeStacks': stack('CREATE_COMPLETE'),
      'cloudformation DescribeStackResources': xml(
        'DescribeStackResources',
        '<StackResources><member><LogicalResourceId>T</LogicalResourceId><PhysicalResourceId>arn:aws:sns:eu-west-1:111122223333:t</PhysicalResourceId><ResourceType>AWS::SNS::Topic</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><Timestamp>2026-11-01T00:00:00Z</Timestamp></member></StackResources>',
      ),
      'cloudformation GetTemplate': xml('GetTemplate', '<TemplateBody>{}</TemplateBody>'),
      'sns ListSubscriptionsByTopic': xml(
        'ListSubscriptionsByTopic',
        '<Subscriptions><member><SubscriptionArn>PendingConfirmation</SubscriptionArn><Endpoint>operators@acme.example</Endpoint><Protocol>email</Protocol></member></Subscriptions>',
      ),
      'dynamodb DescribeTable': json({ Table: { DeletionProtectionEnabled: false } }),
      'dynamodb DescribeContinuousBackups': json({
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
        },
      }),
    });
  });

  it('counts what the stack itself reserves as there for it', async () => {
    cloud.answers['lambda GET /2016-08-19/account-settings'] = json({
      AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 105 },
    });
    cloud.answers['cloudformation GetTemplate'] = xml(
      'GetTemplate',
      '<TemplateBody>{"A":{"ReservedConcurrentExecutions":1},"B":{"ReservedConcurrentExecutions":20}}</TemplateBody>',
    );
    expect((await examine()).out).toContain(
      '✓ quotas        126 concurrent executions of 1000 that no other function reserves',
    );
  });

  it('finds a table without protection, a missing key, nothing applied, alarms that reach nobody', async () => {
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toMatch(/✗ table .*deletion protection is off\n/);
    expect(out).toMatch(/✗ author key .*is missing/);
    expect(out).toMatch(/✗ configuration .*none is applied/);
    expect(out).toMatch(/! alarms .*operators@acme.example has not confirmed/);
    expect(out).toMatch(/✗ secrets .*may not read keys of sources yet/);
    expect(out).toMatch(/! clock .*has not run yet/);
  });

  it('names a brand whose counts wait for a reclassification', async () => {
    const table = tableOf(cloud);
    const settings = settingsOf(readConfigFile('promisewatch.yaml', cloud.cwd));
    await dynamoSettingsStore(table).apply(settings, new Date('2026-11-20T11:00:00Z'));
    await dynamoCheckpoints(table).set('classifier#acme', 'e1-old');
    await dynamoCheckpoints(table).set(CLASSIFIER_BASE, 'e2-new');
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toContain(
      '✗ classifier    acme waits for a reclassification: nothing is checked until then\n                → promisewatch reclassify',
    );
  });

  it('names the sources that do not answer, with the remedy, and the keys that were accepted', async () => {
    const states = dynamoSourceStates(tableOf(cloud));
    const readAt = '2026-11-20T11:50:00.000Z';
    await states.add(aState({ source: 'acme-tp', lastReadAt: readAt }));
    await states.add(
      aState({
        source: 'acme-reviews',
        failures: 3,
        failingSince: '2026-11-19T09:00:00.000Z',
        problem: { code: 'KEY_REFUSED', message: 'It refuses.', remedy: 'Ask them.' },
      }),
    );
    const { code, out } = await examine();
    expect(code).toBe(5);
    expect(out).toContain(
      '✗ sources       acme-reviews has not answered since 2026-11-19T09:00:00.000Z: It refuses.\n                → Ask them.',
    );
    expect(out).toContain(
      `✓ sources       acme-tp answered to /promisewatch/secrets/trustpilot at ${readAt}`,
    );
    expect(out).toContain('1 of 2 answered at their last read');
  });
});
