import { describe, expect, it } from 'vitest';
import { type Resource, synthesise } from './synthesise.ts';

const app = synthesise();
const everything = synthesise(
  { reservedConcurrency: true, monthlyBudgetUsd: 20, tags: { team: 'voice' } },
  { readsSecrets: true, postsToChannels: true, receivesWebhooks: true },
);

const ids = (resources: readonly Resource[]) => resources.map(({ logicalId }) => logicalId);
const functions = app.ofType('AWS::Lambda::Function');
const queues = app.ofType('AWS::SQS::Queue');
const triggers = app.ofType('AWS::Lambda::EventSourceMapping');
const roles = app.ofType('AWS::IAM::Role');
const deadLetterIds = new Set(
  queues.flatMap(({ properties }) => {
    const target = properties.RedrivePolicy?.deadLetterTargetArn?.['Fn::GetAtt'];
    return target === undefined ? [] : [String(target[0])];
  }),
);
const referred = (value: unknown): string =>
  String(
    (value as { 'Fn::GetAtt'?: string[]; Ref?: string })['Fn::GetAtt']?.[0] ??
      (value as { Ref?: string }).Ref,
  );

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const statementsOf = ({ properties }: Resource): Statement[] =>
  (properties.Policies ?? []).flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

describe('the templates', () => {
  it('hold what the rules below are about', () => {
    expect([functions.length, queues.length, triggers.length]).toEqual([7, 4, 2]);
  });
});

describe('every function', () => {
  it('runs the newest Node on Arm with JSON logs and a trace', () => {
    const odd = functions.filter(
      ({ properties }) =>
        properties.Runtime !== 'nodejs24.x' ||
        properties.Architectures[0] !== 'arm64' ||
        properties.LoggingConfig?.LogFormat !== 'JSON' ||
        properties.TracingConfig?.Mode !== 'Active',
    );
    expect(ids(odd)).toEqual([]);
  });

  it('says its memory, its timeout and where its metrics go', () => {
    const odd = functions.filter(
      ({ properties }) =>
        !(properties.MemorySize >= 128) ||
        !(properties.Timeout > 3) ||
        properties.Environment.Variables.METRICS_NAMESPACE !== 'promisewatch/acme-watch',
    );
    expect(ids(odd)).toEqual([]);
  });

  it('has a role of its own, used by nothing else', () => {
    const used = functions.map(({ properties }) => referred(properties.Role));
    expect(new Set(used).size).toBe(functions.length);
  });

  it('has a log group of its own that forgets after a month', () => {
    const groups = functions.map(({ properties }) => referred(properties.LoggingConfig.LogGroup));
    expect(new Set(groups).size).toBe(functions.length);
    const kept = app.ofType('AWS::Logs::LogGroup').map(({ properties }) => properties);
    expect(kept.map(({ RetentionInDays }) => RetentionInDays)).toEqual(kept.map(() => 30));
  });

  it('holds no secret in its environment', () => {
    const names = functions.flatMap(({ properties }) =>
      Object.keys(properties.Environment.Variables),
    );
    expect(names.filter((name) => /SECRET|PASSWORD|TOKEN|API_?KEY$/i.test(name))).toEqual([]);
  });

  it('takes and keeps a share of the account only where the setting asks for it', () => {
    const reserved = (from: readonly Resource[]) =>
      from.map(({ properties }) => properties.ReservedConcurrentExecutions ?? 0);
    expect(reserved(functions)).toEqual(functions.map(() => 0));
    const kept = reserved(everything.ofType('AWS::Lambda::Function'));
    expect(kept.filter((share) => share === 0)).toEqual([]);
    // The setting's text tells the operator 23.
    expect(kept.reduce((sum: number, share: number) => sum + share, 0)).toBeLessThanOrEqual(23);
  });
});

