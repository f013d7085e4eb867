import { describe, expect, it } from 'vitest';
import { mailNeeds, parameterNeeds, queueNeeds, tableNeeds } from '../../../local/gateway/needs.ts';
import { matches, readRoles, rule } from '../../../local/gateway/policy.ts';
import type { ResolvedResource } from '../../../local/template/resolve.ts';

const place = { account: '000000000000', region: 'us-east-1', endpoint: '' };

describe('a pattern of a policy', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['table/t', 'table/t/index/i', false],
    ['table/t*', 'table/t/index/i', true],
  ])('%s matches %s: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('takes no longer than its length asks for', () => {
    const began = performance.now();
    expect(matches(`${'*a'.repeat(50)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

const resource = (type: string, logicalId: string, properties: object): ResolvedResource => ({
  stack: 'S',
  logicalId,
  type,
  properties: properties as Record<string, unknown>,
  physicalName: logicalId,
  ref: logicalId,
  arn: `arn:${logicalId}`,
  attributes: {},
});

const document = (...Statement: object[]) => ({ PolicyDocument: { Statement } });

function role(...statements: object[]) {
  const roles = readRoles([
    resource('AWS::IAM::Role', 'R', {}),
    resource('AWS::IAM::Policy', 'P', { Roles: ['R'], ...document(...statements) }),
  ]);
  const found = roles.get('arn:R');
  if (found === undefined) throw new Error('no role');
  return found;
}

describe('a role', () => {
  const read = { action: 'dynamodb:GetItem', resource: 'arn:t' };

  it('may do what a statement allows, whatever the case of the action', () => {
    const reader = role({
      Effect: 'Allow',
      Action: 'DynamoDB:getitem',
      Resource: ['arn:x', 'arn:t'],
    });
    expect(rule(reader, read)).toMatchObject({ allowed: true, grants: [{ resource: 'arn:t' }] });
    expect(rule(reader, { ...read, resource: 'arn:other' }).allowed).toBe(false);
    expect(rule(reader, { ...read, action: 'dynamodb:PutItem' }).allowed).toBe(false);
  });

  it('may not do what another statement denies', () => {
    const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
    const deny = { Effect: 'Deny', Action: 'dynamodb:*', Resource: 'arn:t' };
    expect(rule(role(allow, deny), read).allowed).toBe(false);
    expect(rule(role(allow, { ...deny, Condition: { Bool: {} } }), read).allowed).toBe(true);
  });

  it('has what inline, attached and managed policies grant, and names those it cannot read', () => {
    const allow = (action: string) => document({ Effect: 'Allow', Action: action, Resource: '*' });
    const aws = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    const roles = readRoles([
      resource('AWS::IAM::Role', 'R', {
        Policies: [{ PolicyName: 'inline', ...allow('a:One') }],
        ManagedPolicyArns: ['arn:M', aws],
      }),
      resource('AWS::IAM::Policy', 'P', { Roles: ['R'], ...allow('a:Two') }),
      resource('AWS::IAM::ManagedPolicy', 'M', allow('a:Three')),
      resource('AWS::IAM::Policy', 'Other', { Roles: ['Q'], ...allow('a:Four') }),
    ]);
    const found = roles.get('arn:R');
    expect(found?.statements.map(({ id, actions }) => [id, ...actions])).toEqual([
      ['R/inline#0', 'a:One'],
      ['P#0', 'a:Two'],
      ['M#0', 'a:Three'],
    ]);
    expect(found?.unknownPolicies).toEqual([aws]);
  });

  it('cannot be given everything but something', () => {
    const statement = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' };
    expect(() => role(statement)).toThrow('P grants by exception');
  });
});

describe('what a call needs', () => {
  it('is the index where it reads one, and every table of a batch', () => {
    const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/T';
    expect(tableNeeds('Query', { TableName: 'T', IndexName: 'I' }, place)).toEqual([
      { action: 'dynamodb:Query', resource: `${table}/index/I` },
    ]);
    expect(tableNeeds('BatchWriteItem', { RequestItems: { T: [], U: [] } }, place)).toEqual([
      { action: 'dynamodb:BatchWriteItem', resource: table },
      { action: 'dynamodb:BatchWriteItem', resource: table.replace('/T', '/U') },
    ]);
  });

  it('is the single permission for a batch of messages', () => {
    const body = { QueueUrl: 'http://127.0.0.1:1/000000000000/Q' };
    expect(queueNeeds('SendMessageBatch', body, place)).toEqual([
      { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:us-east-1:000000000000:Q' },
    ]);
  });

  it('is the identity and the configuration set of a mail, twice for raw content', () => {
    const arn = 'arn:aws:ses:us-east-1:000000000000:';
    const body = { ConfigurationSetName: 'C', Content: { Raw: {} } };
    expect(mailNeeds(body, 'example.com', place)).toEqual([
      { action: 'ses:SendEmail', resource: `${arn}identity/example.com` },
      { action: 'ses:SendEmail', resource: `${arn}configuration-set/C` },
      { action: 'ses:SendRawEmail', resource: `${arn}identity/example.com` },
      { action: 'ses:SendRawEmail', resource: `${arn}configuration-set/C` },
    ]);
  });

  it('is the parameter, or the path read', () => {
    const arn = 'arn:aws:ssm:us-east-1:000000000000:parameter/';
    expect(parameterNeeds('GetParameter', { Name: '/a/b' }, place)[0]?.resource).toBe(`${arn}a/b`);
    expect(parameterNeeds('GetParametersByPath', { Path: '/a/' }, place)[0]?.resource).toBe(
      `${arn}a`,
    );
  });
});
