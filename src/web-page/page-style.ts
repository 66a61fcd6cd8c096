/** The look of the pages: quiet, readable from 320 pixels on, in light and dark. All pairs of colours meet WCAG AA. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f4f9; --card: #fff; --ink: #1f1829; --soft: #5a5166; --line: #8d8499; --rule: #e4dfeb;
  --accent: #5c2d91; --accent-strong: #47216f; --on-accent: #fff; --note: #efe8f8; --error: #a61b1b; --error-ground: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15111b; --card: #1f1927; --ink: #f1ecf7; --soft: #b9aec7; --line: #8b8199; --rule: #3a3145;
    --accent: #cdaaf5; --accent-strong: #e0cbfb; --on-accent: #24123a; --note: #2c2138; --error: #ffb3ad; --error-ground: #3c1b1d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { background: var(--note); border-bottom: 1px solid var(--rule); }
header p { max-width: 60rem; margin: 0 auto; padding: .625rem 1rem; text-align: center; }
main { max-width: 27rem; margin: 2rem auto; padding: 0 1rem; }
main.wide { max-width: 44rem; }
footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--soft); font-size: .875rem; text-align: center; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: .875rem; padding: 1.5rem; }
.card + .card { margin-top: 1rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
h1 + p, .card > p:first-child { margin-top: .25rem; }
h2 { margin: 0 0 1rem; font-size: 1.125rem; }
.to { margin: .25rem 0 1.25rem; color: var(--soft); }
.to strong { color: var(--ink); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .375rem 1rem; margin: 0; padding-top: 1rem; border-top: 1px solid var(--rule); }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; }
label { display: block; font-weight: 600; }
.hint { margin: 0; color: var(--soft); font-size: .875rem; }
.wrong { margin: .25rem 0 0; color: var(--error); font-weight: 600; }
.field { margin-bottom: 1.25rem; }
input { width: 100%; margin-top: .375rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--ink); font: inherit; font-variant-numeric: tabular-nums; letter-spacing: .04em; }
input[aria-invalid] { border: 2px solid var(--error); }
button, .button { display: block; width: 100%; padding: .75rem 1rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button.quiet, .button.quiet { background: transparent; color: var(--accent); }
button.quiet:hover, .button.quiet:hover { background: var(--note); border-color: var(--accent-strong); }
button.danger { border-color: var(--error); background: transparent; color: var(--error); }
button.danger:hover { background: var(--error-ground); }
form + form { margin-top: .75rem; }
.more form + form { margin-top: 1.25rem; }
.more [role='status'] { margin-bottom: .5rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
.row button, .row .button { width: auto; padding: .4375rem .75rem; font-size: .9375rem; }
.row input { flex: 1; min-width: 0; margin: 0; }
.choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .5rem; }
.choices button { padding: .5rem .75rem; font-size: .9375rem; }
label + .row { margin-top: .375rem; }
h1 + form, h1 + dl, h1 + table { margin-top: 1.25rem; }
.more { margin-top: 1rem; border: 1px dashed var(--line); border-radius: .875rem; }
.more > summary { padding: .75rem 1.5rem; border-radius: .875rem; color: var(--soft); font-weight: 600; cursor: pointer; }
.more > div { padding: .25rem 1.5rem 1.5rem; }
.more h2 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
.more h2:first-child { margin-top: 0; }
.filters { margin: 1rem 0; padding: 0; list-style: none; }
.filters a { display: inline-block; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--ink); font-size: .875rem; text-decoration: none; }
.filters a:hover { background: var(--note); }
.filters a[aria-current] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .5rem; }
.summary { margin: 0 0 1.25rem; padding: .75rem 1rem; border-left: 4px solid var(--error); border-radius: .5rem; background: var(--error-ground); }
.summary p, .summary ul { margin: 0; }
.summary ul { padding-left: 1.25rem; }
.summary a { color: var(--error); }
table, thead, tbody, caption { display: block; }
table { font-variant-numeric: tabular-nums; }
caption { margin: .25rem 0 1rem; color: var(--soft); text-align: left; }
tr { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .75rem 0; border-bottom: 1px solid var(--rule); }
tbody tr:last-child { padding-bottom: 0; border-bottom: 0; }
th, td { flex: 1 1 5rem; padding: 0; text-align: left; }
.amount { flex: 0 1 auto; margin-left: auto; text-align: right; }
.state { display: inline-block; margin-top: .25rem; padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .875rem; }
.state.paid { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
@media (max-width: 30rem) { main { margin: 1rem auto; } .card { padding: 1.125rem; } .more > summary { padding: .75rem 1.125rem; } .more > div { padding: .25rem 1.125rem 1.125rem; } }
@media (forced-colors: active) { .state { forced-color-adjust: none; } .filters a[aria-current] { forced-color-adjust: none; border-color: CanvasText; background: CanvasText; color: Canvas; } }
`
