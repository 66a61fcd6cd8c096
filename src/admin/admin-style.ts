/** What these pages need beside the shared styles. */
export const adminStyle = `
header a { color: var(--ink); text-decoration: none; }
header a:hover { text-decoration: underline; }
.languages > * + * { margin-left: .5rem; }
.card > .to:last-child { margin-bottom: 0; }
.card > h1 + .orders { margin-top: 1rem; }
.search { margin: 1.5rem 0 0; }
.orders { margin: 0; padding: 0; list-style: none; }
.orders li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .75rem 0; border-bottom: 1px solid var(--rule); }
.orders li:first-child, .refunds li:first-child { padding-top: 0; }
.orders li:last-child { padding-bottom: 0; border-bottom: 0; }
.orders li > div:first-child { flex: 1 1 12rem; min-width: 0; }
.orders .sum { text-align: right; font-variant-numeric: tabular-nums; }
.orders a { font-weight: 600; }
.state.wants { border-color: var(--error); background: var(--error-ground); color: var(--error); }
.more-links { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 1rem 0 0; }
.wants-you { border-left: 4px solid var(--error); }
.wants-you ul { margin: 0 0 1rem; padding-left: 1.25rem; }
.wants-you li + li { margin-top: .5rem; }
.said { margin: 0 0 1rem; padding: .75rem 1rem; border-left: 4px solid var(--accent); border-radius: .5rem; background: var(--note); }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; margin: 0 0 1rem; }
.head h2 { margin: 0; }
.head .state { margin: 0; }
.held { margin: 0 0 1rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1.25rem; }
.actions form + form { margin: 0; }
.actions button, .actions .button { width: auto; padding: .4375rem .75rem; font-size: .9375rem; }
.actions .hint { flex-basis: 100%; }
.refunds { margin: 0; padding: 0; list-style: none; }
.refunds li { padding: .75rem 0; border-bottom: 1px solid var(--rule); }
.refunds li:last-child { padding-bottom: 0; border-bottom: 0; }
.refunds p { margin: 0; }
.refunds .actions { margin-top: .5rem; }
.story { margin: 0; padding: 0; list-style: none; border-left: 2px solid var(--rule); }
.story li { padding: 0 0 .75rem 1rem; }
.story li:last-child { padding-bottom: 0; }
.story p { margin: 0; }
.story time { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
dl.facts { margin: 0; }
dl.facts dd { font-variant-numeric: tabular-nums; }
.ask dl { margin: 1rem 0 1.25rem; }
.ask .button { margin-top: .5rem; }
@media (max-width: 30rem) { .orders .sum { text-align: left; } .orders .sum br { display: none; } .actions > *, .actions button, .actions .button { width: 100%; } }
`
