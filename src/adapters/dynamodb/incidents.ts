import { parseJson } from '../../parse.ts';
import type { IncidentStore } from '../../ports.ts';
import { CheckResult, Incident } from '../../trends/incident.ts';
import { withPersonsSteps } from '../../trends/persons-steps.ts';
import { collectItems } from './collect-items.ts';
import type { Item, Table } from './table.ts';

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

/** Attempts at one incident that a check and people write at the same time. */
const MAX_ATTEMPTS = 5;

const incidentIn = ({ PK, SK, body }: Item): Incident =>
  parseJson(Incident, String(body), `incident ${String(PK)} ${String(SK)}`);

/** Writes over exactly what was read, or where nothing was. @returns false when somebody else wrote first */
function putUnchanged(table: Table, incident: Incident, read: Item | undefined): Promise<boolean> {
  return table.put(
    toItem(incident),
    read === undefined
      ? { expression: 'attribute_not_exists(PK)' }
      : { expression: 'body = :seen', values: { ':seen': read['body'] } },
  );
}

const changedByOthers = (brand: string, number: number) =>
  new Error(`incident ${number} of ${brand} was changed by others. Try again.`);

export function dynamoIncidentStore(table: Table): IncidentStore {
  return {
    async recent(brand, since) {
      const incidents = await collectItems(
        table.query({ pk: `I#${brand}`, consistent: true }),
        incidentIn,
      );
      return {
        incidents: incidents.filter(
          ({ state, closedOn }) => state !== 'closed' || (closedOn ?? '') >= since,
        ),
        lastNumber: Math.max(0, ...incidents.map(({ number }) => number)),
      };
    },
    async save(incident) {
      const { PK, SK } = incidentKeys(incident);
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const found = await table.get(PK, SK, { consistent: true });
        const next = found === undefined ? incident : withPersonsSteps(incident, incidentIn(found));
        if (next === undefined || (await putUnchanged(table, next, found))) return;
      }
      throw changedByOthers(incident.brand, incident.number);
    },
    async amend(brand, number, change) {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const stored = await collectItems(
          table.query({ pk: `I#${brand}`, consistent: true }),
          (item) => item,
        );
        const found = stored.find((item) => item['number'] === number);
        if (found === undefined) return undefined;
        const incident = change(incidentIn(found));
        if (await putUnchanged(table, incident, found)) return incident;
      }
      throw changedByOthers(brand, number);
    },
    async freezeCheck(result) {
      const keys = checkKeys(result.brand, result.day);
      await table.put(
        { ...keys, body: JSON.stringify(result) },
        { expression: 'attribute_not_exists(PK)' },
      );
      const stored = await table.get(keys.PK, keys.SK, { consistent: true });
      return parseJson(CheckResult, String(stored?.['body']), `check ${keys.PK} ${keys.SK}`);
    },
    async check(brand, day) {
      const { PK, SK } = checkKeys(brand, day);
      const stored = await table.get(PK, SK, { consistent: true });
      return stored === undefined
        ? undefined
        : parseJson(CheckResult, String(stored['body']), `check ${PK} ${SK}`);
    },
  };
}
