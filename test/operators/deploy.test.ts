import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ResourceTemplate, templateChanges } from '../../bin/operators/template-changes.ts';
import { synthesise } from '../lib/synthesise.ts';
import { HEALTHY, notFound } from './account.ts';
import { ACME_YAML, type Cloud, json, openCloud, run, xml, xmlError } from './cloud.ts';
import { keyboard } from './keyboard.ts';

const app = synthesise();
const data = app.templates['acme-watch-data'] as ResourceTemplate;
const pipeline = app.templates['acme-watch'] as ResourceTemplate;
const TABLE = 'MentionsTable956CD738';

/** The data stack with something else in its table. */
function withTable(change: (table: Record<string, unknown>) => Record<string, unknown>) {
  const table = data.Resources?.[TABLE] as Record<string, unknown>;
  return {
    Resources: { ...data.Resources, [TABLE]: change(table) },
  } as unknown as ResourceTemplate;
}
const withProperties = (only: Record<string, unknown>) =>
  withTable((table) => ({ ...table, Properties: { ...(table['Properties'] as object), ...only } }));
const lossesOf = (next: ResourceTemplate) =>
  templateChanges('acme-watch-data', data, next).flatMap(({ loses }) => loses ?? []);

describe('what a deployment would change', () => {
  it('is nothing between equal templates', () => {
    expect(templateChanges('acme-watch', pipeline, pipeline)).toEqual([]);
  });

  it('is everything where nothing is deployed', () => {
    const changes = templateChanges('acme-watch', undefined, pipeline);
    expect(changes.length).toBeGreaterThan(30);
    expect(changes.filter(({ change, loses }) => change !== 'added' || loses)).toEqual([]);
  });

  it('is told by property, with small values before and after', () => {
    const [id = '', fn] = Object.entries(pipeline.Resources ?? {}).find(
      ([, { Type }]) => Type === 'AWS::Lambda::Function',
    ) as [string, Record<string, unknown>];
    const next = {
      Resources: {
        ...pipeline.Resources,
        [id]: { ...fn, Properties: { ...(fn['Properties'] as object), MemorySize: 999 } },
      },
    } as ResourceTemplate;
    expect(templateChanges('acme-watch', pipeline, next)).toMatchObject([
      {
        logicalId: id,
        change: 'changed',
        details: [expect.stringMatching(/^MemorySize \d+ → 999$/)],
      },
    ]);
  });

  const losing: [string, ResourceTemplate, string][] = [
    [
      'another logical id',
      { Resources: { Renamed: data.Resources?.[TABLE] as never } },
      'deleted or left behind',
    ],
    [
      'another key',
      withProperties({ KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] }),
      'KeySchema cannot be changed',
    ],
    ['a name', withProperties({ TableName: 'mentions' }), 'TableName cannot be changed'],
    [
      'a policy that deletes',
      withTable((table) => ({ ...table, DeletionPolicy: 'Delete' })),
      'no longer be kept',
    ],
    ['one index less', withProperties({ GlobalSecondaryIndexes: [] }), 'an index (GSI1, GSI2)'],
    [
      'no deletion protection',
      withProperties({ Replicas: [{ Region: 'eu-west-1' }] }),
      'deletion protection',
    ],
    [
      'no recovery',
      withProperties({ Replicas: [{ Region: 'eu-west-1', DeletionProtectionEnabled: true }] }),
      'would lose its point-in-time recovery',
    ],
    [
      'another type',
      withTable((table) => ({ ...table, Type: 'AWS::DynamoDB::Table' })),
      'replaced by an empty one',
    ],
  ];
  it.each(losing)('loses data with %s of the table', (_, next, why) => {
    expect(lossesOf(next).join()).toContain(why);
    expect(lossesOf(next).join()).toContain('all mentions, counts, incidents and digests');
  });

  it('loses nothing with another cap on writes', () => {
    const next = synthesise({ maxWriteUnits: 900 }).templates['acme-watch-data'];
    expect(lossesOf(next as ResourceTemplate)).toEqual([]);
  });
});

