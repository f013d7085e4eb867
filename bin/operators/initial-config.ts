import { stringify } from 'yaml';

export interface InitAnswers {
  readonly brand: string;
  readonly promise: string;
  /** An https address. */
  readonly source: string;
  readonly recipient: string;
  readonly mailFrom: string;
  readonly alarmEmail: string;
  readonly region: string;
  readonly timeZone: string;
}

/** promisewatch.yaml with the answers in it, and what a person will look for next as comments. */
export function initialConfig(answers: InitAnswers): string {
  const { brand, promise, source, recipient, mailFrom, alarmEmail, region, timeZone } = answers;
  const id = slug(brand);
  // Through the writer of YAML, so that an answer with a colon or a quote stays one value.
  const block = (value: unknown, indent: number) =>
    stringify(value, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => ' '.repeat(indent) + line)
      .join('\n');
  return `# yaml-language-server: $schema=./promisewatch.schema.json
# The only file to edit. "npm run -s promisewatch -- config check" names every mistake with its line.

# Read when the stacks are made: a change here needs "promisewatch deploy".
deploy:
${block({ stackName: 'promisewatch', region, mailFrom, alarmEmail, retentionDays: 90 }, 2)}
  # "ses" gives mails a link for one click, once the domain of mailFrom is verified with DKIM.
  unsubscribe: reply

# Everything below is read by "promisewatch apply" and picked up within five minutes.
${block({ timeZone }, 0)}

brands:
${block(
  [
    {
      id,
      name: brand,
      code: codeOf(brand),
      promises: [{ id: slug(promise), text: promise, headline: true }],
      sources: [
        {
          id: `${id}-${slug(new URL(source).hostname)}`.slice(0, 40).replace(/-+$/, ''),
          name: new URL(source).hostname.slice(0, 60),
          kind: 'review',
          url: source,
        },
      ],
      recipients: [{ email: recipient }],
    },
  ],
  2,
)}
`;
}

/** Lower-case letters, digits and dashes; never empty. */
function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
  return /^[a-z]/.test(plain) ? plain : `x-${plain}`.replace(/-$/, '');
}

/** Two to four capital letters, from the initials or the beginning of the name. */
function codeOf(brand: string): string {
  const words =
    brand
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toUpperCase()
      .match(/[A-Z]+/g) ?? [];
  const initials = words.map((word) => word[0]).join('');
  const letters = initials.length >= 2 ? initials : (words[0] ?? '');
  return (letters.length >= 2 ? letters : `${letters}XX`).slice(0, initials.length >= 2 ? 4 : 2);
}
