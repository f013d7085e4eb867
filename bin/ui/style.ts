/** Colours meet 4.5 for text and 3 for graphics in both themes. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--text:#1b1f27;--muted:#565d6b;--link:#0b57d0;--line:#c9ced6;--soft:#f6f7f9;--bad:#b3261e;--badbar:#d9534a;--good:#146c43;--bar:#717c8d;--shade:#f9dedc}
@media(prefers-color-scheme:dark){:root{--page:#101317;--card:#191d23;--text:#e9ebef;--muted:#a8b0bd;--link:#8ab4f8;--line:#454d5a;--soft:#20252d;--bad:#ff9d94;--badbar:#ee7a70;--good:#7fd3a4;--bar:#8892a2;--shade:#4a2523}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
a{color:var(--link)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:1}
header,main,footer{max-width:1080px;margin:0 auto;padding:0 16px}
header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding-top:14px}
header p{margin:0;font-weight:700}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:4px 0}
nav a[aria-current]{font-weight:700;color:var(--text);text-decoration-thickness:2px}
h1{font-size:1.5rem;line-height:1.25;margin:18px 0 8px;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 8px}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px;margin:0 0 16px}
.wide{overflow-x:auto;max-width:100%;background:linear-gradient(90deg,var(--card) 30%,#0000) 0/40px 100% no-repeat local,linear-gradient(270deg,var(--card) 30%,#0000) 100%/40px 100% no-repeat local,linear-gradient(90deg,var(--line),#0000) 0/12px 100% no-repeat,linear-gradient(270deg,var(--line),#0000) 100%/12px 100% no-repeat}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--muted);padding-bottom:6px}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}thead th{color:var(--muted);font-size:.875rem;white-space:nowrap}
.n{text-align:right}.n,.d{font-variant-numeric:tabular-nums;white-space:nowrap}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}.muted{color:var(--muted)}.small{font-size:.875rem}
svg{display:block;width:100%;height:auto}svg.spark{width:84px;height:22px}
.b{fill:var(--bar)}.x{fill:var(--badbar)}.s{fill:var(--shade)}.m{fill:var(--line)}
.u{fill:none;stroke:var(--good);stroke-width:2}.a{fill:none;stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3}.g{stroke:var(--line)}
svg text{fill:var(--muted);font-size:11px;font-family:inherit}
.key{display:inline-block;width:18px;height:0;border-top:3px solid;vertical-align:middle;margin-right:4px}
.key.u{border-color:var(--good)}.key.a{border-color:var(--bad);border-top-style:dashed}
.key.s{height:12px;border:0;background:var(--shade)}
p,li{overflow-wrap:anywhere}
blockquote{margin:0 0 14px;padding-left:12px;border-left:3px solid var(--line);overflow-wrap:anywhere}
blockquote p{margin:0}mark{background:none;color:inherit;font-weight:700}
form.f{display:grid;grid-template-columns:repeat(auto-fill,minmax(148px,1fr));gap:10px}
label{display:block;font-size:.875rem;color:var(--muted)}
input,select,button{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--muted);border-radius:6px;padding:6px 8px;width:100%;min-height:36px}
button{width:auto;cursor:pointer;padding:6px 14px}
code{font:.875rem ui-monospace,monospace;background:var(--soft);padding:2px 4px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(90px,auto) 1fr;gap:4px 16px;margin:0}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.text{white-space:pre-line;overflow-wrap:anywhere}
.row{display:flex;flex-wrap:wrap;gap:10px;align-items:center}
.tiles{display:flex;flex-wrap:wrap;gap:8px 32px;margin:0 0 8px}.tiles div{display:flex;flex-direction:column-reverse}.tiles dd{font-size:1.5rem;font-weight:700}
.tiles dt{color:var(--muted)}
details{margin-top:10px}summary{cursor:pointer;color:var(--link)}
footer{color:var(--muted);font-size:.875rem;padding-bottom:24px}
@media(max-width:480px){section{padding:12px}svg{overflow:visible}svg text{font-size:24px}svg .t{transform:translateY(14px)}svg:has(.t){margin-bottom:14px}th[scope=row]:not(.d),.w{min-width:8rem}dl:not(.tiles){grid-template-columns:1fr}dt{margin-top:6px}}
@media print{nav,form,button{display:none}section{break-inside:avoid}}
`.trim();

/** The only script: copies the command, and keys that move between the pages. Everything works without it. */
export const SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  try { await navigator.clipboard.writeText(text); button.textContent = 'Copied'; }
  catch { const range = document.createRange(); range.selectNodeContents(document.getElementById(button.dataset.copy)); const s = getSelection(); s.removeAllRanges(); s.addRange(range); button.textContent = 'Selected'; }
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === '/') { const field = document.querySelector('input[name=text]'); if (field) { event.preventDefault(); field.focus(); } return; }
  const link = document.querySelectorAll('nav a')[Number(event.key) - 1];
  if (link) link.click();
});
`.trim();
