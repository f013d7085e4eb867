import { parse } from '../../parse.ts';
import type { IncidentStore } from '../../ports.ts';
import { CheckResult, Incident } from '../../trends/incident.ts';
import { collectItems, type Table } from './table.ts';

const incidentKeys = ({ brand, openedOn, number }: Incident) => ({
  PK: `I#${brand}`,
  SK: `${openedOn}#${String(number).padStart(6, '0')}`,
});
const checkKeys = (brand: string, day: string) => ({ PK: `C#check#${brand}`, SK: day });

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
      const { brand, number, state, checkedDay } = incident;
      await table.put(
        {
          ...incidentKeys(incident),
          brand,
          number,
          state,
          checkedDay,
          series: incident.series,
          body: JSON.stringify(incident),
        },
        {
          expression: 'attribute_not_exists(PK) OR checkedDay <= :day',
          values: { ':day': checkedDay },
        },
      );
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
