/** Plain, readable from 320 px on, light and dark by the system's choice. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --page: #fff; --panel: #f6f8fa; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9ea7b3; --line: #3d444d; --page: #0d1117; --panel: #161b22; --link: #79b8ff; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0.5rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, iframe:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
p.quiet, time, .quiet { color: var(--quiet); }
ol.mails { list-style: none; margin: 0; padding: 0; }
ol.mails li { border-top: 1px solid var(--line); padding: 0.75rem 0; }
ol.mails a { display: block; font-weight: 600; padding: 0.25rem 0; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 0.25rem 1rem; margin: 0.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
iframe { width: 100%; height: 75vh; min-height: 20rem; resize: vertical; border: 1px solid var(--line); background: #fff; }
pre { margin: 0; padding: 0.75rem; background: var(--panel); border: 1px solid var(--line); white-space: pre-wrap; }
summary { cursor: pointer; padding: 0.5rem 0; font-weight: 600; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
`;
