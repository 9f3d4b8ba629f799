/** The portal's one style sheet: one column, 320 px and up, light and dark, the colours of the mails. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ink: #1d2939; --soft: #475467; --paper: #f2f4f7; --card: #fff; --field: #fff; --edge: #dfe3ea; --line: #75839a;
  --accent: #175cd3; --accent-strong: #1849a9; --on-accent: #fff; --tint: #eaf1fe; --bad: #b42318; --bad-tint: #fef3f2; --good: #067647;
  --shadow: 0 1px 2px rgb(16 24 40 / .06), 0 1px 3px rgb(16 24 40 / .08);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eceff4; --soft: #b4bfce; --paper: #0e1420; --card: #182131; --field: #101826; --edge: #2b3648; --line: #74839a;
    --accent: #8fbbff; --accent-strong: #b4d2ff; --on-accent: #0b1526; --tint: #1b2c49; --bad: #ffb4a9; --bad-tint: #3a1c1a; --good: #75e0a7;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: var(--ink); background: var(--paper); }
header { background: var(--card); border-bottom: 1px solid var(--edge); }
.bar { display: flex; justify-content: space-between; align-items: center; gap: 1rem; max-width: 42rem; min-height: 3.75rem; margin: 0 auto; padding: .5rem 1rem; }
.brand { display: inline-flex; align-items: center; gap: .6rem; font-size: 1.1rem; font-weight: 700; letter-spacing: -.01em; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.625rem; line-height: 1.2; letter-spacing: -.02em; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { color: var(--accent-strong); }
.lead { color: var(--soft); font-size: 1.05rem; }
.skip { position: absolute; left: 1rem; top: -10rem; background: var(--card); padding: .5rem .75rem; border-radius: .5rem; }
.skip:focus { top: .5rem; }
.card, fieldset { background: var(--card); border: 1px solid var(--edge); border-radius: .875rem; box-shadow: var(--shadow); padding: 1.25rem; margin: 0 0 1.25rem; min-width: 0; }
.card > h2:first-child { margin-top: 0; }
.card > :last-child, fieldset > :last-child { margin-bottom: 0; }
legend { float: left; width: 100%; font-size: 1.15rem; font-weight: 700; padding: 0; margin: 0 0 .75rem; }
legend + * { clear: both; }
.field { margin: 0 0 1.125rem; }
.pair { display: grid; gap: 0 1rem; }
label { font-weight: 600; }
.field > label { display: block; margin: 0 0 .3rem; }
input, select, textarea { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .75rem; width: 100%; min-height: 3rem; }
textarea { display: block; resize: vertical; }
select { text-overflow: ellipsis; }
input[type=checkbox] { flex: none; width: 1.35rem; height: 1.35rem; min-height: 0; margin: 0; accent-color: var(--accent); }
input[type=time] { min-width: 0; padding-inline: .6rem; }
@media (max-width: 26rem) { input[type=time]::-webkit-calendar-picker-indicator { display: none; } }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { color: var(--soft); margin: 0 0 .35rem; font-size: .925rem; }
fieldset > .hint { margin: -.5rem 0 1rem; }
.problem { color: var(--bad); font-weight: 600; font-size: .95rem; margin: .4rem 0 0; }
.alert { background: var(--bad-tint); border: 1px solid var(--bad); border-left-width: .375rem; border-radius: .625rem; padding: 1rem 1.125rem; margin: 0 0 1.5rem; font-weight: 600; }
.alert p { margin: 0; }
.alert ul { margin: .5rem 0 0; padding-left: 1.2rem; font-weight: 400; }
.alert li { margin: .2rem 0; }
.alert a { color: var(--bad); }
.wrong input:not([type=checkbox]), .wrong textarea, .wrong select { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
.day { display: grid; gap: .4rem 1rem; padding: .75rem 0; border-top: 1px solid var(--edge); }
.day label { display: flex; align-items: center; gap: .65rem; min-height: 1.75rem; }
.times { display: grid; grid-template-columns: 1fr auto 1fr; gap: .5rem; align-items: center; }
.day .problem { grid-column: 1 / -1; margin: 0; }
button { font: inherit; font-weight: 650; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .625rem; padding: .7rem 1.5rem; min-height: 3rem; width: 100%; cursor: pointer; }
button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button.quiet { color: var(--accent); background: transparent; border-color: var(--line); }
button.quiet:hover { background: var(--tint); border-color: var(--accent); }
button.small { width: auto; min-height: 2.75rem; padding: .35rem .9rem; font-size: .95rem; }
.trap { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.steps { list-style: none; counter-reset: step; margin: 0; padding: 0; }
.steps li { counter-increment: step; position: relative; padding: .2rem 0 .75rem 2.75rem; }
.steps li::before { content: counter(step); position: absolute; left: 0; top: .05rem; width: 1.9rem; height: 1.9rem; border-radius: 50%; background: var(--tint); color: var(--accent); font-weight: 700; text-align: center; line-height: 1.9rem; }
.steps li:last-child { padding-bottom: 0; }
dl { margin: 0; }
dt { color: var(--soft); font-size: .925rem; }
dd { margin: 0 0 .75rem; font-weight: 600; }
dd:last-child { margin: 0; }
nav { display: flex; gap: .5rem; flex-wrap: wrap; margin: 0 0 1.25rem; }
nav a { padding: .5rem .9rem; border: 1px solid var(--edge); border-radius: 2rem; background: var(--card); text-decoration: none; }
nav [aria-current] { font-weight: 700; border-color: var(--accent); background: var(--tint); }
.number { font-size: 1.75rem; line-height: 1.2; font-weight: 700; letter-spacing: -.01em; margin: 0 0 .5rem; }
.number a { text-decoration: none; }
.state { color: var(--soft); }
.state.on::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; background: var(--good); margin-right: .5rem; }
.tag { display: inline-block; font-size: .8rem; font-weight: 600; color: var(--accent); background: var(--tint); border-radius: 1rem; padding: .05rem .6rem; }
.thread { list-style: none; display: grid; gap: .5rem; margin: .75rem 0 0; padding: 0; }
.thread li { justify-self: start; max-width: 85%; background: var(--paper); border-radius: .875rem .875rem .875rem .25rem; padding: .5rem .85rem; white-space: pre-wrap; }
.thread .outbound { justify-self: end; background: var(--tint); border-radius: .875rem .875rem .25rem .875rem; }
.who { display: block; color: var(--soft); font-size: .85rem; }
time { white-space: nowrap; }
@media (min-width: 34rem) {
  main { padding-top: 2.5rem; }
  h1 { font-size: 2rem; }
  .card, fieldset { padding: 1.5rem; }
  .pair { grid-template-columns: 1fr 1fr; }
  .day { grid-template-columns: 9rem 1fr; align-items: center; }
  button { width: auto; }
}
@media (forced-colors: active) { .state.on::before { forced-color-adjust: none; } }
`;
