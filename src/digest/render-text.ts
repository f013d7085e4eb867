import { type Amount, fitting, promisesShown } from './amount.ts';
import { clean } from './clean.ts';
import {
  actionWords,
  caseWords,
  nextSteps,
  scopeWords,
  steadyNote,
  tooFewNote,
  whyPeriodic,
} from './closing-words.ts';
import { blindness, coverageRemarks } from './coverage-words.ts';
import { dayRange, shortDay, tinyDay } from './dates.ts';
import type { DigestIncident, DigestModel, DigestQuote } from './digest.ts';
import { type Footer, UNSUBSCRIBE_PLACEHOLDER } from './footer.ts';
import { linkTo } from './link.ts';
import {
  chartWords,
  checksOnce,
  chip,
  evidenceWords,
  headline,
  heardTitle,
  lead,
} from './model-words.ts';
import { counted, ratio, shorten, usual, whole } from './numbers.ts';
import { dimensionName, signalName } from './plain-names.ts';
import { byline, judged, printQuote } from './quote-words.ts';
import {
  alsoWords,
  badDays,
  balance,
  incidentChip,
  incidentHeadline,
  incidentLead,
  unit,
  whyIncident,
} from './words.ts';

/** Bytes of the text part; optional parts are dropped as in the HTML part. */
export const TEXT_TARGET = 6000;
const COLUMNS = 72;
const MAX_ALSO = 6;

/** The text part: the same model in the same order as the HTML part, 72 columns, every link on its own line. */
export function renderText(model: DigestModel, footer: Footer): string {
  return fitting((amount) => page(model, footer, amount), TEXT_TARGET);
}

function page(model: DigestModel, footer: Footer, amount: Amount): string {
  const blocks = [
    ...top(model),
    ...model.incidents.flatMap((incident, index) => incidentBlocks(model, incident, index, amount)),
    furtherBlock(model),
    sourcesBlock(model),
    model.kind === 'weekly-pulse' ? promisesBlock(model, amount) : '',
    heardBlock(model, amount),
    evidenceBlock(model),
    ...model.incidents.slice(0, 1).flatMap((incident) => aboutBlocks(incident, amount)),
    ...checksOnce(model).map(checksBlock),
    model.kind === 'weekly-pulse' ? '' : promisesBlock(model, amount),
    actionsBlock(model),
    casesBlock(model),
    employeesBlock(model),
    whyBlock(model),
    coverageBlock(model),
    wrap(`${nextSteps(model)} Is something here wrong? Just reply.`),
  ];
  // SES looks for its placeholder in the finished part: strangers' texts must not hold it.
  const body = blocks
    .filter((block) => block !== '')
    .join('\n\n')
    .replaceAll('{{', '{ {');
  return `${body}\n\n${footerBlock(model, footer)}\n`;
}

function top(model: DigestModel): string[] {
  const blind = blindness(model);
  return [
    `${clean(model.brand.name)}  ${dayRange(model.from, model.to)}  [${chip(model).label.toUpperCase()}]`,
    wrap(headline(model)),
    wrap(lead(model).join(' ')),
    blind === null ? '' : wrap(blind),
  ];
}

function incidentBlocks(
  model: DigestModel,
  incident: DigestIncident,
  index: number,
  amount: Amount,
): string[] {
  const opening =
    index === 0
      ? []
      : [
          `${'-'.repeat(COLUMNS)}\n${incident.ref}  [${incidentChip(incident).label.toUpperCase()}]`,
          wrap(incidentHeadline(clean(model.brand.name), incident)),
          wrap(incidentLead(incident).join(' ')),
        ];
  return [
    ...opening,
    incident.owner === null ? '' : wrap(`Owner: ${clean(incident.owner)}`),
    numbers(incident),
    chart(incident),
    quotesBlock('IN THEIR WORDS', incident.quotes, amount),
    wrap(balance(incident)),
    alsoBlock(clean(model.brand.name), incident),
  ];
}

