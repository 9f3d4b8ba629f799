/** The portal's one style sheet: one column, 320 px and up, light and dark. */
export const stylesheet = `
:root { color-scheme: light dark; --ink: #1b2733; --paper: #f6f7f9; --card: #fff; --line: #8a97a5; --accent: #0b5cad; --on-accent: #fff; --bad: #b3261e; --soft: #51606e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #11181f; --card: #1a242e; --line: #6b7a88; --accent: #7db7f5; --on-accent: #0b1117; --bad: #ffb4ab; --soft: #b3c0cc; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; justify-content: space-between; align-items: center; padding: .75rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.15rem; }
h3 { font-size: 1rem; margin: 0; }
a { color: var(--accent); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
.card, fieldset { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; min-width: 0; }
legend { font-weight: 700; padding: 0 .25rem; }
.field { margin: 0 0 1rem; }
label { font-weight: 600; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .375rem; padding: .6rem; width: 100%; min-height: 2.75rem; }
input[type=checkbox] { width: 1.25rem; min-height: 1.25rem; vertical-align: middle; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { color: var(--soft); margin: 0; font-size: .9rem; }
.problem, .alert { color: var(--bad); font-weight: 600; margin: .25rem 0 0; }
.alert { border: 2px solid var(--bad); border-radius: .5rem; padding: .75rem; margin: 0 0 1rem; }
.wrong input, .wrong textarea, .wrong select { border: 2px solid var(--bad); }
.day { display: grid; grid-template-columns: 1fr auto 1fr; gap: .5rem; align-items: center; padding: .5rem 0; }
.day label, .day .problem { grid-column: 1 / -1; }
button { font: inherit; font-weight: 700; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem; padding: .7rem 1.25rem; min-height: 2.75rem; cursor: pointer; }
button.quiet { color: var(--accent); background: none; }
dt { font-weight: 700; } dd { margin: 0 0 .5rem; }
nav { display: flex; gap: 1rem; flex-wrap: wrap; margin-bottom: 1rem; }
nav [aria-current] { font-weight: 700; text-decoration: none; }
.number { font-size: 1.5rem; font-weight: 700; margin: 0; }
.tag { font-size: .8rem; font-weight: 600; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; }
.thread { list-style: none; margin: .5rem 0 0; padding: 0; }
.thread li { border-left: 3px solid var(--line); padding: .25rem .75rem; margin: .25rem 0; white-space: pre-wrap; }
.thread .outbound { border-color: var(--accent); }
.who { display: block; color: var(--soft); font-size: .85rem; }
`;