describe('every queue', () => {
  it('dead-letters after five deliveries or is itself a dead-letter queue', () => {
    const odd = queues.filter(
      ({ logicalId, properties }) =>
        !deadLetterIds.has(logicalId) && properties.RedrivePolicy?.maxReceiveCount !== 5,
    );
    expect(ids(odd)).toEqual([]);
    expect(deadLetterIds.size).toBe(2);
  });

  it('keeps dead letters for 14 days', () => {
    const dead = queues.filter(({ logicalId }) => deadLetterIds.has(logicalId));
    expect(dead.map(({ properties }) => properties.MessageRetentionPeriod)).toEqual([
      1_209_600, 1_209_600,
    ]);
  });

  it('refuses what is not sent over TLS', () => {
    const guarded = app
      .ofType('AWS::SQS::QueuePolicy')
      .filter(({ properties }) =>
        JSON.stringify(properties.PolicyDocument).includes('"aws:SecureTransport":"false"'),
      )
      .flatMap(({ properties }) => properties.Queues.map(referred));
    expect(guarded.toSorted()).toEqual(ids(queues).toSorted());
  });

  it('hides a message six times as long as its reader may take', () => {
    const short = triggers.filter(({ properties }) => {
      const queue = app.named(referred(properties.EventSourceArn));
      const reader = app.named(referred(properties.FunctionName));
      return queue?.properties.VisibilityTimeout < 6 * reader?.properties.Timeout;
    });
    expect(ids(short)).toEqual([]);
  });

  it('is read by a bounded number of functions that report single failures', () => {
    const odd = triggers.filter(
      ({ properties }) =>
        !(properties.ScalingConfig?.MaximumConcurrency >= 2) ||
        properties.FunctionResponseTypes?.[0] !== 'ReportBatchItemFailures' ||
        properties.FilterCriteria !== undefined,
    );
    expect(ids(odd)).toEqual([]);
  });
});

describe('every role', () => {
  it('names its actions and, but for traces, its resources', () => {
    const broad = roles.flatMap((role) =>
      statementsOf(role)
        .filter(({ Sid, Effect, Action, Resource }) => {
          const wild =
            list(Action).some((action) => action.includes('*')) ||
            JSON.stringify(Resource).includes('*');
          return Effect === 'Allow' && wild && Sid !== 'WriteOwnTraces';
        })
        .map(({ Sid }) => `${role.logicalId} ${Sid}`),
    );
    expect(broad).toEqual([]);
  });

  it('says what each statement is for, and has no policy of AWS', () => {
    const odd = roles.filter(
      (role) =>
        role.properties.ManagedPolicyArns !== undefined ||
        statementsOf(role).some(({ Sid }) => Sid === undefined),
    );
    expect(ids(odd)).toEqual([]);
    expect(app.ofType('AWS::IAM::Policy')).toEqual([]);
  });

  it('that may send mail may send it from the configured address only', () => {
    const sending = roles
      .flatMap(statementsOf)
      .filter(({ Action }) => list(Action).some((action) => action.startsWith('ses:')));
    expect(sending.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['ses:SendEmail', { StringEquals: { 'ses:FromAddress': 'watch@acme.example' } }],
    ]);
  });

  it('may read keys of sources and of channels only where one is named', () => {
    const reading = (from: readonly Resource[]) =>
      from
        .flatMap(statementsOf)
        .filter(({ Sid }) =>
          ['ReadSourceKeys', 'ReadWebhookSecrets', 'ReadChannelKeys'].includes(Sid),
        )
        .map(({ Sid, Action }) => [Sid, Action]);
    expect(reading(roles)).toEqual([]);
    expect(reading(everything.ofType('AWS::IAM::Role'))).toEqual([
      ['ReadSourceKeys', 'ssm:GetParameter'],
      ['ReadWebhookSecrets', 'ssm:GetParameter'],
      ['ReadChannelKeys', 'ssm:GetParameter'],
    ]);
  });

  it('that judges texts from strangers can neither list, read by query nor delete', () => {
    const role = roles.find(({ logicalId }) => logicalId.startsWith('ClassificationRole'));
    const actions = statementsOf(role as Resource).flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => action.startsWith('dynamodb:')).toSorted()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  });
});

describe('every schedule', () => {
  it('may call one function, retries, and gives up within the hour', () => {
    const schedules = app.ofType('AWS::Scheduler::Schedule');
    expect(schedules.length).toBe(4);
    const odd = schedules.filter(({ properties }) => {
      const { RetryPolicy, RoleArn, Arn } = properties.Target;
      const [statement] = statementsOf(app.named(referred(RoleArn)) as Resource);
      return (
        RetryPolicy.MaximumRetryAttempts < 1 ||
        RetryPolicy.MaximumEventAgeInSeconds > 3600 ||
        referred(statement?.Resource) !== referred(Arn)
      );
    });
    expect(ids(odd)).toEqual([]);
  });
});

