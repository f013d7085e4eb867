/** Where resources live, and what names them: the pseudo parameters plus the gateway's address. */
export type Place = {
  readonly account: string;
  readonly region: string;
  readonly endpoint: string;
};

/** What a resource answers to Ref and Fn::GetAtt. */
export type Identity = {
  /** Name within its service: queue name, table name, function name. */
  readonly physicalName: string;
  readonly ref: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
};

type Kind = {
  readonly nameProperty: string;
  readonly maxLength: number;
  readonly arn: (name: string, place: Place) => string;
  readonly ref?: (name: string, arn: string, place: Place) => string;
  readonly attributes?: (name: string, place: Place) => Record<string, string>;
};

const regional =
  (service: string, prefix = '') =>
  (name: string, { region, account }: Place): string =>
    `arn:aws:${service}:${region}:${account}:${prefix}${name}`;

const byArn = (_name: string, arn: string): string => arn;

const queueUrl = (name: string, { endpoint, account }: Place): string =>
  `${endpoint}/${account}/${name}`;

const table: Kind = {
  nameProperty: 'TableName',
  maxLength: 255,
  arn: regional('dynamodb', 'table/'),
  attributes: (name, place) => ({
    StreamArn: `${regional('dynamodb', 'table/')(name, place)}/stream/0`,
  }),
};

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    maxLength: 80,
    arn: regional('sqs'),
    ref: (name, _arn, place) => queueUrl(name, place),
    attributes: (name, place) => ({ QueueName: name, QueueUrl: queueUrl(name, place) }),
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    maxLength: 64,
    arn: regional('lambda', 'function:'),
  },
  'AWS::Lambda::Url': {
    nameProperty: 'TargetFunctionArn',
    maxLength: 255,
    arn: (name) => name,
    attributes: (name, { endpoint }) => ({
      FunctionArn: name,
      // Who runs the assembly serves it: see function-url.ts.
      FunctionUrl: `${endpoint}/function-url/${name.slice(name.lastIndexOf(':') + 1)}/`,
    }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    maxLength: 64,
    arn: (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
    attributes: (name) => ({ RoleId: name }),
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    maxLength: 128,
    arn: (name, { account }) => `arn:aws:iam::${account}:policy/${name}`,
    ref: byArn,
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    maxLength: 512,
    arn: (name, place) => `${regional('logs', 'log-group:')(name, place)}:*`,
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    maxLength: 256,
    arn: regional('sns'),
    ref: byArn,
  },
  'AWS::SSM::Parameter': {
    nameProperty: 'Name',
    maxLength: 1011,
    arn: (name, place) => regional('ssm', 'parameter/')(name.replace(/^\//, ''), place),
  },
  'AWS::SES::EmailIdentity': {
    nameProperty: 'EmailIdentity',
    maxLength: 320,
    arn: regional('ses', 'identity/'),
  },
  'AWS::SES::ConfigurationSet': {
    nameProperty: 'Name',
    maxLength: 64,
    arn: regional('ses', 'configuration-set/'),
  },
  'AWS::SES::ContactList': {
    nameProperty: 'ContactListName',
    maxLength: 64,
    arn: regional('ses', 'contact-list/'),
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    maxLength: 64,
    arn: regional('events', 'rule/'),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    maxLength: 64,
    arn: regional('scheduler', 'schedule/default/'),
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    maxLength: 64,
    arn: regional('scheduler', 'schedule-group/'),
  },
  'AWS::Lambda::EventSourceMapping': {
    nameProperty: 'Id',
    maxLength: 255,
    arn: regional('lambda', 'event-source-mapping:'),
  },
};

/**
 * The name, Ref and ARN of a resource. A resource without a name of its own is called
 * `<stack>-<logical id>`, so that it keeps its name, and with it its data, between runs.
 * Types that the local run does not model get an ARN of the usual shape, which is enough
 * for the policies and environments that mention them.
 *
 * @param properties resolved properties; only the name is read
 */
export function identify(
  resource: { readonly stack: string; readonly logicalId: string; readonly type: string },
  properties: Readonly<Record<string, unknown>>,
  place: Place,
): Identity {
  const kind = KINDS[resource.type] ?? otherKind(resource.type);
  const given = properties[kind.nameProperty];
  const physicalName =
    typeof given === 'string' ? given : derivedName(resource.stack, resource.logicalId, kind);
  const arn = kind.arn(physicalName, place);
  return {
    physicalName,
    arn,
    ref: kind.ref?.(physicalName, arn, place) ?? physicalName,
    attributes: { Arn: arn, ...kind.attributes?.(physicalName, place) },
  };
}

/** The property that holds a resource's own name: resolved before all others. */
export function nameProperty(type: string): string {
  return (KINDS[type] ?? otherKind(type)).nameProperty;
}

function derivedName(stack: string, logicalId: string, kind: Kind): string {
  const name = `${stack}-${logicalId}`;
  // The end of a logical id is CDK's hash: cut the stack's name, or two functions would share one.
  return name.length <= kind.maxLength ? name : name.slice(name.length - kind.maxLength);
}

function otherKind(type: string): Kind {
  const [, service = 'unknown', resource = 'resource'] = type.toLowerCase().split('::');
  return { nameProperty: 'Name', maxLength: 255, arn: regional(service, `${resource}/`) };
}
