import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import { isPolled, type SourceSettings } from '../../src/brands/source-settings.ts';
import type { Config } from '../../src/config/config.ts';
import type { Outside } from './outside.ts';

/** What AWS and DNS said, before anybody judges it. Null: it is not there. Undefined: it could not be asked. */
export interface DoctorFacts {
  readonly account: string;
  readonly arn: string;
  /** Version of the CDK bootstrap stack. */
  readonly bootstrap: number | null | undefined;
  readonly mail: MailAccount | undefined;
  /** By address or domain; null where SES knows no such identity. */
  readonly identities: Readonly<Record<string, MailIdentity | null>>;
  /** Names of the account's contact lists; SES allows one. */
  readonly contactLists: readonly string[] | undefined;
  readonly dmarc: readonly string[] | undefined;
  /** Concurrent executions that the account may have. */
  readonly concurrency: number | undefined;
  /** Of them, those that nothing outside this stack reserves; undefined where that could not be found out. */
  readonly unreserved: number | undefined;
  readonly secrets: Readonly<Record<string, boolean>>;
  readonly stacks: Readonly<Record<string, StackStatus | null>>;
  /** Undefined while the stack is not deployed. */
  readonly deployed: DeployedFacts | undefined;
}

export interface MailAccount {
  readonly production: boolean;
  readonly sending: boolean;
  readonly enforcement: string;
  readonly max24Hours: number;
  readonly sent24Hours: number;
}

export interface MailIdentity {
  readonly verified: boolean;
  readonly dkim: string;
  readonly mailFrom: string;
}

export interface DeployedFacts {
  readonly authorKey: boolean;
  /** Of the alarm topic's mailbox; undefined where there is no such subscription. */
  readonly alarmConfirmed: boolean | undefined;
  readonly configuration: number | null;
  /** Changes between the configuration in force and the file. */
  readonly unapplied: number;
  readonly deletionProtection: boolean;
  readonly recovery: boolean;
  readonly readsSecrets: boolean;
  /** Sources that were read or tried, and how it went. */
  readonly reads: readonly SourceRead[];
  /** When the hourly check last succeeded. */
  readonly lastCheck: string | null;
  /** Brands whose new mentions are judged by another version than their counts. */
  readonly waitingReclassification: readonly string[];
}

export interface SourceRead {
  readonly source: string;
  /** Name of its key, where it needs one. */
  readonly secret: string | null;
  readonly lastReadAt: string | null;
  readonly failingSince: string | null;
  readonly problem: { readonly message: string; readonly remedy: string } | null;
}

/** Answers that mean "not there", by the error's name. */
const ABSENT = new Set(['ParameterNotFound', 'NotFoundException', 'ResourceNotFoundException']);

async function orNull<T>(question: Promise<T>): Promise<T | null> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && (ABSENT.has(error.name) || /does not exist/.test(error.message)))
      return null;
    throw error;
  }
}

/** A question that these credentials may not ask leaves a gap, not an end. */
async function orUnknown<T>(question: Promise<T>): Promise<T | undefined> {
  return question.catch(() => undefined);
}

/**
 * Asks everything, and changes nothing.
 * @throws when nobody is signed in: nothing else can be asked then
 */
export async function takeFacts(config: Config, outside: Outside, now: Date): Promise<DoctorFacts> {
  const { region, mailFrom, stackName } = config.deploy;
  const [sts, ssmApi, lambdaApi] = await Promise.all([
    import('@aws-sdk/client-sts'),
    import('@aws-sdk/client-ssm'),
    import('@aws-sdk/client-lambda'),
  ]);
  const identity = await new sts.STSClient({ region }).send(new sts.GetCallerIdentityCommand({}));
  const ssm = new ssmApi.SSMClient({ region });
  const parameter = async (Name: string) => {
    const answer = await orNull(ssm.send(new ssmApi.GetParameterCommand({ Name })));
    return answer?.Parameter?.Value ?? null;
  };
  const bootstrap = await orUnknown(parameter('/cdk-bootstrap/hnb659fds/version'));
  const lambda = new lambdaApi.LambdaClient({ region });
  const limits = await orUnknown(lambda.send(new lambdaApi.GetAccountSettingsCommand({})));
  const secrets: Record<string, boolean> = {};
  for (const name of [...secretsOf(config), ...channelSecretsOf(config)])
    secrets[name] = (await parameter(name)) !== null;
  const domain = mailFrom.slice(mailFrom.lastIndexOf('@') + 1);
  const stacks = await stackStates([`${stackName}-data`, stackName], region);
  const isDeployed = Object.values(stacks).every(
    (state) => state !== null && /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(state),
  );
  const template =
    stacks[stackName] === null ? '{}' : await orUnknown(templateOf(stackName, region));
  return {
    account: identity.Account ?? '',
    arn: identity.Arn ?? '',
    bootstrap: bootstrap == null ? bootstrap : Number(bootstrap),
    ...(await mailFacts(config, region)),
    dmarc: await orUnknown(outside.txtRecords(`_dmarc.${domain}`)),
    concurrency: limits?.AccountLimit?.ConcurrentExecutions,
    unreserved: unreservedBy(limits?.AccountLimit?.UnreservedConcurrentExecutions, template),
    secrets,
    stacks,
    deployed: isDeployed ? await deployedFacts(config, parameter, template, now) : undefined,
  };
}

