/** A CloudFormation template, as far as changes to resources go. */
export interface ResourceTemplate {
  readonly Resources?: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
        readonly DeletionPolicy?: string;
      }
    >
  >;
}

export interface Change {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly change: 'added' | 'removed' | 'changed' | 'replaced';
  /** Properties that differ; of numbers and short texts also how. */
  readonly details: readonly string[];
  /** Why data would be lost, else undefined. */
  readonly loses?: string;
}

/** What holds data, in words, and the properties that CloudFormation cannot change without a new resource. */
const HOLDS_DATA: Readonly<
  Record<string, { readonly what: string; readonly fixed: readonly string[] }>
> = {
  'AWS::DynamoDB::GlobalTable': {
    what: 'all mentions, counts, incidents and digests',
    fixed: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  },
  'AWS::DynamoDB::Table': {
    what: 'all mentions, counts, incidents and digests',
    fixed: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  },
  'AWS::SQS::Queue': { what: 'messages that wait in it', fixed: ['QueueName', 'FifoQueue'] },
  'AWS::SNS::Topic': { what: 'the confirmed subscription', fixed: ['TopicName', 'FifoTopic'] },
  'AWS::S3::Bucket': { what: 'its files', fixed: ['BucketName'] },
  'AWS::KMS::Key': { what: 'everything encrypted with it', fixed: [] },
};

/** What a template says where data is protected, and what it is called. */
const PROTECTIONS = [
  ['"DeletionProtectionEnabled":true', 'deletion protection'],
  ['"PointInTimeRecoveryEnabled":true', 'point-in-time recovery'],
] as const;

/**
 * What a deployment would do to each resource of a stack.
 * @param deployed undefined when the stack is not there yet
 */
export function templateChanges(
  stack: string,
  deployed: ResourceTemplate | undefined,
  next: ResourceTemplate,
): Change[] {
  const was = deployed?.Resources ?? {};
  const is = next.Resources ?? {};
  const ids = [...new Set([...Object.keys(is), ...Object.keys(was)])].filter(
    (id) => (is[id] ?? was[id])?.Type !== 'AWS::CDK::Metadata',
  );
  return ids.flatMap((logicalId): Change[] => {
    const [before, after] = [was[logicalId], is[logicalId]];
    if (before === undefined && after !== undefined)
      return [{ stack, logicalId, type: after.Type, change: 'added', details: [] }];
    if (before !== undefined && after === undefined)
      return [
        {
          stack,
          logicalId,
          type: before.Type,
          change: 'removed',
          details: [],
          ...loss(before.Type, 'would be deleted or left behind, and a new one would be empty'),
        },
      ];
    if (before === undefined || after === undefined) return [];
    return changed({ stack, logicalId }, before, after);
  });
}

type Resource = NonNullable<ResourceTemplate['Resources']>[string];

function changed(
  place: Pick<Change, 'stack' | 'logicalId'>,
  before: Resource,
  after: Resource,
): Change[] {
  if (before.Type !== after.Type)
    return [
      {
        ...place,
        type: before.Type,
        change: 'replaced',
        details: [`becomes ${after.Type}`],
        ...loss(before.Type, 'would be replaced by an empty one'),
      },
    ];
  const [was, is] = [before.Properties ?? {}, after.Properties ?? {}];
  const differing = [...new Set([...Object.keys(is), ...Object.keys(was)])].filter(
    (key) => key !== 'Tags' && JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
  const policy = before.DeletionPolicy !== after.DeletionPolicy;
  if (differing.length === 0 && !policy) return [];
  const fixed = differing.filter((key) => HOLDS_DATA[before.Type]?.fixed.includes(key));
  const details = differing.map((key) => detail(key, was[key], is[key]));
  const base = { ...place, type: before.Type, details };
  if (fixed.length > 0)
    return [
      {
        ...base,
        change: 'replaced',
        ...loss(
          before.Type,
          `would be replaced by an empty one, because ${fixed.join(' and ')} cannot be changed`,
        ),
      },
    ];
  return [{ ...base, change: 'changed', ...weakened(before, after, policy) }];
}

/** Changes in place that lose data, or the protection of it. */
function weakened(before: Resource, after: Resource, policy: boolean): { loses?: string } {
  if (HOLDS_DATA[before.Type] === undefined) return {};
  if (policy && before.DeletionPolicy === 'Retain')
    return loss(before.Type, 'would no longer be kept when its stack is deleted');
  const text = (resource: Resource) => JSON.stringify(resource.Properties ?? {});
  const lost = PROTECTIONS.filter(
    ([sign]) => text(before).includes(sign) && !text(after).includes(sign),
  ).map(([, name]) => name);
  if (lost.length > 0) return loss(before.Type, `would lose its ${lost.join(' and ')}`);
  const gone = indexesOf(before).filter((index) => !indexesOf(after).includes(index));
  if (gone.length > 0)
    return loss(
      before.Type,
      `would lose or rebuild an index (${gone.map((index) => JSON.parse(index).IndexName).join(', ')})`,
    );
  return {};
}

function indexesOf({ Properties }: Resource): string[] {
  const indexes = Properties?.['GlobalSecondaryIndexes'];
  if (!Array.isArray(indexes)) return [];
  return indexes.map(({ IndexName, KeySchema, Projection }) =>
    JSON.stringify({ IndexName, KeySchema, Projection }),
  );
}

function loss(type: string, how: string): { loses?: string } {
  const data = HOLDS_DATA[type];
  return data === undefined ? {} : { loses: `${how}: ${data.what}` };
}

function detail(key: string, was: unknown, is: unknown): string {
  const plain = (value: unknown) =>
    (typeof value === 'string' && value.length <= 40) ||
    typeof value === 'number' ||
    typeof value === 'boolean';
  return plain(was) && plain(is) ? `${key} ${was} → ${is}` : key;
}

const MARKS = { added: '+', removed: '-', changed: '~', replaced: '-/+' } as const;

/** `~ Lambda Function ClassificationFunctionA1: Code, MemorySize 256 → 512` */
export function changeLine({ logicalId, type, change, details, loses }: Change): string {
  const [, service, resource] = type.split('::');
  const line = `${MARKS[change]} ${service} ${resource} ${logicalId}${details.length > 0 ? `: ${details.join(', ')}` : ''}`;
  return loses === undefined ? line : `${line}\n    STOP  it ${loses}`;
}
