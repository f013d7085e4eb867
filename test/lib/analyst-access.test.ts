import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { AnalystAccess, type AnalystAccessProps } from '../../lib/analyst-access.ts';
import { MentionTable } from '../../lib/mention-table.ts';
import { synthesise } from './synthesise.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

function statements(only: Partial<AnalystAccessProps> = {}): Statement[] {
  const stack = new Stack(new App(), 'test');
  const { table } = new MentionTable(stack, 'Mentions', 1000);
  new AnalystAccess(stack, 'Analysts', { table, stackName: 'watch', ...only });
  const [policy] = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'),
  );
  return policy?.['Properties'].PolicyDocument.Statement;
}

const actions = (all: readonly Statement[]) => all.flatMap(({ Action }) => Action).toSorted();

describe('the policy for analysts', () => {
  it('reads the table and its day index and finds them, nothing else', () => {
    const all = statements();
    expect(actions(all)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'ssm:GetParameter',
    ]);
    expect(JSON.stringify(all)).not.toContain('"*"');
    expect(JSON.stringify(all)).toContain('/index/GSI1');
    expect(JSON.stringify(all)).toContain('parameter/promisewatch/watch/table-name');
  });

  it('limited to a brand names its partitions, and a request without a key is refused', () => {
    const [read] = statements({ brands: ['northbell'] });
    expect(read?.Condition).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': [
          'M#northbell#*',
          'R#northbell',
          'I#northbell',
          'G#northbell',
          'A#northbell',
          'northbell#*',
          'C#*',
          'S#*',
          'D#*',
        ],
      },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it('may be let write notes and steps on incidents, and no mention', () => {
    const all = statements({ mayAnnotate: true, brands: ['northbell'] });
    const writes = all.filter(({ Sid }) => Sid === 'Annotate' || Sid === 'MarkForRecount');
    expect(actions(writes)).toEqual(['dynamodb:PutItem', 'dynamodb:UpdateItem']);
    expect(writes.map(({ Condition }) => Condition?.['ForAllValues:StringLike'])).toEqual([
      { 'dynamodb:LeadingKeys': ['A#northbell', 'I#northbell'] },
      { 'dynamodb:LeadingKeys': ['D#*'] },
    ]);
  });

  it('is in the stack, as promisewatch.yaml says', () => {
    const app = synthesise({ analysts: { brands: ['acme'], mayAnnotate: true } });
    const [policy, ...others] = app.ofType('AWS::IAM::ManagedPolicy');
    expect(others).toEqual([]);
    expect(policy?.stack).toBe('acme-watch');
    const all: Statement[] = policy?.properties.PolicyDocument.Statement;
    expect(all.map(({ Sid }) => Sid)).toEqual([
      'ReadMentions',
      'FindTable',
      'Annotate',
      'MarkForRecount',
    ]);
    expect(JSON.stringify(all)).toContain('M#acme#*');
    expect(synthesise().text).not.toContain('MarkForRecount');
  });
});