describe('deploy', () => {
  let cloud: Cloud;
  let deployed: Record<string, ResourceTemplate | undefined>;
  /** Version of CDK's bootstrap stack. */
  let bootstrap: string | undefined;
  const parameter = (body: string) => {
    const { Name } = JSON.parse(body);
    const [tableName = ''] = Object.values(cloud.aws.resources['AWS::DynamoDB::GlobalTable'] ?? {});
    const value = Name.startsWith('/cdk-bootstrap/')
      ? bootstrap
      : { '/promisewatch/acme-watch/table-name': tableName }[Name as string];
    return value === undefined
      ? json({ __type: 'ParameterNotFound', message: '' }, 400)()
      : json({ Parameter: { Name, Value: value } })();
  };
  beforeAll(async () => {
    cloud = await openCloud(ACME_YAML);
  }, 120_000);
  afterAll(() => cloud.close());
  beforeEach(() => {
    deployed = {};
    bootstrap = '21';
    Object.assign(cloud.answers, {
      ...HEALTHY,
      'ssm GetParameter': parameter,
      'cloudformation GetTemplate': (body: string) => {
        const name = new URLSearchParams(body).get('StackName') ?? '';
        const template = deployed[name];
        const escaped = JSON.stringify(template ?? null)
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;');
        return template === undefined
          ? xmlError('ValidationError', `Stack with id ${name} does not exist`)()
          : xml('GetTemplate', `<TemplateBody>${escaped}</TemplateBody>`)();
      },
    });
  });

  it('names everything that would be made in a dry run, and makes nothing', async () => {
    const outside = keyboard();
    const { code, out } = await run(['deploy', '--dry-run'], { cwd: cloud.cwd, outside });
    expect(code).toBe(0);
    expect(out).toContain('acme-watch-data in account 111122223333:');
    expect(out).toContain(`  + DynamoDB GlobalTable ${TABLE}`);
    expect(outside.ran).toEqual([]);
  }, 120_000);

  it('stops before cdk when the table would be replaced', async () => {
    deployed['acme-watch-data'] = withProperties({
      KeySchema: [{ AttributeName: 'old', KeyType: 'HASH' }],
    });
    const outside = keyboard();
    const { code, err } = await run(['deploy'], { cwd: cloud.cwd, outside });
    expect(code).toBe(5);
    expect(err).toContain('STOP  it would be replaced by an empty one, because KeySchema');
    expect(err).toContain(`Stopped: data would be lost at ${TABLE}. Nothing was changed.`);
    expect(outside.ran).toEqual([]);
  }, 120_000);

  it('hands cdk exactly what it compared, then applies the configuration', async () => {
    let uploaded = '';
    const outside = keyboard([], {
      run: async (program, args) => {
        const folder = args[args.indexOf('--app') + 1] ?? '';
        uploaded = `${program} ${readFileSync(join(folder, 'acme-watch-data.template.json'), 'utf8').includes(TABLE)}`;
        return 0;
      },
    });
    const { code, out, err } = await run(['deploy'], { cwd: cloud.cwd, outside });
    expect([code, uploaded]).toEqual([0, 'cdk true']);
    expect(out).toContain('✓ acme-watch-data and acme-watch are deployed in eu-west-1.');
    expect(out).toContain('✓ configuration version 1 is current.');
    expect(err).toMatch(/^total +\$/m);
  }, 120_000);

  it('says what a failed cdk leaves behind', async () => {
    const outside = keyboard([], { run: async () => 1 });
    const { code, err } = await run(['deploy', '--no-apply'], { cwd: cloud.cwd, outside });
    expect(code).toBe(1);
    expect(err).toContain('cdk ended with 1.');
    expect(err).toContain('Done before it: began to deploy. The command can be run again.');
  }, 120_000);

  it('says that the stacks are there when the configuration cannot be stored after them', async () => {
    cloud.answers['ssm PutParameter'] = json({ __type: 'AccessDeniedException' }, 400);
    const { code, err } = await run(['deploy'], { cwd: cloud.cwd, outside: keyboard() });
    delete cloud.answers['ssm PutParameter'];
    expect(code).toBe(3);
    expect(err).toContain('Done before it: deployed acme-watch-data and acme-watch.');
  }, 120_000);

  it('stops without a keyboard where CDK was never bootstrapped, with the command', async () => {
    bootstrap = undefined;
    const outside = { ...keyboard(['yes']), isInteractive: false };
    const { code, err } = await run(['deploy'], { cwd: cloud.cwd, outside });
    expect(code).toBe(5);
    expect(err).toContain('  → npx cdk bootstrap aws://111122223333/eu-west-1');
    expect(err).toContain('Stopped: the deployment would fail. Nothing was changed.');
    expect(outside.ran).toEqual([]);
  }, 120_000);

  it('stops before another contact list of the account would stop CloudFormation', async () => {
    cloud.answers['ses GET /v2/email/contact-lists'] = json({
      ContactLists: [{ ContactListName: 'news' }],
    });
    const outside = keyboard(['yes', 'yes']);
    const { code, err } = await run(['deploy'], { cwd: cloud.cwd, outside });
    expect([code, outside.ran]).toEqual([5, []]);
    expect(err).toContain('  → write contactList: news under deploy:');
  }, 120_000);

  it('goes on with a sender that nobody verified, and says what it lacks', async () => {
    cloud.answers['ses GET /v2/email/identities/acme.example'] = notFound;
    const outside = keyboard(['no']);
    const { code, err } = await run(['deploy', '--no-apply'], { cwd: cloud.cwd, outside });
    expect([code, outside.ran.length]).toEqual([0, 1]);
    expect(err).toContain('! ses: neither watch@acme.example nor acme.example is verified');
    expect(cloud.calls).not.toContain('ses POST /v2/email/identities');
  }, 120_000);

  it('refuses a promise that cannot be judged before it makes anything', async () => {
    const file = join(cloud.cwd, 'vague.yaml');
    writeFileSync(file, ACME_YAML.replace('We answer within 60 seconds', 'Excellence'));
    cloud.calls.length = 0;
    const { code, err } = await run(['deploy', '--config', file], { cwd: cloud.cwd });
    expect([code, cloud.calls]).toEqual([2, []]);
    expect(err).toContain('names nothing that a customer could see kept or broken');
  });
});
