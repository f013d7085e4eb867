// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub writes its variables
import { describe, expect, it } from 'vitest';
import type { Stack, Template } from '../../../local/template/assembly.ts';
import { resolveStacks } from '../../../local/template/resolve.ts';

const place = { account: '000000000000', region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };

function stack(name: string, template: Partial<Template>): Stack {
  const empty = { Resources: {}, Parameters: {}, Conditions: {}, Mappings: {}, Outputs: {} };
  return { name, template: { ...empty, ...template }, account: undefined, region: undefined };
}

/** One expression, worked out inside a stack that has something of everything. */
function work(expression: unknown): unknown {
  const { resources } = resolveStacks(
    [
      stack('S', {
        Parameters: { Size: { Default: 'large' } },
        Mappings: { Sizes: { large: { memory: '512' } } },
        Conditions: {
          Yes: { 'Fn::Equals': ['a', 'a'] },
          No: { 'Fn::Not': [{ Condition: 'Yes' }] },
          Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
          Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
        },
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
          Named: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'given' } },
          Probe: { Type: 'Test::Probe', Properties: { value: expression } },
        },
      }),
    ],
    place,
  );
  return resources.find(({ logicalId }) => logicalId === 'Probe')?.properties['value'];
}

describe('an expression of a template', () => {
  it.each([
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'Size' }, 'large'],
    [{ Ref: 'Queue' }, 'http://127.0.0.1:1/000000000000/S-Queue'],
    [{ Ref: 'Named' }, 'given'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-west-1:000000000000:S-Queue'],
    [{ 'Fn::GetAtt': 'Queue.QueueName' }, 'S-Queue'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Size' }]] }, 'a-large'],
    [{ 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
    [{ 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
    [
      { 'Fn::Sub': '${Named}/${Queue.Arn}/${!literal}' },
      'given/arn:aws:sqs:eu-west-1:000000000000:S-Queue/${literal}',
    ],
    [{ 'Fn::Sub': ['${x}-${AWS::Region}', { x: { Ref: 'Size' } }] }, 'large-eu-west-1'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'memory'] }, '512'],
    [{ 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    [{ 'Fn::If': ['No', 'then', 'else'] }, 'else'],
    [{ 'Fn::If': ['Both', 'then', 'else'] }, 'else'],
    [{ 'Fn::If': ['Either', 'then', 'else'] }, 'then'],
    [{ a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    [['x', { Ref: 'AWS::NoValue' }], ['x']],
    [{ Condition: { Bool: { secure: 'false' } } }, { Condition: { Bool: { secure: 'false' } } }],
  ])('%j is %j', (expression, expected) => {
    expect(work(expression)).toEqual(expected);
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, 'S/Probe: Fn::Cidr is not supported by the local run'],
    [{ Ref: 'Nobody' }, 'S/Probe: there is no resource "Nobody"'],
    [{ 'Fn::ImportValue': 'Nothing' }, 'S/Probe: no stack exports "Nothing"'],
  ])('%j is refused with its place', (expression, message) => {
    expect(() => work(expression)).toThrow(message);
  });
});

describe('stacks', () => {
  const exporting = stack('First', {
    Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} } },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'First:Arn' } },
    },
  });
  const importing = stack('Second', {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      User: { Type: 'Test::User', Properties: { arn: { 'Fn::ImportValue': 'First:Arn' } } },
      Off: { Type: 'Test::User', Condition: 'Never', Properties: {} },
    },
    Outputs: { Name: { Value: { Ref: 'User' } } },
  });

  it('refer to each other in either order', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/First-Table';
    for (const order of [
      [exporting, importing],
      [importing, exporting],
    ]) {
      const { resources, outputs } = resolveStacks(order, place);
      expect(resources.find(({ logicalId }) => logicalId === 'User')?.properties).toEqual({ arn });
      expect(outputs).toEqual({ Arn: arn, Name: 'Second-User' });
    }
  });

  it('leave out a resource whose condition does not hold', () => {
    const { resources } = resolveStacks([exporting, importing], place);
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Table', 'User']);
  });

  it('keep long names apart by the end of their logical ids', () => {
    const long = 'x'.repeat(70);
    const Resources = Object.fromEntries(
      ['A1', 'B2'].map((end) => [
        `${long}${end}`,
        { Type: 'AWS::Lambda::Function', Properties: {} },
      ]),
    );
    const { resources } = resolveStacks([stack('S', { Resources })], place);
    const names = resources.map(({ physicalName }) => physicalName);
    expect(names.map((name) => [name.length, name.slice(-2)])).toEqual([
      [64, 'A1'],
      [64, 'B2'],
    ]);
  });
});
