import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ResolvedResource } from '../template/resolve.ts';
import type { Answer } from './answer.ts';
import { MailRefused } from './send-request.ts';

/** The mail that somebody unsubscribes from, as much of it as the event about it tells. */
export type MailFacts = {
  readonly messageId: string;
  readonly at: string;
  readonly address: string;
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, readonly string[]>>;
};

/** What a person did on the page of SES. */
export type Choice = {
  readonly list: string;
  readonly unsubscribeAll: boolean;
  readonly optedOut: readonly string[];
};

/** Contact lists of SES, and the page on which people leave them. */
export type Contacts = {
  /** @throws {MailRefused} where there is no such list or topic */
  readonly check: (list: string, topic: string | undefined) => void;
  readonly hasLeft: (address: string, list: string, topic: string | undefined) => boolean;
  /** Address of the page for one mail. */
  readonly link: (mail: MailFacts, list: string, topic: string | undefined) => string;
  /** Answers a call of that page: reading it changes nothing, posting to it does. */
  readonly page: (method: string, path: string) => Answer;
};

export const UNSUBSCRIBE_PATH = '/unsubscribe/';

type Token = {
  readonly mail: MailFacts;
  readonly list: string;
  readonly topic: string | undefined;
};
type Left = { everything: boolean; topics: string[] };

/**
 * @param lists resources of the template
 * @param file keeps who left which list between runs
 * @param onChoice called when somebody left
 */
export function openContacts(
  lists: readonly ResolvedResource[],
  file: string,
  endpoint: string,
  onChoice: (mail: MailFacts, choice: Choice) => void,
): Contacts {
  const known = new Map(lists.map((list) => [list.physicalName, topicsOf(list)]));
  const left = new Map<string, Left>(
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, Left][]) : [],
  );
  const keyOf = (list: string, address: string) => `${list} ${address.toLowerCase()}`;
  const leave = ({ mail, list, topic }: Token): void => {
    const key = keyOf(list, mail.address);
    const before = left.get(key) ?? { everything: false, topics: [] };
    const after =
      topic === undefined
        ? { ...before, everything: true }
        : { ...before, topics: [...new Set([...before.topics, topic])] };
    left.set(key, after);
    writeFileSync(`${file}.draft`, JSON.stringify([...left]), { mode: 0o600 });
    renameSync(`${file}.draft`, file);
    onChoice(mail, { list, unsubscribeAll: after.everything, optedOut: after.topics });
  };
  return {
    check: (list, topic) => {
      const topics = known.get(list);
      if (topics === undefined)
        throw new MailRefused('NotFoundException', `List with name: ${list} doesn't exist.`);
      if (topic !== undefined && !topics.has(topic))
        throw new MailRefused('NotFoundException', `Topic with name: ${topic} doesn't exist.`);
    },
    hasLeft: (address, list, topic) => {
      const found = left.get(keyOf(list, address));
      if (found === undefined) return false;
      return found.everything || (topic !== undefined && found.topics.includes(topic));
    },
    link: (mail, list, topic) =>
      `${endpoint}${UNSUBSCRIBE_PATH}${Buffer.from(JSON.stringify({ mail, list, topic })).toString('base64url')}`,
    page: (method, path) => {
      const token = readToken(path.slice(UNSUBSCRIBE_PATH.length));
      if (token === undefined) return page(404, 'There is no such mail.');
      // Programs that look at every link of a mail must not unsubscribe its reader.
      if (method !== 'POST')
        return page(
          200,
          `<p>Stop this mail to ${escaped(token.mail.address)}?</p><form method="post"><button>Unsubscribe</button></form>`,
        );
      leave(token);
      return page(200, `${escaped(token.mail.address)} is unsubscribed.`);
    },
  };
}

function topicsOf({ properties }: ResolvedResource): Set<string> {
  const topics = (properties['Topics'] ?? []) as readonly { readonly TopicName: string }[];
  return new Set(topics.map(({ TopicName }) => TopicName));
}

function readToken(text: string): Token | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
  } catch {
    return undefined;
  }
}

function page(status: number, body: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; form-action 'self'",
    },
    body: `<!doctype html><html lang="en"><title>Unsubscribe</title>${body}</html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
