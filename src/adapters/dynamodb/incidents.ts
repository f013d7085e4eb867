import { parse } from '../../parse.ts';
import type { IncidentStore } from '../../ports.ts';
import { CheckResult, Incident } from '../../trends/incident.ts';
import { collectItems, type Table } from './table.ts';

const incidentKeys = ({ brand, openedOn, number }: Incident) => ({
  PK: `I#${brand}`,
  SK: `${openedOn}#${String(number).padStart(6, '0')}`,
});
const checkKeys = (brand: string, day: string) => ({ PK: `C#check#${brand}`, SK: day });

function toItem(incident: Incident) {
  const { brand, number, state, checkedDay, series } = incident;
  return {
    ...incidentKeys(incident),
    brand,
    number,
    state,
    checkedDay,
    series,
    body: JSON.stringify(incident),
  };
}

/** Attempts at one incident when a check writes it at the same time. */
const MAX_ATTEMPTS = 5;

export function dynamoIncidentStore(table: Table): IncidentStore {
  return {
    async recent(brand, since) {
      const incidents = await collectItems(table.query({ pk: `I#${brand}` }), ({ SK, body }) =>
        parse(Incident, JSON.parse(String(body)), `incident ${brand} ${String(SK)}`),
      );
      return {
        incidents: incidents.filter(
          ({ state, closedOn }) => state !== 'closed' || (closedOn ?? '') >= since,
        ),
        lastNumber: Math.max(0, ...incidents.map(({ number }) => number)),
      };
    },
    async save(incident) {
      await table.put(toItem(incident), {
        expression: 'attribute_not_exists(PK) OR checkedDay <= :day',
        values: { ':day': incident.checkedDay },
      });
    },
    async amend(brand, number, change) {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const stored = await collectItems(
          table.query({ pk: `I#${brand}`, consistent: true }),
          (item) => item,
        );
        const found = stored.find((item) => item['number'] === number);
        if (found === undefined) return undefined;
        const incident = change(
          parse(Incident, JSON.parse(String(found['body'])), `incident ${brand} ${number}`),
        );
        const saved = await table.put(toItem(incident), {
          expression: 'body = :seen',
          values: { ':seen': found['body'] },
        });
        if (saved) return incident;
      }
      throw new Error(`incident ${number} of ${brand} was changed by others. Try again.`);
    },
    async freezeCheck(result) {
      const keys = checkKeys(result.brand, result.day);
      await table.put(
        { ...keys, body: JSON.stringify(result) },
        { expression: 'attribute_not_exists(PK)' },
      );
      const stored = await table.get(keys.PK, keys.SK, { consistent: true });
      return parse(
        CheckResult,
        JSON.parse(String(stored?.['body'])),
        `check ${keys.PK} ${keys.SK}`,
      );
    },
    async check(brand, day) {
      const { PK, SK } = checkKeys(brand, day);
      const stored = await table.get(PK, SK, { consistent: true });
      return stored === undefined
        ? undefined
        : parse(CheckResult, JSON.parse(String(stored['body'])), `check ${PK} ${SK}`);
    },
  };
}
