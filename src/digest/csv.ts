import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { wallClock } from '../mentions/day.ts';
import type { DigestModel, LeftOut } from './digest.ts';

const COLUMNS = [
  'published',
  'day',
  'source',
  'kind',
  'rating',
  'sentiment',
  'promises broken',
  'promises kept',
  'quote',
  'title',
  'text',
  'link',
  'language',
  'population',
  'counted',
  'mention',
  'version',
] as const;

const COUNTED: Record<LeftOut, string> = {
  copy: 'no, a further copy',
  'author-cap': 'no, more than three of one author that day',
};

/**
 * The attached file: one row for each mention of the model, in the model's order. Every cell is quoted and
 * none can start a formula. A mention that is not in `stored`, or only in another version, keeps its row
 * with a note, so that rows and the count in the mail agree.
 *
 * @returns UTF-8 text with a byte order mark, since spreadsheets guess other encodings without one
 */
export function evidenceCsv(model: DigestModel, stored: readonly ClassifiedMention[]): string {
  const byKey = new Map(stored.map((mention) => [`${mention.id}#${mention.version}`, mention]));
  const rows = model.evidence.mentions.map(({ id, version, leftOut }) => {
    const mention = byKey.get(`${id}#${version}`);
    return mention ? row(mention, model, leftOut) : gone(id, version);
  });
  return `\ufeff${[COLUMNS, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`;
}

function row(
  mention: ClassifiedMention,
  model: DigestModel,
  leftOut: LeftOut | undefined,
): string[] {
  const { classification, rating } = mention;
  const texts = new Map(model.promises.map(({ id, text }) => [id, text]));
  const verdicts = (...outcomes: string[]) =>
    classification.verdicts.filter(({ outcome }) => outcomes.includes(outcome));
  const names = (...outcomes: string[]) =>
    verdicts(...outcomes)
      .map(({ promise }) => texts.get(promise) ?? promise)
      .join('; ');
  const at = mention.publishedAt === null ? null : wallClock(model.timeZone, mention.publishedAt);
  const source = model.coverage.sources.find((item) => item.source === mention.source);
  return [
    at === null ? '' : `${at.day} ${at.time}`,
    mention.bucketDay,
    source?.name ?? mention.source,
    mention.kind,
    rating === null ? '' : String(Number(rating.value.toFixed(2))),
    classification.sentiment.label,
    names('broken'),
    names('kept', 'exceeded'),
    verdicts('broken', 'kept', 'exceeded')[0]?.quote ?? '',
    mention.title ?? '',
    mention.text,
    mention.url ?? '',
    mention.lang ?? classification.lang ?? '',
    mention.population,
    leftOut === undefined ? 'yes' : COUNTED[leftOut],
    mention.id,
    String(mention.version),
  ];
}

function gone(id: string, version: number): string[] {
  return COLUMNS.map((column) => {
    if (column === 'mention') return id;
    if (column === 'version') return String(version);
    return column === 'text' ? 'changed or removed since this digest was made' : '';
  });
}

/** One cell: quoted, control characters out, and an apostrophe before anything a spreadsheet would run. */
export function cell(value: string): string {
  const plain = value
    .toWellFormed()
    .replace(/\r\n?|\n/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ');
  // Spreadsheets skip leading spaces and invisible characters before they look for a formula; the wide
  // forms are read as formulas in East Asian settings.
  const formula = /^[\s\p{Cf}]*[=+\-@|%＝＋－＠]/u.test(plain);
  return `"${(formula ? `'${plain}` : plain).replaceAll('"', '""')}"`;
}
