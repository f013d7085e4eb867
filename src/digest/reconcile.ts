import type { DigestStore, RecipientStates } from '../ports.ts';
import { sendOfId } from './deliver.ts';
import type { SubscriptionEvent } from './mail-events.ts';
import { afterEvent, type MailEvent, personAfter, personAfterChoice } from './mail-events.ts';

/** An event of SES, as far as it concerns us. */
export interface EventOfSend {
  /** From the tag that the mail carried. */
  readonly sendId: string;
  /** Of the address that it went to. */
  readonly recipient: string;
  readonly event:
    | { readonly kind: 'mail'; readonly mail: MailEvent }
    | { readonly kind: 'choice'; readonly choice: SubscriptionEvent };
}

export interface ReconcileReport {
  /** `foreign`: not about a send of ours. */
  readonly outcome: 'noted' | 'unchanged' | 'foreign';
  /** The event was quicker than SES's answer, or the answer was lost: no second mail goes out. */
  readonly rescued: boolean;
  /** Somebody did not get their digest, and had not been known not to. */
  readonly lost: boolean;
  /** The person gets no mail from now on. */
  readonly paused: boolean;
}

const NOTHING = { outcome: 'foreign', rescued: false, lost: false, paused: false } as const;
const LOST: ReadonlySet<string> = new Set(['rejected', 'bounced', 'complained']);

/**
 * Brings the outbox and what is known about a person up to what SES says. Every event may come twice and in any
 * order; the second time changes nothing.
 */
export async function reconcile(
  { sendId, recipient, event }: EventOfSend,
  deps: { readonly digests: DigestStore; readonly recipients: RecipientStates },
): Promise<ReconcileReport> {
  const send = sendOfId(sendId);
  // A tag that names another person than the mail went to is nobody's of ours.
  if (send === undefined || send.recipient !== recipient) return NOTHING;
  if (event.kind === 'choice') {
    const { before, after } = await deps.recipients.amend(recipient, (person) =>
      personAfterChoice(person, event.choice),
    );
    return { ...NOTHING, outcome: before === after ? 'unchanged' : 'noted' };
  }
  const { mail } = event;
  const changed = await deps.digests.amendSend(send, (row) => afterEvent(row, mail));
  const isChanged = changed !== undefined && changed.before.delivery !== changed.after.delivery;
  const person =
    LOST.has(mail.what) &&
    (await deps.recipients.amend(recipient, (was) => personAfter(was, mail)));
  return {
    outcome: changed === undefined ? 'foreign' : 'noted',
    rescued: changed !== undefined && changed.before.state !== 'sent',
    lost: isChanged && LOST.has(mail.what),
    paused: person !== false && person.before !== person.after,
  };
}