function numbers(incident: DigestIncident): string {
  const { figures } = incident;
  const times = ratio(figures.observed, figures.expected);
  const days = counted(figures.window, 'day');
  const third =
    incident.kind === 'recovered'
      ? [`it lasted ${counted(badDays(incident), 'day')}`]
      : times
        ? [`${times} the usual level`]
        : [];
  return [
    `${whole(figures.observed)} ${unit(incident, figures.observed)} in ${days}`,
    `${usual(figures.expected)} usual for ${days}`,
    ...third,
  ].join('\n');
}

function chart({ chart: days, since }: DigestIncident): string {
  if (days.length === 0) return '';
  const bars = spark(days.map(({ count }) => count));
  const [first, last] = [days[0]?.day ?? since, days.at(-1)?.day ?? since];
  return `${tinyDay(first)} ${bars} ${tinyDay(last)}\n${wrap(`(${chartWords(days, since).replace('dashed: ', '')})`)}`;
}

/** One block character a day. */
export function spark(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => '▁▂▃▄▅▆▇█'.charAt(Math.round((count / most) * 7))).join('');
}

function quotesBlock(
  title: string,
  quotes: readonly DigestQuote[],
  amount: Amount,
  promises?: DigestModel['promises'],
): string {
  if (quotes.length === 0) return '';
  const rest = quotes.length - amount.quotes;
  const more = rest > 0 ? `\n\n${counted(rest, 'more')} in the attached file.` : '';
  return `${title}\n${quotes
    .slice(0, amount.quotes)
    .map((quote) => quoteText(quote, promises))
    .join('\n\n')}${more}`;
}

/** @param promises where the verdict that decided is to be named */
function quoteText(quote: DigestQuote, promises?: DigestModel['promises']): string {
  const { before, marked, after } = printQuote(quote);
  const link = linkTo(quote.url);
  const where =
    link === null ? [] : link.href === null ? [`  at ${link.host}`] : [`  ${link.href}`];
  const said = wrap(`“${before}${marked}${after}”`, COLUMNS - 2).replace(/^/gm, '> ');
  const verdict = promises && judged(quote, promises);
  const why = verdict ? [wrap(verdict, COLUMNS - 2).replace(/^/gm, '  ')] : [];
  return [said, `  ${byline(quote)}`, ...why, ...where].join('\n');
}

function furtherBlock({ further, brand }: DigestModel): string {
  if (further.length === 0) return '';
  const rows = further.map((item) =>
    wrap(
      `${item.ref}: ${incidentHeadline(clean(brand.name), item)}: ${whole(item.observed)} in ${counted(item.window, 'day')}, ${usual(item.expected)} usual.`,
    ),
  );
  return `ALSO\n${rows.join('\n')}`;
}

function sourcesBlock({ kind, coverage }: DigestModel): string {
  if (kind !== 'first-reading') return '';
  const rows = coverage.sources.map(({ name, counted: count }) => ({ name: clean(name), count }));
  return bars(
    'WHERE THEY COME FROM',
    rows.toSorted((a, b) => b.count - a.count),
  );
}

function heardBlock(model: DigestModel, amount: Amount): string {
  return quotesBlock(heardTitle(model.kind).toUpperCase(), model.quotes, amount, model.promises);
}

function evidenceBlock(model: DigestModel): string {
  if (model.evidence.total === 0) return '';
  return wrap(
    `${evidenceWords(model).join('')}, with links: attached file ${model.evidence.filename}`,
  );
}

