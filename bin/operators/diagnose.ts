import type { Config } from '../../src/config/config.ts';
import { templateNeeds } from '../template-needs.ts';
import { contactListFindings } from './diagnose-contact-list.ts';
import { sourceFindings } from './diagnose-sources.ts';
import { type DeployedFacts, type DoctorFacts, polledSecretsOf } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

/** What CDK's templates ask of the bootstrap stack. */
const BOOTSTRAP_VERSION = 6;
/** What the functions keep for themselves where they may, what the one behind a webhook adds, and what AWS keeps unreserved. */
const OWN_CONCURRENCY = 21;
const WEBHOOK_CONCURRENCY = 2;
const UNRESERVED = 100;
const SILENT_HOURS = 3;

/** Judges the facts, in the order in which a person would mend them. */
export function diagnose(config: Config, facts: DoctorFacts, now: Date): Finding[] {
  return [
    good('identity', `account ${facts.account}, ${facts.arn}, region ${config.deploy.region}`),
    bootstrap(config, facts),
    ...sender(config, facts),
    ...sandbox(config, facts),
    ...contactListFindings(config, facts),
    dmarc(config, facts),
    concurrency(config, facts),
    ...Object.entries(facts.secrets).map(([name, there]) =>
      there
        ? good('secrets', `${name} is stored`)
        : bad(
            'secrets',
            `${name} is named in the file and not stored`,
            `promisewatch secrets set ${name}`,
          ),
    ),
    ...stacks(config, facts),
    ...(facts.deployed === undefined ? [] : deployed(config, facts.deployed, now)),
  ];
}

const good = (topic: string, text: string): Finding => ({ level: 'good', topic, text });
const note = (topic: string, text: string, fix: string): Finding => ({
  level: 'note',
  topic,
  text,
  fix,
});
const bad = (topic: string, text: string, fix: string): Finding => ({
  level: 'bad',
  topic,
  text,
  fix,
});
const unknown = (topic: string, permission: string): Finding =>
  note(
    topic,
    `could not be asked: these credentials lack ${permission}`,
    `allow ${permission}, then run doctor again`,
  );

function bootstrap({ deploy }: Config, { account, bootstrap: version }: DoctorFacts): Finding {
  const fix = `npx cdk bootstrap aws://${account}/${deploy.region}`;
  if (version === undefined) return unknown('bootstrap', 'ssm:GetParameter');
  if (version === null)
    return bad('bootstrap', 'this account and region were never bootstrapped for CDK', fix);
  return version < BOOTSTRAP_VERSION
    ? bad('bootstrap', `version ${version} is older than ${BOOTSTRAP_VERSION}`, fix)
    : good('bootstrap', `version ${version}`);
}

function sender({ deploy }: Config, { mail, identities }: DoctorFacts): Finding[] {
  const { mailFrom, region } = deploy;
  const domain = domainOf(mailFrom);
  if (mail === undefined) return [unknown('ses', 'ses:GetAccount')];
  const found: Finding[] = [];
  const verified = [mailFrom, domain].find((name) => identities[name]?.verified);
  const asked = [mailFrom, domain].find((name) => identities[name] != null);
  if (verified !== undefined) found.push(good('ses', `${verified} is verified`));
  else if (asked !== undefined)
    found.push(
      bad(
        'ses',
        `${asked} waits for its verification`,
        asked === domain
          ? `publish the DKIM records: aws sesv2 get-email-identity --region ${region} --email-identity ${domain}`
          : `open the link that AWS mailed to ${mailFrom}`,
      ),
    );
  else
    found.push(
      bad(
        'ses',
        `neither ${mailFrom} nor ${domain} is verified in ${region}`,
        `aws sesv2 create-email-identity --region ${region} --email-identity ${domain}`,
      ),
    );
  const identity = identities[domain];
  if (identity?.verified && identity.dkim !== 'SUCCESS')
    found.push(
      note(
        'ses',
        `DKIM of ${domain} is ${identity.dkim}: mail may be taken for spam`,
        `publish the DKIM records: aws sesv2 get-email-identity --region ${region} --email-identity ${domain}`,
      ),
    );
  if (identity?.verified && identity.mailFrom !== 'SUCCESS')
    found.push(
      note(
        'ses',
        `${domain} has no MAIL FROM domain of its own: SPF is not aligned`,
        `aws sesv2 put-email-identity-mail-from-attributes --region ${region} --email-identity ${domain} --mail-from-domain mail.${domain}`,
      ),
    );
  if (!mail.sending || mail.enforcement === 'SHUTDOWN')
    found.push(
      bad(
        'ses',
        'sending is switched off for this account',
        `aws sesv2 put-account-sending-attributes --region ${region} --sending-enabled; if AWS did it, answer its message in the SES console`,
      ),
    );
  else if (mail.enforcement === 'PROBATION')
    found.push(
      note(
        'ses',
        'the account is under review because of bounces or complaints',
        'docs/runbook.md#bounces-or-complaints',
      ),
    );
  return found;
}

