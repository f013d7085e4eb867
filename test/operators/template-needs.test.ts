import { describe, expect, it } from 'vitest';
import { diagnose } from '../../bin/operators/diagnose.ts';
import type { DoctorFacts } from '../../bin/operators/doctor-facts.ts';
import { templateNeeds } from '../../bin/template-needs.ts';
import { Config } from '../../src/config/config.ts';
import { deploySettings } from '../lib/synthesise.ts';

const polled = {
  id: 'acme-tp',
  name: 'Trustpilot',
  connector: 'trustpilot',
  businessUnit: '0123456789abcdef01234567',
  secret: '/promisewatch/secrets/trustpilot',
};
const webhook = {
  id: 'acme-shop',
  name: 'Shop',
  connector: 'webhook',
  kind: 'review',
  secret: '/promisewatch/secrets/shop',
};

const watching = (...sources: object[]) =>
  Config.parse({
    deploy: deploySettings(),
    brands: [{ id: 'acme', name: 'Acme', code: 'AC', promises: [], sources, recipients: [] }],
  });

describe('the collector may read keys', () => {
  it('where a source that it reads names one, not for what is sent to a webhook', () => {
    expect(templateNeeds(watching(webhook))).toMatchObject({
      readsSecrets: false,
      receivesWebhooks: true,
    });
    expect(templateNeeds(watching(polled))).toMatchObject({
      readsSecrets: true,
      receivesWebhooks: false,
    });
    expect(templateNeeds(watching(polled, webhook))).toMatchObject({ readsSecrets: true });
  });

  it('and doctor asks for a deployment only where it needs to and may not yet', () => {
    const said = (config: Config) =>
      diagnose(config, DEPLOYED, new Date('2026-11-20T12:00:00Z'))
        .map(({ text }) => text)
        .filter((text) => text.includes('may not read keys'));
    expect(said(watching(webhook))).toEqual([]);
    expect(said(watching(polled, webhook))).toHaveLength(1);
  });
});

const DEPLOYED: DoctorFacts = {
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/me',
  bootstrap: 21,
  mail: undefined,
  identities: {},
  contactLists: [],
  dmarc: [],
  concurrency: 1000,
  unreserved: 1000,
  secrets: { '/promisewatch/secrets/shop': true },
  stacks: {},
  deployed: {
    authorKey: true,
    alarmConfirmed: true,
    configuration: 1,
    unapplied: 0,
    deletionProtection: true,
    recovery: true,
    readsSecrets: false,
    reads: [],
    lastCheck: '2026-11-20T11:30:00.000Z',
    waitingReclassification: [],
  },
};
