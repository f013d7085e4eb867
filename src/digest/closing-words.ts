import type { Day } from '../brands/brand.ts';
import { addDays } from '../mentions/day.ts';
import { dayNumber, weekday } from '../trends/day.ts';
import { oddsInWords } from '../trends/series.ts';
import { clean } from './clean.ts';
import { dayRange, longDay } from './dates.ts';
import type { CaseCounts, DigestAction, DigestModel, PromiseRow } from './digest.ts';
import { counted, listed, usual, whole } from './numbers.ts';

/** Sentences at the end of a mail: what people did, why it came, what comes next. */

/** What comes next in this thread, by kind. */
export function nextSteps(model: DigestModel): string {
  switch (model.kind) {
    case 'recovered':
      return 'If it starts again within 7 days, this incident reopens in this thread. After that it is closed.';
    case 'new-normal':
      return 'This incident is closed. A further turn for the worse opens a new one.';
    case 'opened':
    case 'worse':
    case 'reopened':
    case 'still':
      return 'You will hear from us again in this thread if it gets worse, once a week while it lasts, and when it is back to normal.';
    case 'first-reading':
      return 'From now on mail comes only when something turns for the worse, and when it is back to normal; and what you asked for beside that.';
    case 'every-negative':
      return 'The next list comes on the next day with a negative mention. A day without one brings no mail.';
    case 'weekly-pulse':
      return `The next pulse comes on ${longDay(nextMonday(model.to))}. Those who get incident mails hear of a turn for the worse before that.`;
    default:
      return model.kind satisfies never;
  }
}

/** The Monday of the week after the one that a pulse is about. */
function nextMonday(to: Day): Day {
  const sinceSunday = weekday(dayNumber(to));
  return addDays(to, sinceSunday === 0 ? 8 : 8 - sinceSunday);
}

/** What a person did about the brand, and the same count before and after it. */
export function actionWords({ before, after, change, chance }: DigestAction): string {
  const span = ({ days: count, observed, expected }: DigestAction['before']) =>
    `${whole(observed)} in ${counted(count, 'day')} (usual ${usual(expected)})`;
  const counts = `Before: ${span(before)}. Since: ${after.days === 0 ? 'no day is over yet' : span(after)}.`;
  switch (change) {
    case 'too-early':
      return `${counts} Too early to compare: it takes three days on each side.`;
    case 'unclear':
      return `${counts} The difference can be luck.`;
    default:
      return `${counts} Clearly ${change} since; odds of such a difference by luck alone: ${oddsInWords(chance ?? 1)}. Whether this was the cause, counts cannot tell.`;
  }
}

/** What people did with single mentions since the last digest. */
export function caseWords({ open, fixed, notAboutUs, wrongVerdict }: CaseCounts): string {
  const since = [
    fixed > 0 ? `${whole(fixed)} fixed` : '',
    notAboutUs > 0 ? `${whole(notAboutUs)} marked as not about you` : '',
    wrongVerdict > 0 ? `${whole(wrongVerdict)} judged anew by a person` : '',
  ].filter(Boolean);
  const done = since.length === 0 ? '' : ` Since the last digest: ${listed(since)}.`;
  return `Cases of single mentions: ${whole(open)} open.${done}`;
}

/** Why a mail without an incident comes, and how its numbers are counted. */
export function whyPeriodic({ kind, timeZone, from, to }: DigestModel): string[] {
  const counting = `Days are those of ${clean(timeZone)}. Copies count once a day, one author at most three times a day.`;
  const norm =
    'Usual: what each source’s own share on the days before would give for this week’s mentions.';
  switch (kind) {
    case 'first-reading':
      return [
        `It comes once, on the morning after reading began: so that you can see what is read and how it is judged. ${counting}`,
      ];
    case 'weekly-pulse':
      return [
        `You asked for the weekly pulse. It covers ${dayRange(from, to)}; it comes when it was quiet, too.`,
        `${norm} ${counting}`,
      ];
    case 'every-negative':
      return [
        `You asked for every negative mention. The list ends by itself while there are 10 or more mentions a day. ${counting}`,
      ];
    default:
      return [];
  }
}

/** Where a week's count and the word "steady" beside it seem to disagree: why they do not. */
export function steadyNote(
  promises: readonly Pick<PromiseRow, 'status' | 'observed' | 'expected'>[],
): string | null {
  const isOver = ({ status, observed, expected }: (typeof promises)[number]) =>
    status === 'steady' &&
    expected !== null &&
    observed >= 1.5 * expected &&
    observed - expected >= 5;
  return promises.some(isOver)
    ? '“Steady” means that no incident is open; the 7 days can hold days of one that is over.'
    : null;
}

/** What "too few" in the table says of a promise; null where no row has it. */
export function tooFewNote(promises: readonly Pick<PromiseRow, 'status'>[]): string | null {
  return promises.some(({ status }) => status === 'too few')
    ? '“Too few” means that fewer than 10 mentions in 28 days speak of the promise: too few to call it steady.'
    : null;
}

/** What a mail leaves out for people who follow a part of the brand; nothing for those who follow all of it. */
export function scopeWords({ scope, brand }: DigestModel): string[] {
  if (scope === null) return [];
  const parts = [...scope.promises.map((text) => `“${clean(text)}”`), ...scope.sources.map(clean)];
  return [
    `Only what concerns ${listed(parts)} is in this mail, as ${clean(brand.name)}’s settings say for you.`,
  ];
}