describe('what SES says about a mail', () => {
  const [rule] = app.ofType('AWS::Events::Rule');
  const [destination] = app.ofType('AWS::SES::ConfigurationSetEventDestination');
  const [set] = app.ofType('AWS::SES::ConfigurationSet');

  it('reaches one function: everything but opens and clicks', () => {
    expect(destination?.properties.EventDestination.MatchingEventTypes.toSorted()).toEqual(
      'bounce complaint delivery deliveryDelay reject send subscription'.split(' '),
    );
    expect(referred(destination?.properties.ConfigurationSetName)).toBe(set?.logicalId);
    const [target, ...more] = rule?.properties.Targets ?? [];
    expect([app.named(referred(target.Arn))?.properties.Description, more]).toEqual([
      'promisewatch: events',
      [],
    ]);
  });

  it('is taken from this stack’s mail only', () => {
    const { source, detail } = rule?.properties.EventPattern ?? {};
    expect(source).toEqual(['aws.ses']);
    expect(detail.mail.tags['ses:configuration-set'].map(referred)).toEqual([set?.logicalId]);
  });
});

describe('the contact list', () => {
  it('has two topics for each brand and outlives the stack, so that nobody is asked again', () => {
    const [list] = app.ofType('AWS::SES::ContactList');
    const topics: { TopicName: string }[] = list?.properties.Topics ?? [];
    expect(topics.map(({ TopicName }) => TopicName)).toEqual([
      'acme-watch_acme_alerts',
      'acme-watch_acme_pulse',
    ]);
    expect(list?.deletionPolicy).toBe('Retain');
  });

  it('is the account’s own where it has one, and none where people reply', () => {
    const own = synthesise({ contactList: 'everybody' });
    expect(own.ofType('AWS::SES::ContactList')).toEqual([]);
    expect(own.text).toContain(':contact-list/everybody');
    const none = synthesise({}, { topics: [] });
    expect(none.ofType('AWS::SES::ContactList')).toEqual([]);
    expect(none.text).not.toContain('contact-list');
  });
});

describe('the stack', () => {
  it('opens no address to the public', () => {
    const open = app.resources.filter(({ type }) =>
      /^AWS::(ApiGateway|ApiGatewayV2|Lambda::Url|S3|CloudFront|ElasticLoadBalancing)/.test(type),
    );
    expect(ids(open)).toEqual([]);
  });

  it('opens one where a webhook is configured, which can do no more than take mentions', () => {
    const open = everything.ofType('AWS::Lambda::Url');
    expect(open.map(({ properties }) => properties.AuthType)).toEqual(['NONE']);
    const receive = everything
      .ofType('AWS::Lambda::Function')
      .find(({ properties }) => properties.Description === 'promisewatch: receive');
    expect(referred(open[0]?.properties.TargetFunctionArn)).toBe(receive?.logicalId);
    const role = everything.named(referred(receive?.properties.Role));
    const actions = statementsOf(role as Resource).flatMap(({ Action }) => list(Action));
    expect(actions.toSorted()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'ssm:GetParameter',
      'ssm:GetParameter',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('tags everything that can be tagged with its name and the operator’s tags', () => {
    const tags = ({ properties }: Resource) =>
      JSON.stringify(properties.Tags ?? properties.Replicas?.[0]?.Tags ?? []);
    const tagged = everything.resources.filter((resource) =>
      /Function|Queue$|Role$|GlobalTable|Topic$|LogGroup$/.test(resource.type),
    );
    const odd = tagged.filter(
      (resource) =>
        !tags(resource).includes('"promisewatch:stack","Value":"acme-watch"') ||
        !tags(resource).includes('"team","Value":"voice"'),
    );
    expect(tagged.length).toBeGreaterThan(15);
    expect(ids(odd)).toEqual([]);
  });

  it('caps what a flood may cost: writes of the table and of both indexes', () => {
    const [table] = synthesise({ maxWriteUnits: 123 }).ofType('AWS::DynamoDB::GlobalTable');
    const caps = [table?.properties, ...(table?.properties.GlobalSecondaryIndexes ?? [])].map(
      ({ WriteOnDemandThroughputSettings }) =>
        WriteOnDemandThroughputSettings?.MaxWriteRequestUnits,
    );
    expect(caps).toEqual([123, 123, 123]);
  });

  it('mails when the month gets dearer than the operator wants, if they said so', () => {
    const [budget] = everything.ofType('AWS::Budgets::Budget');
    expect(budget?.properties.Budget.BudgetLimit).toEqual({ Amount: 20, Unit: 'USD' });
    expect(app.ofType('AWS::Budgets::Budget')).toEqual([]);
  });
});