function sandbox(config: Config, { mail, identities }: DoctorFacts): Finding[] {
  if (mail === undefined) return [];
  if (mail.production) {
    return [quota(config, mail)];
  }
  const recipients = new Set(
    config.brands.flatMap(({ recipients: all }) => all.map(({ email }) => email)),
  );
  const refused = [...recipients].filter(
    (address) => !identities[address]?.verified && !identities[domainOf(address)]?.verified,
  );
  const access = `aws sesv2 put-account-details --region ${config.deploy.region} --production-access-enabled --mail-type TRANSACTIONAL --website-url https://YOUR-SITE --contact-language EN`;
  if (refused.length === 0)
    return [
      note(
        'ses',
        `sandbox: all ${recipients.size} recipients are verified, at most ${mail.max24Hours} mails a day. That is enough: production access is only needed for recipients elsewhere`,
        access,
      ),
    ];
  return refused.map((address) =>
    bad(
      'ses',
      `sandbox: ${address} is not verified and would get nothing`,
      `aws sesv2 create-email-identity --region ${config.deploy.region} --email-identity ${address}; or ask for production access: ${access}`,
    ),
  );
}

/** Alert mails that one person gets a day at most; a daily list and a weekly pulse may come on top. */
const MAILS_A_DAY = 5;

function quota(
  { brands, deploy }: Config,
  { max24Hours, sent24Hours }: NonNullable<DoctorFacts['mail']>,
): Finding {
  const people = brands.flatMap(({ recipients }) => recipients).length;
  const text = `production access, ${max24Hours - sent24Hours} of ${max24Hours} mails left today`;
  return max24Hours - sent24Hours >= people * MAILS_A_DAY
    ? good('ses', text)
    : note(
        'ses',
        `${text}: on a bad day ${people} recipients get up to ${people * MAILS_A_DAY}`,
        `aws service-quotas request-service-quota-increase --region ${deploy.region} --service-code ses --quota-code L-804C8AE8 --desired-value ${people * 10}`,
      );
}

function dmarc({ deploy }: Config, { dmarc: records }: DoctorFacts): Finding {
  const domain = domainOf(deploy.mailFrom);
  if (records === undefined)
    return note(
      'dns',
      `_dmarc.${domain} could not be looked up`,
      'check the network, then run doctor again',
    );
  return records.some((record) => /^v=DMARC1\b/i.test(record))
    ? good('dns', `${domain} has a DMARC record`)
    : note(
        'dns',
        `${domain} has no DMARC record: some mailboxes refuse such mail`,
        `add a TXT record _dmarc.${domain} with "v=DMARC1; p=none; rua=mailto:postmaster@${domain}"`,
      );
}

