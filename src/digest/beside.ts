import type { Day } from '../brands/brand.ts';
import { addDays } from '../mentions/day.ts';
import type { CheckInput } from '../trends/check.ts';
import type { Incident } from '../trends/incident.ts';
import { actionsOf } from './actions.ts';
import type { DigestInput } from './compose.ts';
import type { DigestModel } from './digest.ts';
import { episode, seriesDays } from './figures.ts';
import { incidentRef } from './incident-part.ts';
import { incidentInScope, promiseInScope, sourceInScope } from './recipient-scope.ts';
import { BRAND_SCOPE, nameSeries, promiseText, scopeOf, sourceName } from './scope.ts';

/** Parts of a digest that stand beside its incidents and quotes. */

/** Incidents that were open on a day from `from` on: a week in which one ended is not a quiet one. */
export function lately(
  { brand, check, scope, incidents = [] }: DigestInput,
  from: Day,
  checkInput: CheckInput,
): DigestModel['lately'] {
  const byNumber = new Map(
    [...incidents, ...check.incidents].map((incident) => [incident.number, incident]),
  );
  return [...byNumber.values()]
    .filter((incident) => incident.openedOn <= check.day && incidentInScope(incident, scope))
    .map((incident) => ({
      ref: incidentRef(brand, incident),
      ...nameSeries(incident.series, brand),
      since: incident.since,
      until:
        incident.state === 'open'
          ? null
          : episode(seriesDays(checkInput, incident), incident).lastBadDay,
      ...(incident.state !== 'open' && { over: incident.closedBecause ?? ('recovered' as const) }),
      ended: incident.recoveredOn ?? incident.closedOn,
    }))
    .filter(({ until, ended }) => until === null || (ended ?? until) >= from)
    .toSorted((a, b) =>
      a.since === b.since ? (a.ref < b.ref ? -1 : 1) : a.since < b.since ? 1 : -1,
    )
    .map(({ ended: _ended, ...row }) => row);
}

/** Days before a periodic digest's end whose actions it tells of: the week before its own. */
const ACTION_DAYS = 14;

/** What the brand did about the first incident, or lately; from a week before it began. */
export function actionsToShow(
  { actions = [], brand, check, kind, scope }: DigestInput,
  incident: Incident | undefined,
  checkInput: CheckInput,
): DigestModel['actions'] {
  if (kind === 'every-negative') return [];
  const own = actions.filter(({ promise }) => promise === null || promiseInScope(promise, scope));
  const span =
    incident === undefined
      ? { from: addDays(check.day, 1 - ACTION_DAYS), scope: BRAND_SCOPE }
      : { from: addDays(incident.since, -7), scope: scopeOf(incident.series) };
  return actionsOf(own, span, brand, checkInput);
}

export function scopeInWords({ scope, brand }: DigestInput): DigestModel['scope'] {
  if (scope === undefined) return null;
  return {
    promises: scope.promises.map((id) => promiseText(id, brand)),
    sources: scope.sources.map((id) => sourceName(id, brand)),
  };
}

/** Of the scope's sources where it names some: as many as are expected of them in a week. */
export function mentionsPerDay({ check, scope }: DigestInput): number {
  if (scope === undefined || scope.sources.length === 0) return check.mentionsPerDay;
  const own = check.coverage.filter(({ source }) => sourceInScope(source, scope));
  return own.reduce((sum, { expected }) => sum + expected, 0) / 7;
}
