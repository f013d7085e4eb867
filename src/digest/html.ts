/** Text that is HTML already. Only `html` and `raw` make it. */
export interface Markup {
  readonly markup: string;
}

/** Marks `text` as HTML: the only thing that `html` does not escape. Never call it with text from outside. */
export function raw(text: string): Markup {
  return { markup: text };
}

/**
 * A piece of HTML. Values are escaped, so they are safe as text and inside double-quoted attributes;
 * arrays are joined; null, undefined and false print nothing.
 */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  let out = parts[0] ?? '';
  for (const [index, value] of values.entries()) out += put(value) + parts[index + 1];
  return raw(out);
}

function put(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (Array.isArray(value)) return value.map(put).join('');
  if (isMarkup(value)) return value.markup;
  return escapeHtml(String(value));
}

function isMarkup(value: unknown): value is Markup {
  return typeof value === 'object' && value !== null && 'markup' in value;
}

/** Curly braces too: SES looks for placeholders in the finished mail. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'{}]/g, (character) => `&#${character.charCodeAt(0)};`);
}
