import { html, type Markup, raw } from '../../src/digest/html.ts';

/** The pages of the navigation, in order; their keys are 1, 2, 3 and 4. */
export const PAGES = [
  ['/', 'Overview'],
  ['/mentions', 'Mentions'],
  ['/incidents', 'Incidents'],
  ['/sources', 'Sources'],
] as const;

export interface Shell {
  readonly title: string;
  /** As in `Northbell · local run .promisewatch/northbell · data of 22 Oct 2026, 10:00`. */
  readonly origin: string;
  readonly brand: string;
  /** Ids and names, when there are several. */
  readonly brands: readonly { readonly id: string; readonly name: string }[];
  /** Which page of the navigation this belongs to. */
  readonly current: string;
}

export function page({ title, origin, brand, brands, current }: Shell, body: Markup): string {
  const query = brands.length > 1 ? `?brand=${encodeURIComponent(brand)}` : '';
  const name = brands.find(({ id }) => id === brand)?.name ?? brand;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · ${name} · promisewatch</title><link rel="stylesheet" href="/style.css"><script src="/app.js" defer></script></head>
<body><a class="skip" href="#main">Skip to content</a>
<header><p>${name}</p><nav aria-label="Pages"><ul>${PAGES.map(
    ([href, label]) =>
      html`<li><a href="${href}${query}"${href === current ? raw(' aria-current="page"') : null}>${label}</a></li>`,
  )}</ul></nav>${brands.length > 1 ? brandForm(brand, brands) : null}</header>
<main id="main"><h1>${title}</h1>
${body}
</main><footer><form method="post" action="/refresh" class="row"><span>${origin}</span> <button>Read again</button></form></footer></body></html>`
    .markup;
}

function brandForm(brand: string, brands: Shell['brands']): Markup {
  return html`<form method="get" action="/" class="row"><label for="brand">Brand</label><select id="brand" name="brand">${brands.map(
    ({ id, name }) =>
      html`<option value="${id}"${id === brand ? raw(' selected') : null}>${name}</option>`,
  )}</select><button>Show</button></form>`;
}

/** A table that scrolls by itself where the window is narrow, reachable by keyboard. */
export function wideTable(
  caption: string,
  heads: readonly (string | Markup)[],
  rows: readonly Markup[],
): Markup {
  return html`<div class="wide" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${heads.map(
    (head) => (typeof head === 'string' ? html`<th scope="col">${head}</th>` : head),
  )}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

export const numberHead = (label: string): Markup => html`<th scope="col" class="n">${label}</th>`;