function concurrency(config: Config, { concurrency: total, unreserved }: DoctorFacts): Finding {
  if (total === undefined) return unknown('quotas', 'lambda:GetAccountSettings');
  const limit = unreserved ?? total;
  const others = limit < total ? ` of ${total} that no other function reserves` : '';
  const { deploy } = config;
  const own = OWN_CONCURRENCY + (templateNeeds(config).receivesWebhooks ? WEBHOOK_CONCURRENCY : 0);
  const raise = `aws service-quotas request-service-quota-increase --region ${deploy.region} --service-code lambda --quota-code L-B99A9384 --desired-value 1000`;
  if (deploy.reservedConcurrency && limit < own + UNRESERVED)
    return bad(
      'quotas',
      `deploy.reservedConcurrency needs a limit of ${own + UNRESERVED} concurrent executions; this account has ${limit}${others}`,
      `set it to false, or ${raise}`,
    );
  if (limit < own)
    return note(
      'quotas',
      `this account may run ${limit} functions at a time${others}: a first read of long histories takes longer`,
      raise,
    );
  return good('quotas', `${limit} concurrent executions${others}`);
}

function stacks({ deploy }: Config, { stacks: states }: DoctorFacts): Finding[] {
  return Object.entries(states).map(([name, state]) => {
    if (state === null) return note('stacks', `${name} is not deployed`, 'promisewatch deploy');
    if (/IN_PROGRESS$/.test(state))
      return note('stacks', `${name} is ${state}`, 'wait for it, then run doctor again');
    if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(state))
      return good('stacks', `${name} is ${state}`);
    return /^(UPDATE_)?ROLLBACK_COMPLETE$/.test(state) && state.startsWith('UPDATE')
      ? note(
          'stacks',
          `${name} went back to the version before: ${state}`,
          `aws cloudformation describe-stack-events --region ${deploy.region} --stack-name ${name} shows why; then promisewatch deploy`,
        )
      : bad(
          'stacks',
          `${name} is ${state}`,
          `aws cloudformation describe-stack-events --region ${deploy.region} --stack-name ${name}`,
        );
  });
}

function deployed(config: Config, facts: DeployedFacts, now: Date): Finding[] {
  const { deploy } = config;
  const silentSince = new Date(now.getTime() - SILENT_HOURS * 3_600_000).toISOString();
  return [
    facts.deletionProtection && facts.recovery
      ? good('table', 'deletion protection and point-in-time recovery are on')
      : bad(
          'table',
          `${facts.deletionProtection ? '' : 'deletion protection is off; '}${facts.recovery ? '' : 'point-in-time recovery is off'}`.replace(
            /; $/,
            '',
          ),
          'promisewatch deploy',
        ),
    facts.authorKey
      ? good('author key', 'is stored')
      : bad('author key', 'is missing: nothing is read without it', 'promisewatch apply'),
    ...configuration(facts),
    facts.alarmConfirmed === true
      ? good('alarms', `go to ${deploy.alarmEmail}`)
      : note(
          'alarms',
          `${deploy.alarmEmail} has not confirmed the subscription: alarms reach nobody`,
          `open the link in "AWS Notification - Subscription Confirmation"; if it is older than three days: promisewatch deploy`,
        ),
    ...(polledSecretsOf(config).length > 0 && !facts.readsSecrets
      ? [
          bad(
            'secrets',
            'the deployed collector may not read keys of sources yet',
            'promisewatch deploy',
          ),
        ]
      : []),
    ...sourceFindings(facts.reads),
    ...facts.waitingReclassification.map((brand) =>
      bad(
        'classifier',
        `${brand} waits for a reclassification: nothing is checked until then`,
        'promisewatch reclassify',
      ),
    ),
    facts.lastCheck !== null && facts.lastCheck >= silentSince
      ? good('clock', `the hourly check last succeeded at ${facts.lastCheck}`)
      : note(
          'clock',
          `the hourly check ${facts.lastCheck === null ? 'has not run yet' : `last succeeded at ${facts.lastCheck}`}`,
          'within an hour after the first apply nothing is wrong; else docs/runbook.md#stands-still',
        ),
  ];
}

function configuration({ configuration: version, unapplied }: DeployedFacts): Finding[] {
  if (version === null)
    return [bad('configuration', 'none is applied: nothing is read', 'promisewatch apply')];
  return [
    unapplied === 0
      ? good('configuration', `version ${version} is what the file says`)
      : note(
          'configuration',
          `${unapplied} changes in the file are not applied`,
          'promisewatch config diff, then promisewatch apply',
        ),
  ];
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);
