import { wallClock } from '../mentions/day.ts';
import { clean } from './clean.ts';
import { shortDay } from './dates.ts';
import type { CoverageRow, DigestModel } from './digest.ts';
import { counted, listed, percent, usual, whole } from './numbers.ts';

/** A sentence that may begin with one word in bold. */
export interface Remark {
  readonly label: string | null;
  readonly text: string;
}

/** A read older than this is named although nothing failed. */
const STALE_HOURS = 26;

/**
 * What was read and what was not: "quiet" is not "blind". The share that could not be judged is always
 * said, also when it is nothing.
 */
export function coverageRemarks(model: DigestModel): Remark[] {
  const { sources } = model.coverage;
  // While the whole brand is learning, that every source is says nothing.
  const quiet = model.learning === null ? ['read'] : ['read', 'learning'];
  const troubled = sources.filter((row) => !quiet.includes(row.state));
  const [named, rest] = [troubled.slice(0, 8), troubled.length - 8];
  const unread = sources.filter(({ state }) => state === 'failing' || state === 'never-read');
  const read = sources.length - unread.length;
  const all: Remark = {
    label: null,
    text:
      sources.length === 0
        ? 'No source is configured, so nothing was read.'
        : read === sources.length
          ? `${sources.length === 1 ? 'The only source was' : `All ${sources.length} sources were`} read${oldest(model)}.`
          : `${read} of ${counted(sources.length, 'source')} were read${oldest(model)}.`,
  };
  const more: Remark[] =
    rest > 0
      ? [{ label: `${counted(rest, 'more source')}`, text: ' not fully in these numbers.' }]
      : [];
  return [
    all,
    ...named.map((row) => trouble(row, model)),
    ...more,
    ...stale(model).slice(0, 8),
    judged(model),
  ];
}

/** One sentence for the top of the mail when part of the picture is missing; else null. */
export function blindness(model: DigestModel): string | null {
  const missing = missingPart(model);
  return missing === null ? null : `${missing} (see “What was read” below).`;
}

/** As `blindness`, for channels, which have no section on what was read: without the full stop. */
export function missingPart(model: DigestModel): string | null {
  const named = (wanted: CoverageRow['state'], one: string, many: string) => {
    const rows = model.coverage.sources.filter(({ state }) => state === wanted);
    const names = rows.slice(0, 3).map(({ name }) => clean(name));
    if (rows.length > 3) names.push(`${rows.length - 3} more`);
    return rows.length === 0 ? [] : [`${listed(names)} ${rows.length === 1 ? one : many}`];
  };
  const missing = [
    ...named('failing', 'cannot be read', 'cannot be read'),
    ...named('silent', 'has fallen silent', 'have fallen silent'),
  ];
  if (missing.length === 0) return null;
  return `Part of the picture is missing: ${missing.join('; ')}`;
}

function trouble(row: CoverageRow, { timeZone }: DigestModel): Remark {
  const name = clean(row.name);
  switch (row.state) {
    case 'failing': {
      const since = row.failingSince ? ` since ${moment(row.failingSince, timeZone)}` : '';
      const why = row.reason ? `: ${clean(row.reason).replace(/\.$/, '')}` : '';
      return {
        label: `${name} cannot be read`,
        text: `${since}${why}. What is said there is not in these numbers.`,
      };
    }
    case 'silent':
      return {
        label: `${name} is silent`,
        text: `: it is read, but brought nothing where ${usual(row.expected)} mentions were expected in 7 days. Its days are left out.`,
      };
    case 'outage':
      return {
        label: `${name} is masked`,
        text: ' because of an announced outage; its days are left out.',
      };
    case 'learning':
      return {
        label: `${name} is learning`,
        text: `, ${whole(row.daysWithData)} of 28 days with data: too new to say what is usual there.`,
      };
    case 'never-read':
      return {
        label: `${name} was not read yet`,
        text: '; nothing from there is in these numbers.',
      };
    default:
      return { label: null, text: `${name} was read.` };
  }
}

/** ", the last one on Sat 21 Nov, 05:40": how old the oldest of the good readings is. */
function oldest({ coverage, timeZone }: DigestModel): string {
  const times = coverage.sources
    .filter(({ state }) => state !== 'failing')
    .flatMap(({ lastReadAt }) => lastReadAt ?? [])
    .sort();
  return times[0] === undefined ? '' : `, none longer ago than ${moment(times[0], timeZone)}`;
}

function stale({ coverage, madeAt, timeZone }: DigestModel): Remark[] {
  const limit = Date.parse(madeAt) - STALE_HOURS * 3_600_000;
  return coverage.sources
    .filter(
      ({ state, lastReadAt }) =>
        state !== 'failing' && lastReadAt !== null && Date.parse(lastReadAt) < limit,
    )
    .map(({ name, lastReadAt }) => ({
      label: `${clean(name)} was last read`,
      text: ` on ${moment(lastReadAt ?? madeAt, timeZone)}.`,
    }));
}

function judged({ coverage }: DigestModel): Remark {
  const { mentions, unclassified, unsupported, copies, overAuthorCap } = coverage;
  const all = mentions + unclassified + unsupported;
  const repeated = copies + overAuthorCap;
  const again =
    repeated > 0
      ? ` ${counted(repeated, 'copy or repeat', 'copies and repeats')} not counted.`
      : '';
  return {
    label: null,
    text: `${counted(mentions, 'mention')} counted. Left out: ${whole(unclassified)} that we could not judge (${percent(unclassified, all)}), ${whole(unsupported)} in a language we do not know (${percent(unsupported, all)}).${again}`,
  };
}

function moment(instant: string, timeZone: string): string {
  const { day, time } = wallClock(timeZone, instant);
  return `${shortDay(day)}, ${time}`;
}
