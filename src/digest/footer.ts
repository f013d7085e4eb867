/** What the foot of a mail says about stopping it. */
export interface Footer {
  /** `ses`: SES puts the address of its own page where the placeholder stands; null: people reply. */
  readonly unsubscribe: 'ses' | null;
  /** Who sends it, from where, as the operator wrote it. */
  readonly postal: string | null;
}

export const REPLY_FOOTER: Footer = { unsubscribe: null, postal: null };

/** SES replaces it at most twice in a mail: once in the HTML part, once in the text part. */
export const UNSUBSCRIBE_PLACEHOLDER = '{{amazonSESUnsubscribeUrl}}';
