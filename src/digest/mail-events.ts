import type { Delivery, SendRow } from './outbox-rows.ts';
import type { RecipientState } from './recipient-state.ts';

/** What SES said about one mail after it took it. */
export interface MailEvent {
  /** `sent`: taken over, on its way. The others as in the outbox. */
  readonly what: 'sent' | Delivery;
  readonly messageId: string;
  readonly at: string;
  /** SES's words, without the address. */
  readonly reason: string | null;
  /** Whether the mailbox will refuse every later mail, too. */
  readonly permanent: boolean;
}

/** What a person chose on the page of SES. */
export interface SubscriptionEvent {
  readonly at: string;
  readonly everything: boolean;
  /** Topics that they do not want; all others they want. */
  readonly topics: readonly string[];
}

const RANK: Readonly<Record<Delivery, number>> = {
  delayed: 1,
  delivered: 2,
  rejected: 3,
  bounced: 3,
  complained: 4,
};

/**
 * A send after an event of SES. Any event proves that SES has the mail: a claim whose answer was lost is sent,
 * and will not be tried again. Events come in any order and more than once.
 *
 * An event about another message than the one that is known means that two went out.
 */
export function afterEvent(send: SendRow, event: MailEvent): SendRow {
  const another = send.messageId !== null && send.messageId !== event.messageId;
  const known = send.delivery === undefined ? 0 : RANK[send.delivery];
  const isNews = event.what !== 'sent' && RANK[event.what] > known;
  return {
    ...send,
    state: 'sent',
    messageId: send.messageId ?? event.messageId,
    possibleDuplicate: send.possibleDuplicate || another,
    // Why it waited no longer matters once it is out.
    reason: isNews ? event.reason : send.state === 'sent' ? send.reason : null,
    ...(isNews && { delivery: event.what }),
  };
}

/**
 * A send after SES answered the claim. Where an event was quicker than the answer, what the event said stays.
 *
 * @param stored the send as it is now; undefined where nothing was claimed
 */
export function afterAnswer(stored: SendRow | undefined, answer: SendRow): SendRow {
  if (stored === undefined || stored.state !== 'sent') return answer;
  const ids = [answer.messageId, stored.messageId];
  const another = !ids.includes(null) && ids[0] !== ids[1];
  return another ? { ...stored, possibleDuplicate: true } : stored;
}

/** A person after a mail to them bounced or was complained about; unchanged by every other event. */
export function personAfter(person: RecipientState, event: MailEvent): RecipientState {
  const { what, at, reason, permanent } = event;
  const isNews =
    what === 'complained'
      ? person.paused?.why !== 'complained'
      : what === 'bounced' && permanent && person.paused === null;
  if (isNews)
    return {
      ...person,
      paused: { why: what === 'complained' ? what : 'bounced', at, detail: reason ?? '' },
    };
  return person;
}

/** A person after they chose; an older choice that comes late changes nothing. */
export function personAfterChoice(
  person: RecipientState,
  { at, everything, topics }: SubscriptionEvent,
): RecipientState {
  if (person.unsubscribed.at !== null && person.unsubscribed.at > at) return person;
  return { ...person, unsubscribed: { at, everything, topics: [...topics] } };
}
