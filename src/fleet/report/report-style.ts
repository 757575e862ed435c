/** How the page looks: light and dark, on a phone, on A4. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --back: #fff; --box: #f6f8fa;
  --good: #1a7f37; --warn: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #3d444d; --back: #0d1117;
  --box: #161b22; --good: #4ac26b; --warn: #d9a520; --bad: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; color: var(--ink); background: var(--back);
  font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .7rem; margin: 1rem 0; padding: 0; }
.cards div { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .7rem; }
.cards dt { color: var(--soft); } .cards dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.finding { border-left: 4px solid var(--line); padding: .2rem .8rem; margin: .7rem 0; }
.shares { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; align-items: start; }
.shares thead th { overflow-wrap: normal; }
.shares > *, #tools label { min-width: 0; }
svg { width: 100%; height: 9rem; background: var(--box); border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top; } td.number { text-align: right; }
#machines { min-width: 50rem; } .wide { overflow-x: auto; }
th button { all: unset; cursor: pointer; font-weight: 600; } th button:focus-visible, input:focus-visible, select:focus-visible,
#export:focus-visible, .wide:focus-visible { outline: 3px solid #5b8def; outline-offset: 2px; }
th[aria-sort=ascending] button::after { content: " \\2191"; } th[aria-sort=descending] button::after { content: " \\2193"; }
#tools { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .6rem 0; } #tools[hidden] { display: none; }
#tools label { display: grid; gap: .1rem; color: var(--soft); } input, select, #export { font: inherit; color: inherit;
  background: var(--back); border: 1px solid var(--soft); border-radius: 4px; padding: .3rem; max-width: 17rem; }
@page { size: A4; margin: 14mm; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --back: #fff; --box: #fff; --good: #155d27;
  --warn: #6b4500; --bad: #8c1d18; } body { padding: 0; max-width: none; font-size: 10pt; } #tools, #shown { display: none !important; }
  #machines { min-width: 0; font-size: 8pt; } .wide { overflow: visible; } thead { display: table-header-group; }
  tr, .finding, .cards div { break-inside: avoid; } }
`;
