import { type Markup, raw } from './html.ts';

interface Role {
  readonly css: 'color' | 'background-color' | 'border-color';
  readonly light: string;
  readonly dark: string;
}

/** Every colour of a mail, once: contrast is at least 4.5 for text and 3 for graphics in both themes. */
export const ROLES = {
  page: { css: 'background-color', light: '#f3f4f6', dark: '#101317' },
  card: { css: 'background-color', light: '#ffffff', dark: '#191d23' },
  soft: { css: 'background-color', light: '#f6f7f9', dark: '#20252d' },
  track: { css: 'background-color', light: '#eceff3', dark: '#2a313b' },
  ink: { css: 'color', light: '#1b1f27', dark: '#e9ebef' },
  mute: { css: 'color', light: '#565d6b', dark: '#a8b0bd' },
  link: { css: 'color', light: '#0b57d0', dark: '#8ab4f8' },
  bad: { css: 'color', light: '#b3261e', dark: '#ff9d94' },
  good: { css: 'color', light: '#146c43', dark: '#7fd3a4' },
  rule: { css: 'border-color', light: '#e1e5ea', dark: '#343b46' },
  line: { css: 'border-color', light: '#565d6b', dark: '#a8b0bd' },
  cut: { css: 'border-color', light: '#ffffff', dark: '#191d23' },
  badbar: { css: 'background-color', light: '#b3261e', dark: '#ee7a70' },
  goodbar: { css: 'background-color', light: '#146c43', dark: '#4fa97b' },
  bar: { css: 'background-color', light: '#8892a2', dark: '#717c8d' },
  badsoft: { css: 'background-color', light: '#fdecea', dark: '#4a1b18' },
  goodsoft: { css: 'background-color', light: '#e4f3ea', dark: '#173a28' },
  plainsoft: { css: 'background-color', light: '#e9edf2', dark: '#2c333d' },
} as const satisfies Record<string, Role>;
export type RoleName = keyof typeof ROLES;

/**
 * `class` and `style` attributes: the light theme inline, because many programs drop style sheets, and one
 * class a role, by which the dark theme takes over where they do not.
 *
 * @param inlined the roles whose light colour is not given by an attribute already
 */
export function style(
  roles: string,
  css = '',
  inlined: readonly string[] = roles.split(' '),
): Markup {
  const names = inlined.filter((name): name is RoleName => name in ROLES);
  const inline = names.map((name) => `${ROLES[name].css}:${ROLES[name].light}`);
  const all = [...(css === '' ? [] : [css]), ...inline].join(';');
  const named = roles === '' ? '' : ` class="${roles}"`;
  return raw(`${named} style="${all}"`);
}

/** The background both as style and as attribute: classic Outlook only knows the attribute on cells. */
export function fill(role: RoleName, css = ''): Markup {
  return raw(`${style(role, css).markup} bgcolor="${ROLES[role].light}"`);
}

function dark(select: (name: string, role: Role) => string): string {
  return Object.entries(ROLES)
    .map(([name, role]) => `${select(name, role)}{${role.css}:${role.dark}!important}`)
    .join('\n');
}

/** The style sheet: only what a mail can do without. */
export const STYLE_SHEET = raw(`
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0}
table{border-collapse:separate}
@media (max-width:620px){
.side{padding-left:18px!important;padding-right:18px!important}
.head{font-size:24px!important}
.gutter{padding:0!important}
}
@media (prefers-color-scheme:dark){
${dark((name) => `.${name}`)}
}
${dark((name, role) => (role.css === 'background-color' ? `[data-ogsb] .${name}` : `[data-ogsc] .${name}`))}
`);
