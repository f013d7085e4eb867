import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME_YAML, type Cloud, json, openCloud, run, xml, xmlError } from './cloud.ts';
import { keyboard } from './keyboard.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud(ACME_YAML);
}, 60_000);
afterAll(() => cloud.close());

const gone = (body: string) =>
  xmlError(
    'ValidationError',
    `Stack with id ${new URLSearchParams(body).get('StackName')} does not exist`,
  )();

const BACKUP =
  'arn:aws:dynamodb:eu-west-1:111122223333:table/acme-table/backup/01489602797149-73d8d5bc';
const backup = (BackupStatus: string) =>
  json({ BackupDescription: { BackupDetails: { BackupArn: BACKUP, BackupStatus } } });

beforeEach(() => {
  for (const call of Object.keys(cloud.answers)) delete cloud.answers[call];
  Object.assign(cloud.answers, {
    'cloudformation DescribeStackResources': xml(
      'DescribeStackResources',
      '<StackResources><member><LogicalResourceId>MentionsTable956CD738</LogicalResourceId><PhysicalResourceId>acme-table</PhysicalResourceId><ResourceType>AWS::DynamoDB::GlobalTable</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><Timestamp>2026-11-01T00:00:00Z</Timestamp></member></StackResources>',
    ),
    'cloudformation DeleteStack': xml('DeleteStack', ''),
    'cloudformation DescribeStacks': gone,
    'cloudformation UpdateTerminationProtection': xml(
      'UpdateTerminationProtection',
      '<StackId>s</StackId>',
    ),
    'dynamodb DescribeTable': json({
      Table: { TableSizeBytes: 4e9, ItemCount: 1234, TableStatus: 'ACTIVE' },
    }),
    'dynamodb CreateBackup': json({ BackupDetails: { BackupArn: BACKUP } }),
    'dynamodb DescribeBackup': backup('AVAILABLE'),
    'dynamodb UpdateTable': json({}),
    'dynamodb DeleteTable': json({}),
    'ssm DeleteParameter': json({}),
  });
  cloud.calls.length = 0;
});

const destroy = (argv: readonly string[], answers: readonly string[] = []) =>
  run(['destroy', ...argv], { cwd: cloud.cwd, outside: keyboard(answers) });
const changing = () =>
  cloud.calls
    .filter((call) => !/ (Describe|Get|List)/.test(call))
    .map((call) => call.split(' ')[1]);

describe('destroy', () => {
  it('keeps the data, says what it costs, and deletes only the stack of functions', async () => {
    const { code, out, err } = await destroy([], ['acme-watch']);
    expect(code).toBe(0);
    expect(err).toContain(
      'Stays: stack acme-watch-data. Table acme-table: 1234 items, 4.00 GB, about $1.80 a month',
    );
    expect(err).toContain('✓ deleted stack acme-watch');
    expect(err).toContain(
      'Stays: contact list acme-watch in SES, so that nobody who unsubscribed is mailed again. Before a later deploy write contactList: acme-watch under deploy:',
    );
    expect(out).toBe(
      'acme-watch is removed. Its data stays: promisewatch deploy goes on from it after contactList: acme-watch is written under deploy:.',
    );
    expect(changing()).toEqual(['DeleteStack']);
  });

  it.each([
    ['another name is typed', [], ['acme']],
    ['nobody answers', [], []],
    ['a script names another stack', ['--confirm', 'northbell'], []],
    ['data is meant and another name is typed', ['--delete-data'], ['yes']],
  ])('changes nothing when %s', async (_, argv, answers) => {
    const { code, err } = await destroy(argv, answers);
    expect(code).toBe(2);
    expect(err).toContain('Nothing was changed. In scripts: --confirm acme-watch');
    expect(changing()).toEqual([]);
  });

  it('refuses --no-backup where no data is deleted', async () => {
    const { code, err } = await destroy(['--no-backup', '--confirm', 'acme-watch']);
    expect(code).toBe(2);
    expect(err).toContain('--no-backup goes with --delete-data only');
    expect(changing()).toEqual([]);
  });

  it('deletes the data only with --delete-data and the name, after a backup, offering a file first', async () => {
    const { code, out, err } = await destroy(['--delete-data'], ['acme-watch']);
    expect(code).toBe(0);
    expect(err).toContain('promisewatch export mentions.parquet');
    expect(changing()).toEqual([
      'DeleteStack',
      'CreateBackup',
      'UpdateTable',
      'DeleteTable',
      'DeleteParameter',
      'UpdateTerminationProtection',
      'DeleteStack',
    ]);
    expect(out).toContain('acme-watch is removed with its data.');
  });

  it('deletes the table only once the backup is whole and the table no longer being updated', async () => {
    const statuses = ['CREATING', 'AVAILABLE'];
    cloud.answers['dynamodb DescribeBackup'] = () => backup(statuses.shift() ?? 'gone')();
    const { code } = await destroy(['--delete-data', '--confirm', 'acme-watch']);
    expect(code).toBe(0);
    const asked = cloud.calls.filter((call) => call.startsWith('dynamodb '));
    expect(asked.map((call) => call.split(' ')[1])).toEqual([
      'DescribeTable',
      'CreateBackup',
      'DescribeBackup',
      'DescribeBackup',
      'UpdateTable',
      'DescribeTable',
      'DeleteTable',
    ]);
  }, 15_000);

  it.each([[[]], [['--delete-data']]])(
    'claims no removal of what was never there (%j)',
    async (argv) => {
      cloud.answers['cloudformation DescribeStackResources'] = gone;
      const { code, out, err } = await destroy([...argv, '--confirm', 'acme-watch']);
      expect([code, out]).toEqual([4, '']);
      expect(err).toContain('there is neither a stack acme-watch nor a stack acme-watch-data');
      expect(changing()).toEqual([]);
    },
  );

  it('says what it changed before it failed, and goes on from there the next time', async () => {
    cloud.answers['dynamodb DeleteTable'] = json(
      { __type: 'LimitExceededException', message: 'too many' },
      400,
    );
    const first = await destroy(['--delete-data', '--confirm', 'acme-watch']);
    expect(first.code).toBe(1);
    expect(first.err).toMatch(
      /too many\nDone before it: deleted stack acme-watch; made backup .*; switched deletion protection of acme-table off\. The command can be run again\./,
    );
    cloud.answers['dynamodb DeleteTable'] = json({ __type: 'ResourceNotFoundException' }, 400);
    const second = await destroy(['--delete-data', '--no-backup', '--confirm', 'acme-watch']);
    expect(second.code).toBe(0);
  });
});
