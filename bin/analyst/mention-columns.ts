import type { ListedMention } from '../../src/query/list.ts';
import type { Column } from '../output/column.ts';
import { localTime } from '../output/words.ts';

/** The columns of a list of mentions, of exports, and of the SQL view `mentions`. */
export function mentionColumns(timeZone: string): Column<ListedMention>[] {
  return [
    { name: 'id', type: 'string', title: 'ID', value: (m) => m.mention.id, show: shortId },
    { name: 'brand', type: 'string', value: (m) => m.mention.brand },
    { name: 'day', type: 'string', value: (m) => m.mention.bucketDay },
    {
      name: 'at',
      type: 'instant',
      title: 'PUBLISHED',
      value: (m) => m.mention.at,
      show: (m) => localTime(m.mention.at, timeZone),
    },
    { name: 'source', type: 'string', title: 'SOURCE', value: (m) => m.mention.source },
    { name: 'kind', type: 'string', value: (m) => m.mention.kind },
    { name: 'population', type: 'string', value: (m) => m.mention.population },
    {
      name: 'rating',
      type: 'number',
      title: 'RATING',
      value: (m) => m.mention.rating,
    },
    { name: 'language', type: 'string', value: (m) => m.mention.lang },
    {
      name: 'sentiment',
      type: 'string',
      title: 'SENTIMENT',
      value: (m) => m.mention.sentiment,
      tone: (m) =>
        m.mention.sentiment === 'negative'
          ? 'bad'
          : m.mention.sentiment === 'positive'
            ? 'good'
            : undefined,
    },
    {
      name: 'verdicts',
      type: 'json',
      title: 'VERDICTS',
      value: (m) =>
        m.mention.verdicts.map(({ promise, outcome, confidence }) => ({
          promise,
          outcome,
          confidence,
        })),
      show: (m) =>
        m.mention.verdicts.map(({ promise, outcome }) => `${promise} ${outcome}`).join(', '),
    },
    { name: 'dimensions', type: 'json', value: (m) => m.mention.dimensions },
    { name: 'signals', type: 'json', value: (m) => m.mention.signals },
    {
      name: 'counted',
      type: 'string',
      title: 'COUNTED',
      value: (m) => m.counted,
      tone: (m) => (m.counted === 'yes' ? undefined : 'muted'),
    },
    { name: 'relabelled', type: 'boolean', value: (m) => m.relabelled },
    { name: 'quote', type: 'string', value: quoteOf },
    { name: 'title', type: 'string', value: (m) => m.full.title },
    {
      name: 'text',
      type: 'string',
      title: 'TEXT',
      fills: true,
      value: (m) => m.full.text,
      show: (m) =>
        m.full.title === null
          ? m.full.text || '(a rating without words)'
          : `${m.full.title} — ${m.full.text}`,
    },
    { name: 'url', type: 'string', value: (m) => m.full.url },
    { name: 'deletedAt', type: 'instant', value: (m) => m.full.deletedAt ?? null },
    { name: 'author', type: 'string', value: (m) => m.full.authorHash },
    { name: 'version', type: 'integer', value: (m) => m.full.version },
    { name: 'classifier', type: 'string', value: (m) => m.mention.cv },
  ];
}

/** Enough to name a mention in a command: `mentions show` takes the beginning of an id. */
const shortId = ({ mention }: ListedMention) => mention.id.slice(0, 8);

/** The words that decided the first verdict that decides, else the first one. */
function quoteOf({ full }: ListedMention): string | null {
  const { verdicts } = full.classification;
  return (verdicts.find(({ outcome }) => outcome !== 'unclear') ?? verdicts[0])?.quote ?? null;
}
