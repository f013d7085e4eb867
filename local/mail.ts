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
): { readonly mail: MailService; readonly contacts: Contacts } {
  const { resources, outbox, folder, place, now } = host;
  const bus = createEventBus(host);
  const publish = (events: readonly MailEvent[]): void => {
    for (const event of events) bus.publish(event);
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
      tell: (facts, hasLeft) => publish(eventsOf(facts, fateOf(facts, hasLeft), place)),
      fault: options.fault ?? (() => undefined),
    },
  );
  return { mail, contacts };
}