function alsoBlock(brand: string, { also }: DigestIncident): string {
  if (also.length === 0) return '';
  const rest = also.length - MAX_ALSO;
  const rows = also
    .slice(0, MAX_ALSO)
    .map((series) => wrap(`- ${alsoWords(brand, series)}`, COLUMNS, '  '));
  return ['ALSO UNUSUAL', ...rows, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}

function aboutBlocks(incident: DigestIncident, amount: Amount): string[] {
  if (incident.kind === 'recovered') return [];
  const places = bars(
    'WHERE IT WAS SAID',
    incident.sources.map(({ name, count }) => ({ name: clean(name), count })),
  );
  if (!amount.themes) return [places];
  return [
    bars('WHAT IT IS ABOUT', [
      ...incident.dimensions.map(({ dimension, count }) => ({
        name: dimensionName(dimension),
        count,
      })),
    ]),
    bars(
      'ALSO NAMED',
      incident.signals.map(({ signal, count }) => ({ name: signalName(signal), count })),
    ),
    places,
  ];
}

function bars(title: string, rows: readonly { name: string; count: number }[]): string {
  if (rows.length === 0) return '';
  return `${title}\n${rows
    .slice(0, 8)
    .map(({ name, count }) => `${whole(count).padStart(5)}  ${shorten(name, 60)}`)
    .join('\n')}`;
}

function checksBlock({ playbook }: DigestIncident): string {
  if (playbook === null || (playbook.checks.length === 0 && playbook.url === null)) return '';
  const checks = playbook.checks.map((check, index) =>
    wrap(`${index + 1}. ${clean(check)}`, COLUMNS, '   '),
  );
  const link = linkTo(playbook.url);
  return ['FIRST CHECKS', ...checks, ...(link?.href ? ['Your playbook:', link.href] : [])].join(
    '\n',
  );
}

function promisesBlock({ promises }: DigestModel, amount: Amount): string {
  if (promises.length === 0) return '';
  const [shown, rest] = promisesShown(promises, amount);
  const rows = shown.map(({ text, observed, expected, days, status }) => {
    const counts = `${whole(observed)} broken (${expected === null ? 'usual not known yet' : `usual ${usual(expected)}`})`;
    return `${wrap(clean(text))}\n  ${counts}, ${status}${amount.sparklines === 'all' ? `  ${spark(days)}` : ''}`;
  });
  const notes = [rest, steadyNote(shown), tooFewNote(shown)].flatMap((note) =>
    note === null ? [] : [wrap(note)],
  );
  return ['ALL PROMISES, LAST 7 DAYS', ...rows, ...notes].join('\n');
}

function actionsBlock({ actions }: DigestModel): string {
  if (actions.length === 0) return '';
  const rows = actions.map((action) =>
    wrap(`${shortDay(action.day)}: ${clean(action.text)}. ${actionWords(action)}`),
  );
  return `WHAT YOU DID, AND WHAT HAPPENED SINCE\n${rows.join('\n')}`;
}

function casesBlock({ cases }: DigestModel): string {
  if (cases === null) return '';
  return wrap(caseWords(cases));
}

function employeesBlock({ employees }: DigestModel): string {
  if (employees === null || employees.mentions === 0) return '';
  const said = wrap(
    `${counted(employees.mentions, 'mention')} by employees, ${whole(employees.negative)} negative. They are never part of the counts above.`,
  );
  const quote = employees.quote === null ? '' : `\n${quoteText(employees.quote)}`;
  return `EMPLOYEES\n${said}${quote}`;
}

function whyBlock(model: DigestModel): string {
  const [first] = model.incidents;
  const rules = [...(first ? whyIncident(model, first) : whyPeriodic(model)), ...scopeWords(model)];
  const skipped = model.skipped.slice(0, 5).map(clean);
  const lines = [...rules, ...skipped].map((line) => wrap(line));
  return `WHY YOU GOT THIS\n${lines.join('\n')}`;
}

function coverageBlock(model: DigestModel): string {
  const lines = coverageRemarks(model).map((remark) => wrap(`${remark.label ?? ''}${remark.text}`));
  const first = model.incidents[0];
  const analysts = first ? [`Analysts: promisewatch incidents show ${first.ref}`] : [];
  return ['WHAT WAS READ', ...lines, ...analysts].join('\n');
}

function footerBlock(model: DigestModel, { unsubscribe, postal }: Footer): string {
  const brand = clean(model.brand.name).replaceAll('{{', '{ {');
  const list = `You are on the ${brand} list of promisewatch.`;
  return [
    '--',
    wrap(
      unsubscribe === 'ses'
        ? list
        : `${list} To change what you get, or to stop it, reply and say so.`,
    ),
    ...(unsubscribe === 'ses'
      ? ['Choose what you get or unsubscribe:', UNSUBSCRIBE_PLACEHOLDER]
      : []),
    ...(postal ? [wrap(clean(postal).replaceAll('{{', '{ {'))] : []),
  ].join('\n');
}

/** Breaks `text` at spaces; a word longer than a line stays whole. */
export function wrap(text: string, columns = COLUMNS, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