/** Names of the keys that configured sources need. */
export function secretsOf({ brands }: Pick<Config, 'brands'>): string[] {
  return namesOf(brands.flatMap(({ sources }) => sources));
}

/** Those of them that the collector needs: a webhook's is for the function behind its address. */
export function polledSecretsOf({ brands }: Pick<Config, 'brands'>): string[] {
  return namesOf(brands.flatMap(({ sources }) => sources.filter(isPolled)));
}

function namesOf(sources: readonly SourceSettings[]): string[] {
  const names = sources.flatMap((source) =>
    'secret' in source && source.secret !== undefined ? source.secret : [],
  );
  return [...new Set(names)].toSorted();
}

/** Names of the keys that configured channels need. */
export function channelSecretsOf({ brands }: Pick<Config, 'brands'>): string[] {
  return [...new Set(brands.flatMap(({ channels }) => channels.map(({ secret }) => secret)))];
}

/** The sender, its domain, and everybody who would have to be verified in the sandbox. */
export function identitiesOf({ deploy, brands }: Config): string[] {
  const addresses = [
    deploy.mailFrom,
    ...brands.flatMap(({ recipients }) => recipients.map(({ email }) => email)),
  ];
  return [
    ...new Set(
      addresses.flatMap((address) => [address, address.slice(address.lastIndexOf('@') + 1)]),
    ),
  ];
}

/** Beyond this many recipients the sandbox is out of the question anyway. */
const MOST_IDENTITIES = 60;

async function mailFacts(
  config: Config,
  region: string,
): Promise<Pick<DoctorFacts, 'mail' | 'identities' | 'contactLists'>> {
  const ses = await import('@aws-sdk/client-sesv2');
  const client = new ses.SESv2Client({ region });
  const account = await orUnknown(client.send(new ses.GetAccountCommand({})));
  const lists = await orUnknown(client.send(new ses.ListContactListsCommand({})));
  const identities: Record<string, MailIdentity | null> = {};
  const wanted = identitiesOf(config).slice(
    0,
    account?.ProductionAccessEnabled ? 2 : MOST_IDENTITIES,
  );
  for (const EmailIdentity of wanted) {
    const found = await orUnknown(
      orNull(client.send(new ses.GetEmailIdentityCommand({ EmailIdentity }))),
    );
    if (found === undefined) continue;
    identities[EmailIdentity] =
      found === null
        ? null
        : {
            verified: found.VerifiedForSendingStatus ?? false,
            dkim: found.DkimAttributes?.Status ?? 'NOT_STARTED',
            mailFrom: found.MailFromAttributes?.MailFromDomainStatus ?? 'NOT_STARTED',
          };
  }
  return {
    identities,
    contactLists: lists?.ContactLists?.map(({ ContactListName }) => ContactListName ?? ''),
    mail: account && {
      production: account.ProductionAccessEnabled ?? false,
      sending: account.SendingEnabled ?? false,
      enforcement: account.EnforcementStatus ?? 'unknown',
      max24Hours: account.SendQuota?.Max24HourSend ?? 0,
      sent24Hours: account.SendQuota?.SentLast24Hours ?? 0,
    },
  };
}

async function stackStates(
  names: readonly string[],
  region: string,
): Promise<Record<string, StackStatus | null>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient({ region });
  const states: Record<string, StackStatus | null> = {};
  for (const StackName of names) {
    const answer = await orNull(client.send(new DescribeStacksCommand({ StackName })));
    states[StackName] = answer?.Stacks?.[0]?.StackStatus ?? null;
  }
  return states;
}

