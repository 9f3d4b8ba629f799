/** What the pages behind the sign-in need beside the common style sheet. */
export const businessStyles = `
body.wide .bar, body.wide main, body.wide .above { max-width: 72rem; }
.above { max-width: 42rem; margin: 0 auto; padding: .25rem 1rem 1rem; overflow-wrap: anywhere; }
.above nav { margin: .5rem 0 0; }
.above nav a { background: var(--paper); }
.above nav [aria-current] { background: var(--tint); }
.which { font-weight: 700; margin: 0; }
.switcher summary { font-weight: 700; }
.switcher ul { list-style: none; margin: .5rem 0; padding: 0 0 0 1rem; }
.switcher li { padding: .35rem 0; }
summary { cursor: pointer; padding: .35rem 0; font-weight: 600; min-height: 1.75rem; }
details.card > summary { color: var(--accent); }
details > :not(summary) { margin-top: .75rem; }
nav a { min-height: 2.75rem; display: inline-flex; align-items: center; }
.pages { align-items: center; }
.done { background: var(--tint); border-left: .375rem solid var(--good); border-radius: .625rem; padding: .75rem 1rem; }
.below { background: none; border: 0; border-top: 1px solid var(--edge); margin-top: 2.5rem; padding-top: 1rem; font-size: .925rem; color: var(--soft); display: grid; gap: .75rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 0 0 1rem; }
.inline { display: inline; margin: 0; }
.inline button { width: auto; }
.button { display: inline-flex; align-items: center; justify-content: center; min-height: 3rem; padding: .6rem 1.5rem; border-radius: .625rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 650; text-decoration: none; }
.button:hover { background: var(--accent-strong); color: var(--on-accent); }
.button.quiet { color: var(--accent); background: transparent; border-color: var(--line); }
.button.small { min-height: 2.75rem; padding: .35rem .9rem; font-size: .95rem; }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
button.danger:hover { background: var(--bad-tint); border-color: var(--bad); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem 1rem; margin: 0 0 1rem; }
.stats dd { font-size: 1.6rem; font-weight: 700; letter-spacing: -.02em; margin: 0; }
dd.plain { font-weight: 400; }
.lines { list-style: none; margin: 0 0 1rem; padding: 0; background: var(--card); border: 1px solid var(--edge); border-radius: .875rem; box-shadow: var(--shadow); }
.lines > li { padding: .875rem 1.125rem; border-top: 1px solid var(--edge); }
.lines > li:first-child { border-top: 0; }
.lines p { margin: 0; }
.head { display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; }
.head a { font-weight: 650; padding: .2rem 0; }
.head time { margin-left: auto; color: var(--soft); font-size: .875rem; }
.preview { color: var(--soft); }
.lines-kept, .thread .text { white-space: pre-wrap; }
.thread li { white-space: normal; }
.thread .text { display: block; }
blockquote { margin: 0 0 1rem; padding: .75rem 1rem; border-left: .25rem solid var(--line); background: var(--paper); white-space: pre-wrap; }
.answer { margin: 1.5rem 0 1rem; }
.plain { list-style: none; margin: 0 0 1rem; padding: 0; }
.plain.hint { margin: 0; }
.search .row { display: grid; grid-template-columns: 1fr auto; gap: .5rem; margin: .3rem 0 1rem; }
.search button { width: auto; padding-inline: 1rem; }
.week { list-style: none; margin: 0 0 1.25rem; padding: 0; display: grid; gap: .5rem; }
.week li { background: var(--card); border: 1px solid var(--edge); border-radius: .75rem; padding: .6rem .875rem; }
.week .today { border-color: var(--accent); }
.week h2 { font-size: 1rem; margin: 0; display: inline-block; margin-right: .6rem; }
.week h2 a { display: inline-block; padding: .3rem 0; }
.week .hint { display: inline; }
.entry { background: var(--tint); border-radius: .5rem; padding: .5rem .75rem; margin: .4rem 0 0; }
.entry.demo { background: var(--paper); border: 1px dashed var(--line); }
.entry a { font-weight: 650; }
.entry .when { display: block; color: var(--soft); font-size: .925rem; }
.hours { width: 100%; border-collapse: collapse; background: var(--card); margin: 0 0 1.25rem; }
.hours th, .hours td { border: 1px solid var(--edge); padding: .5rem .75rem; vertical-align: top; }
.hours th { width: 6rem; white-space: nowrap; font-weight: 600; text-align: left; }
.hours .closed { background: var(--paper); }
.free { display: inline-block; padding: .35rem 0; }
.choice label, .box { display: flex; align-items: center; gap: .65rem; min-height: 2.75rem; font-weight: 500; }
input[type=radio] { flex: none; width: 1.35rem; height: 1.35rem; min-height: 0; margin: 0; accent-color: var(--accent); }
.steps h2 { margin: 0 0 .35rem; font-size: 1.05rem; }
.steps li.is-done { color: var(--soft); }
.steps.card { padding: 1.25rem 1.125rem; margin: 0 0 1.25rem; }
form + p { margin-top: 1.25rem; }
code { overflow-wrap: anywhere; }
.scroll { position: relative; overflow-x: auto; margin: 0 0 1.25rem; background: var(--card); border: 1px solid var(--edge); border-radius: .75rem; }
.scroll table { border-collapse: collapse; width: 100%; font-size: .925rem; }
.scroll th, .scroll td { text-align: left; vertical-align: top; padding: .6rem .75rem; border-bottom: 1px solid var(--edge); overflow-wrap: normal; min-width: 5rem; }
.scroll .broad { min-width: 9rem; }
.scroll td :is(.problem, p, .plain, .buttons) { margin: 0; }
.scroll .tag { white-space: nowrap; }
.problem + .buttons { margin-top: 1rem; }
.scroll thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tr.stuck th:first-child { border-left: .375rem solid var(--bad); }
.tag.bad { color: var(--bad); background: var(--bad-tint); }
.facts { display: grid; gap: .25rem 1rem; margin: 1rem 0; }
.facts dd { margin: 0 0 .5rem; }
.checklist { list-style: none; padding: 0; }
.checklist li { padding: .4rem 0; border-bottom: 1px solid var(--edge); }
@media (max-width: 26rem) {
  nav { gap: .2rem; }
  nav a { padding: .5rem .4rem; font-size: .9rem; }
}
@media (min-width: 34rem) {
  .facts { grid-template-columns: max-content 1fr; }
}
@media (min-width: 60rem) {
  .week { grid-template-columns: repeat(7, 1fr); width: min(70rem, calc(100vw - 3rem)); position: relative; left: 50%; transform: translateX(-50%); }
  .week .hint { display: block; }
}
@media print {
  header, .above, .no-print, .below { display: none; }
  body { background: #fff; color: #000; }
}
`;
