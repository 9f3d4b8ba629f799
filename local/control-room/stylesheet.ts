/** The control room's look: three columns on a desk, one on a phone; light and dark. Marks differ by shape and word, not by colour alone. */
export const stylesheet = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #55657a; --paper: #eef1f6; --card: #fff; --well: #f5f7fa; --line: #d5dce6; --edge: #8793a3;
  --accent: #3346c8; --on-accent: #fff; --tint: #e9ecff; --good: #14744a; --good-tint: #dff5e9; --bad: #b02318; --bad-tint: #fde8e6; --warn: #8a5300; --warn-tint: #fff1d6; --bar: #141c2e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --soft: #a5b2c3; --paper: #0d131c; --card: #161f2b; --well: #1d2836; --line: #2c3a4b; --edge: #75869a;
  --accent: #9fb0ff; --on-accent: #0d131c; --tint: #232f55; --good: #6fd7a5; --good-tint: #123526; --bad: #ff9d93; --bad-tint: #43201d; --warn: #ffc46b; --warn-tint: #3b2c10; --bar: #0a0f18; } }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: var(--ink); background: var(--paper); }
body.gone::before { content: 'The stack does not answer: it has stopped, or is starting.'; display: block; background: var(--bad); color: var(--card); padding: .5rem 1rem; font-weight: 600; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
h1 { font-size: 1.05rem; font-weight: 500; margin: 0; } h2 { font-size: 1rem; margin: 0; } h3 { font-size: .9rem; margin: 0 0 .5rem; }
h3 small { font-weight: 400; margin-left: .35rem; } small { color: var(--soft); font-size: .8rem; } p { margin: 0 0 .5rem; }

header { display: flex; gap: .5rem 1.5rem; align-items: center; flex-wrap: wrap; background: var(--bar); color: #fff; padding: .6rem 1.25rem; }
.brand { font-weight: 750; letter-spacing: -.01em; }
.clock { margin: 0; line-height: 1.25; flex: 1 1 15rem; min-width: 0; } .clock strong { display: block; font-size: 1.05rem; font-variant-numeric: tabular-nums; } .clock span { color: #b9c4d6; font-size: .8rem; }
.moving { color: #ffc46b; font-style: normal; font-weight: 600; }
.moves, .doors { display: flex; gap: .5rem 1rem; flex-wrap: wrap; align-items: center; }
header button { background: #2a3654; border-color: #4a5a82; color: #fff; } header label { margin: 0; color: #b9c4d6; } header input { width: 3.5rem; background: #202a42; border-color: #4a5a82; color: #fff; }
header a { color: #c9d3ff; }
.said { position: fixed; left: 50%; bottom: 1.25rem; transform: translateX(-50%); z-index: 2; margin: 0; max-width: min(44rem, 92vw); padding: .6rem 1.1rem; border-radius: .6rem; background: var(--good); color: var(--card); font-weight: 600; box-shadow: 0 6px 24px rgb(16 24 40 / 30%); overflow-wrap: anywhere; }
.said:empty { display: none; } .said.bad { background: var(--bad); }

main { display: grid; gap: 1rem; padding: 1rem 1.25rem; align-items: start; grid-template-columns: minmax(0, 1fr); max-width: 120rem; margin: 0 auto; }
.column { display: grid; gap: 1rem; min-width: 0; }
@media (min-width: 48rem) { main { grid-template-columns: 18rem minmax(0, 1fr); } .end { grid-column: 1 / -1; grid-template-columns: 1fr 1fr; align-items: start; }  }
@media (min-width: 75rem) { main { grid-template-columns: 18rem minmax(0, 1fr) 24rem; } .end { grid-column: auto; grid-template-columns: minmax(0, 1fr); }  }
@media (min-width: 100rem) { main { grid-template-columns: 20rem minmax(0, 1fr) 28rem; } }
@media (max-width: 47.99rem) { .middle { order: -1; } }

.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1rem; min-width: 0; overflow-wrap: anywhere; box-shadow: 0 1px 2px rgb(16 24 40 / 6%); }
.card-head { display: flex; justify-content: space-between; align-items: center; gap: .5rem; margin-bottom: .6rem; }
#client h2 { font-size: 1.3rem; letter-spacing: -.01em; }
.scroll { overflow: auto; max-height: 15rem; }
.plain, .machine, .checklist, .reasons { list-style: none; margin: 0; padding: 0; }
.empty { color: var(--soft); margin: .25rem 0; }
.chip, .count, .kind, .attempts { display: inline-block; border-radius: 1rem; padding: 0 .55rem; font-size: .78rem; font-weight: 650; line-height: 1.5rem; white-space: nowrap; background: var(--well); color: var(--soft); }
.chip.running { background: var(--tint); color: var(--accent); } .chip.done { background: var(--good-tint); color: var(--good); } .chip.stuck { background: var(--bad-tint); color: var(--bad); }
.kind, .attempts { line-height: 1.2rem; padding: 0 .4rem; margin-left: .35rem; font-weight: 500; } .attempts { background: var(--warn-tint); color: var(--warn); }
.bad { color: var(--bad); }

.field { margin: 0 0 .5rem; min-width: 0; } label { display: block; color: var(--soft); font-size: .8rem; margin-bottom: .1rem; }
input, select { width: 100%; font: inherit; color: inherit; background: var(--well); border: 1px solid var(--edge); border-radius: .45rem; padding: .35rem .5rem; min-height: 2.1rem; min-width: 0; }
input[aria-invalid] { border: 2px solid var(--bad); }
.problem { color: var(--bad); font-weight: 600; font-size: .8rem; margin: .1rem 0 0; } .problem:empty { display: none; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; text-decoration: none; color: var(--accent); background: var(--card); border: 1px solid var(--edge); border-radius: .45rem; padding: .35rem .75rem; min-height: 2.1rem; cursor: pointer; }
button:hover, .button:hover { background: var(--tint); } .quiet:hover { background: var(--tint); } header button:hover { background: #3a4870; }
.primary, .primary:hover { color: var(--on-accent); background: var(--accent); border-color: var(--accent); } .primary:hover { filter: brightness(1.1); }
.danger { color: var(--bad); border-color: var(--bad); } .quiet { border-color: transparent; background: none; padding-inline: .45rem; } .wide { width: 100%; }
[aria-busy] { opacity: .55; cursor: progress; }
.bar { display: flex; gap: .4rem; align-items: center; flex-wrap: wrap; } .foot { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .5rem; color: var(--soft); font-size: .85rem; gap: .1rem; }
summary { cursor: pointer; color: var(--soft); } form details { margin-bottom: .6rem; } form details[open] summary { margin-bottom: .4rem; }

.filters, .pager { display: flex; gap: .25rem .1rem; margin-inline: -.15rem; flex-wrap: wrap; margin-bottom: .5rem; } .pager { justify-content: space-between; margin: .5rem 0 0; color: var(--soft); font-size: .85rem; }
.filters a { text-decoration: none; color: var(--soft); border-radius: 1rem; padding: .1rem .42rem; font-size: .84rem; } .filters a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 650; }
table { width: 100%; border-collapse: collapse; } td { padding: .4rem .35rem; border-top: 1px solid var(--line); vertical-align: top; } td:last-child { text-align: right; white-space: nowrap; } td small { display: block; } tr:first-child td { border-top: 0; }
#clients-rows { max-height: 20rem; } td a { font-weight: 600; text-decoration: none; } .chosen { background: var(--tint); }
.reasons { color: var(--soft); font-size: .85rem; margin: .1rem 0 .4rem; } #desk-rows > li + li { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: .5rem; }

.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 .75rem; } dt { color: var(--soft); font-size: .78rem; } dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; } dd small { font-weight: 400; }
.trouble { background: var(--bad-tint); border: 1px solid var(--bad); border-radius: .6rem; padding: .75rem; margin-bottom: .75rem; } .trouble.mild { background: var(--warn-tint); border-color: var(--warn); } .trouble .bar p { flex: 1 1 14rem; margin: 0; }
.actions { display: flex; gap: .5rem; flex-wrap: wrap; align-items: start; padding-bottom: .9rem; margin-bottom: .9rem; border-bottom: 1px solid var(--line); }
.more > summary { padding: .4rem .3rem; } .more[open] { flex-basis: 100%; background: var(--well); border-radius: .5rem; padding: 0 .75rem .5rem; } .more .bar { align-items: end; } .more .field { margin: 0; }
.progress { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.machine, .checklist { margin-bottom: .75rem; }
.state, .line { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr); gap: .6rem; position: relative; padding-bottom: .4rem; }
.state:not(:last-child)::before, .line:not(:last-child)::before { content: ''; position: absolute; left: .72rem; top: 1.3rem; bottom: -.2rem; width: 2px; background: var(--line); }
.state.done::before, .line.done::before { background: var(--good) !important; }
.state .name { font-weight: 600; } .state > div { display: flex; flex-wrap: wrap; align-items: baseline; } .state small { margin-left: auto; padding-left: .5rem; text-align: right; } .ahead .name, .pending .name { color: var(--soft); font-weight: 500; }
.mark { width: 1.5rem; height: 1.5rem; border-radius: 50%; border: 2px solid var(--edge); background: var(--card); display: grid; place-items: center; font-size: .75rem; font-weight: 700; position: relative; color: var(--soft); }
.state .mark { width: 1.2rem; height: 1.2rem; margin: .1rem 0 0 .15rem; border-radius: .35rem; } .state.wait .mark, .state.succeed .mark { border-radius: 50%; } .state.choice .mark { transform: rotate(45deg) scale(.85); }
.state.choice .mark::after { transform: rotate(-45deg); }
.done > .mark { background: var(--good); border-color: var(--good); color: var(--card); } .state.done > .mark::after { content: '✓'; }
.running > .mark, .waiting > .mark { border-color: var(--accent); color: var(--accent); box-shadow: 0 0 0 4px var(--tint); } .state.running > .mark::after { content: '▸'; } .state.waiting > .mark::after { content: '…'; line-height: .5; }
.retrying > .mark { border-color: var(--warn); color: var(--warn); box-shadow: 0 0 0 4px var(--warn-tint); } .retrying > .mark::after { content: '↻'; } .retrying small { color: var(--warn); }
.failed > .mark, .timed-out > .mark, .stopped > .mark { background: var(--bad); border-color: var(--bad); color: var(--card); } .state.failed > .mark::after, .state.timed-out > .mark::after, .state.stopped > .mark::after { content: '✕'; } .failed small, .timed-out small, .stopped small { color: var(--bad); }
.aside { margin-left: 1.9rem; border: 1px dashed var(--line); border-radius: .5rem; padding: .15rem .4rem; margin-bottom: .45rem; } .state.aside::before { left: -1.24rem !important; top: -1.1rem !important; bottom: -.75rem !important; } .state.done + .aside::before { background: var(--good) !important; }
.line .name { font-weight: 600; } .line details summary { list-style: none; } .line summary small { display: -webkit-box; -webkit-line-clamp: 1; -webkit-box-orient: vertical; overflow: hidden; } .line details[open] summary { display: none; }
.line p { margin: 0; font-size: .85rem; } .evidence { margin: .25rem 0; font-size: .82rem; background: var(--well); border-radius: .5rem; padding: .4rem .6rem; } .evidence div { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem; } .evidence dd { font-weight: 500; }
.note { color: var(--soft); font-size: .8rem; margin: 0; }

.mails li { padding: .35rem .4rem; border-top: 1px solid var(--line); } .mails li:first-child { border-top: 0; } .mails a { font-weight: 600; text-decoration: none; display: block; } .mails { max-height: 12rem; }
.reader { width: 100%; height: 25rem; border: 1px solid var(--line); border-radius: .5rem; margin-top: .6rem; background: #fff; }
.chat { display: flex; flex-direction: column; gap: .5rem; padding: .6rem; background: var(--well); border-radius: .6rem; margin-bottom: .75rem; max-height: 20rem; }
.bubble { max-width: 85%; } .bubble p { margin: 0; padding: .45rem .7rem; border-radius: 1rem; white-space: pre-wrap; } .bubble.got p { background: var(--card); border: 1px solid var(--line); border-bottom-left-radius: .2rem; }
.bubble.sent { align-self: end; text-align: right; } .bubble.sent p { background: var(--accent); color: var(--on-accent); text-align: left; border-bottom-right-radius: .2rem; }
.others { margin-bottom: .5rem; } .handsets { display: flex; flex-wrap: wrap; gap: .25rem .75rem; max-height: 6rem; }
.faults { margin: .75rem 0 .5rem; } #alerts details { border-top: 1px solid var(--line); padding: .4rem 0; } #alerts summary { color: var(--ink); font-weight: 600; }
pre { white-space: pre-wrap; font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; background: var(--well); padding: .6rem; border-radius: .5rem; margin: .4rem 0 0; }
@media (prefers-reduced-motion: no-preference) { .running > .mark { animation: beat 1.6s ease-in-out infinite; } @keyframes beat { 50% { box-shadow: 0 0 0 7px transparent; } } }
`;

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3346c8"/><path d="M22 11a8 8 0 1 0 0 10" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="22" cy="16" r="2.5" fill="#fff"/></svg>';