async function deployedFacts(
  config: Config,
  parameter: (name: string) => Promise<string | null>,
  template: string | undefined,
  now: Date,
): Promise<DeployedFacts> {
  const { region, stackName, alarmEmail } = config.deploy;
  const [
    db,
    { dynamoTable },
    settings,
    { lastRunOf },
    { settingsOf },
    { differences },
    { betweenVersions },
  ] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../../src/adapters/dynamodb/table.ts'),
    import('../../src/adapters/dynamodb/settings.ts'),
    import('../../src/checks/watch.ts'),
    import('../../src/config/config.ts'),
    import('../../src/config/differences.ts'),
    import('./status-facts.ts'),
  ]);
  const TableName = (await parameter(`/promisewatch/${stackName}/table-name`)) ?? '';
  const client = new db.DynamoDBClient({ region });
  const table = dynamoTable(client, TableName);
  const versions = settings.dynamoSettingsStore(table);
  const version = await versions.currentVersion();
  const inForce = version === undefined ? undefined : await versions.read(version);
  const checkpoints = settings.dynamoCheckpoints(table);
  const description = await orUnknown(client.send(new db.DescribeTableCommand({ TableName })));
  const backups = await orUnknown(
    client.send(new db.DescribeContinuousBackupsCommand({ TableName })),
  );
  return {
    authorKey: (await parameter(`/promisewatch/${stackName}/author-key`)) !== null,
    alarmConfirmed: await orUnknown(alarmConfirmed(stackName, region, alarmEmail)),
    configuration: version ?? null,
    unapplied: differences(inForce, settingsOf(config)).length,
    deletionProtection: description?.Table?.DeletionProtectionEnabled ?? false,
    recovery:
      backups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription
        ?.PointInTimeRecoveryStatus === 'ENABLED',
    // The template says whether the collector was given the branch of secrets.
    readsSecrets: template?.includes('ReadSourceKeys') ?? true,
    reads: await readsOf(config, table),
    lastCheck: (await checkpoints.get(lastRunOf('check'))) ?? null,
    waitingReclassification: await betweenVersions(inForce?.brands ?? [], now, checkpoints),
  };
}

/** How the last reads of the configured sources went, as the collector noted it. */
async function readsOf({ brands }: Config, table: Table): Promise<SourceRead[]> {
  const { dynamoSourceStates } = await import('../../src/adapters/dynamodb/sources.ts');
  const states = dynamoSourceStates(table);
  const reads: SourceRead[] = [];
  for (const source of brands.flatMap(({ sources }) => sources)) {
    const state = await states.get(source.id);
    if (state === undefined) continue;
    const { lastReadAt, failingSince, problem } = state;
    const secret = 'secret' in source ? (source.secret ?? null) : null;
    reads.push({ source: source.id, secret, lastReadAt, failingSince, problem });
  }
  return reads;
}

async function alarmConfirmed(
  stackName: string,
  region: string,
  email: string,
): Promise<boolean | undefined> {
  const [cfn, sns] = await Promise.all([
    import('@aws-sdk/client-cloudformation'),
    import('@aws-sdk/client-sns'),
  ]);
  const { StackResources = [] } = await new cfn.CloudFormationClient({ region }).send(
    new cfn.DescribeStackResourcesCommand({ StackName: stackName }),
  );
  const TopicArn = StackResources.find(
    ({ ResourceType }) => ResourceType === 'AWS::SNS::Topic',
  )?.PhysicalResourceId;
  const { Subscriptions = [] } = await new sns.SNSClient({ region }).send(
    new sns.ListSubscriptionsByTopicCommand({ TopicArn }),
  );
  const mailbox = Subscriptions.find(({ Endpoint }) => Endpoint === email);
  return mailbox && mailbox.SubscriptionArn !== 'PendingConfirmation';
}

async function templateOf(stackName: string, region: string): Promise<string> {
  const cfn = await import('@aws-sdk/client-cloudformation');
  const { TemplateBody = '' } = await new cfn.CloudFormationClient({ region }).send(
    new cfn.GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
  );
  return TemplateBody;
}

/** Lambda counts what the deployed stack reserves as gone; it is this stack's own, and the next deployment may use it. */
function unreservedBy(
  unreserved: number | undefined,
  template: string | undefined,
): number | undefined {
  if (unreserved === undefined || template === undefined) return undefined;
  const own = [...template.matchAll(/ReservedConcurrentExecutions"?:\s{0,9}(\d{1,9})/g)];
  return own.reduce((sum, [, count]) => sum + Number(count), unreserved);
}
