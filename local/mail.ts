import type { DataFolder } from './data-folder.ts';
import { createEventBus, type EventBusHost } from './lambda/event-bus.ts';
import { type Contacts, openContacts } from './stand-ins/contacts.ts';
import { createMailService, type MailService, type MailSurroundings } from './stand-ins/mail.ts';
import { choiceOf, eventsOf, fateOf, type MailEvent } from './stand-ins/mail-events.ts';
import type { Outbox, OutboxMail } from './stand-ins/outbox.ts';
import type { Place } from './template/resource-types.ts';

export type MailOptions = {
  readonly identities?: readonly string[];
  readonly sandbox?: boolean;
  /** Provokes what SES does on a bad day. Wrong addresses need none: those of SES's simulator bounce here, too. */
  readonly fault?: MailSurroundings['fault'];
};

/**
 * What SES publishes as `Reputation.BounceRate` and `Reputation.ComplaintRate`, as fractions, of the mails since the start.
 * On AWS mails to the simulator's addresses do not count; here they do, so that the alarm can be brought about.
 */
export type MailReputation = { readonly bounceRate: number; readonly complaintRate: number };

export type MailHost = EventBusHost & {
  readonly outbox: Outbox;
  readonly folder: DataFolder;
  readonly place: Place;
  readonly now: () => Date;
  readonly onSend: (mail: OutboxMail) => void;
};

/** SES with all that belongs to it: senders, contact lists, and the events that reach functions by way of EventBridge. */
export function openMail(
  options: MailOptions,
  host: MailHost,
): {
  readonly mail: MailService;
  readonly contacts: Contacts;
  readonly reputation: () => MailReputation;
} {
  const { resources, outbox, folder, place, now } = host;
  const bus = createEventBus(host);
  const publish = (events: readonly MailEvent[]): void => {
    for (const event of events) bus.publish(event);
  };
  const count = { mails: 0, bounces: 0, complaints: 0 };
  const tell: MailSurroundings['tell'] = (facts, hasLeft) => {
    const fate = fateOf(facts, hasLeft);
    count.mails += 1;
    if (fate.some(({ kind }) => kind === 'bounce')) count.bounces += 1;
    if (fate.some(({ kind }) => kind === 'complaint')) count.complaints += 1;
    publish(eventsOf(facts, fate, place));
  };
  const contacts = openContacts(
    resources.filter(({ type }) => type === 'AWS::SES::ContactList'),
    folder.at('contacts.json'),
    place.endpoint,
    (facts, choice) => publish(eventsOf(facts, [choiceOf(facts, choice, now())], place)),
  );
  const identities = [
    ...resources
      .filter(({ type }) => type === 'AWS::SES::EmailIdentity')
      .map(({ physicalName }) => physicalName),
    ...(options.identities ?? []),
  ];
  const mail = createMailService(
    outbox,
    {
      identities: identities.length === 0 ? undefined : identities,
      sandbox: options.sandbox ?? false,
    },
    place.region,
    now,
    host.onSend,
    {
      contacts,
      tell,
      fault: options.fault ?? (() => undefined),
    },
  );
  const rate = (of: number): number => (count.mails === 0 ? 0 : of / count.mails);
  return {
    mail,
    contacts,
    reputation: () => ({
      bounceRate: rate(count.bounces),
      complaintRate: rate(count.complaints),
    }),
  };
}
