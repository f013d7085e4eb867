import { clean } from '../clean.ts';
import { missingPart } from '../coverage-words.ts';
import { dayRange, tinyDay } from '../dates.ts';
import type { DigestIncident, DigestModel, DigestQuote } from '../digest.ts';
import { linkTo } from '../link.ts';
import { chartWords, chip, headline, lead, preheader } from '../model-words.ts';
import { counted, ratio, shorten, usual, whole } from '../numbers.ts';
import { byline, judged, printQuote } from '../quote-words.ts';
import { spark } from '../render-text.ts';
import { incidentHeadline, unit } from '../words.ts';

type Text = { readonly type: 'plain_text'; readonly text: string };
type Run =
  | { readonly type: 'text'; readonly text: string; readonly style?: { readonly bold: true } }
  | { readonly type: 'link'; readonly url: string; readonly text: string };
type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }
  | {
      readonly type: 'rich_text';
      readonly elements: readonly {
        readonly type: 'rich_text_quote' | 'rich_text_section';
        readonly elements: readonly Run[];
      }[];
    };

/** What an incoming webhook of Slack takes. */
export interface SlackMessage {
  /** For notifications and for readers without blocks. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Slack's own limits. */
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
const MAX_FIELD = 2000;
const MAX_QUOTES = 3;

/**
 * A digest as Block Kit. Everything that strangers wrote goes into elements that Slack does not parse: no mention, no
 * formatting and no link can come out of a text.
 */
export function slackMessage(model: DigestModel): SlackMessage {
  const [first] = model.incidents;
  const missing = missingPart(model);
  return {
    text: escaped(notification(model)),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(headline(model), MAX_HEADER) },
      { type: 'section', text: plain(lead(model).join(' '), MAX_SECTION) },
      ...(missing === null
        ? []
        : [{ type: 'section' as const, text: plain(`${missing}.`, MAX_SECTION) }]),
      ...(first === undefined ? [] : incidentBlocks(first)),
      ...quoteBlocks(first?.quotes ?? model.quotes, first ? [] : model.promises),
      ...moreBlocks(model),
      { type: 'context', elements: [plain(footer(model), MAX_FIELD)] },
    ],
  };
}

/** What a phone shows before anything is opened: state and numbers of an incident, else what the mail is and says. */
function notification(model: DigestModel): string {
  return model.incidents.length > 0
    ? `${headline(model)}. ${preheader(model)}`
    : `${chip(model).label}: ${headline(model)}. ${dayRange(model.from, model.to)}.`;
}

function incidentBlocks(incident: DigestIncident): Block[] {
  const { figures, chart, since } = incident;
  const days = counted(figures.window, 'day');
  const times = ratio(figures.observed, figures.expected);
  const fields = [
    `${whole(figures.observed)} ${unit(incident, figures.observed)} in ${days}`,
    `${usual(figures.expected)} usual for ${days}`,
    ...(times === null ? [] : [`${times} the usual level`]),
  ];
  const numbers: Block = { type: 'section', fields: fields.map((text) => plain(text, MAX_FIELD)) };
  if (chart.length === 0) return [numbers];
  const [from, to] = [chart[0]?.day ?? since, chart.at(-1)?.day ?? since];
  const bars = spark(chart.map(({ count }) => count));
  const words = chartWords(chart, since).replace('dashed: ', '');
  return [
    numbers,
    {
      type: 'context',
      elements: [plain(`${tinyDay(from)} ${bars} ${tinyDay(to)}  ${words}`, MAX_FIELD)],
    },
  ];
}

/** @param promises where the verdict that decided is to be named */
function quoteBlocks(quotes: readonly DigestQuote[], promises: DigestModel['promises']): Block[] {
  return quotes.slice(0, MAX_QUOTES).map((quote): Block => {
    const { before, marked, after } = printQuote(quote);
    const link = linkTo(quote.url);
    const said: Run[] = [
      { type: 'text', text: before },
      { type: 'text', text: marked, style: { bold: true } },
      { type: 'text', text: after },
    ];
    const verdict = promises.length === 0 ? null : judged(quote, promises);
    const words = [byline(quote), ...(verdict === null ? [] : [verdict])].join(' · ');
    const source: Run[] = [
      { type: 'text', text: `${words}${link === null ? '' : ' · '}` },
      ...(link === null
        ? []
        : link.href === null
          ? [{ type: 'text' as const, text: link.host }]
          : [{ type: 'link' as const, url: link.href, text: `Read it on ${link.host}` }]),
    ];
    return {
      type: 'rich_text',
      elements: [
        // Slack refuses empty runs.
        { type: 'rich_text_quote', elements: said.filter(({ text }) => text !== '') },
        { type: 'rich_text_section', elements: source },
      ],
    };
  });
}

function moreBlocks({ incidents, further, brand }: DigestModel): Block[] {
  const all = [...incidents.slice(1), ...further];
  if (all.length === 0) return [];
  const lines = all.map((other) => `${other.ref}: ${incidentHeadline(clean(brand.name), other)}`);
  return [{ type: 'section', text: plain(`Also: ${lines.join('; ')}.`, MAX_SECTION) }];
}

function footer(model: DigestModel): string {
  const [first] = model.incidents;
  const owner = first?.owner == null ? [] : [`owner ${clean(first.owner)}`];
  const command = first === undefined ? [] : [`promisewatch incidents show ${first.ref}`];
  return [dayRange(model.from, model.to), ...(first ? [first.ref] : []), ...owner, ...command].join(
    ' · ',
  );
}

function plain(text: string, most: number): Text {
  return { type: 'plain_text', text: shorten(text, most) };
}

/** The three characters that mean something in Slack's plain messages. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
