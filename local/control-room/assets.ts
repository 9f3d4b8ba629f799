/** Refreshes the live part each second, keeping open what is open. */
export const script = `
const live = document.getElementById('live');
async function refresh() {
  const open = [...live.querySelectorAll('details')].map((d) => d.open && d.textContent);
  try {
    const html = await (await fetch('/live' + location.search)).text();
    if (html !== refresh.last) {
      refresh.last = html;
      live.innerHTML = html;
      for (const d of live.querySelectorAll('details')) d.open = open.includes(d.textContent);
    }
    document.body.classList.remove('gone');
  } catch { document.body.classList.add('gone'); }
  setTimeout(refresh, 1000);
}
refresh();
`;

export const stylesheet = `
:root { --ink: #17212b; --paper: #eef1f4; --card: #fff; --line: #c3ccd5; --accent: #0b5cad; --good: #1a7f4b; --bad: #b3261e; --soft: #51606e; }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
body.gone::before { content: 'The stack has stopped.'; display: block; background: var(--bad); color: #fff; padding: .5rem 1rem; }
header { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; background: var(--ink); color: #fff; padding: .5rem 1rem; }
h1 { font-size: 1.1rem; margin: 0; } h2 { font-size: .95rem; margin: 0 0 .5rem; }
main { display: grid; grid-template-columns: 19rem 1fr; gap: 1rem; padding: 1rem; align-items: start; }
@media (max-width: 55rem) { main { grid-template-columns: 1fr; } }
#live { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start; }
#live > .now { grid-column: 1 / -1; margin: 0; }
@media (max-width: 75rem) { #live { grid-template-columns: 1fr; } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: 0 0 1rem; overflow-wrap: anywhere; min-width: 0; }
#live .card { margin: 0; max-height: 34rem; overflow: auto; }
label { display: block; margin: 0 0 .4rem; color: var(--soft); }
input, select { display: block; width: 100%; font: inherit; padding: .35rem; border: 1px solid var(--line); border-radius: .3rem; }
button { font: inherit; font-weight: 600; background: var(--accent); color: #fff; border: 1px solid var(--accent); border-radius: .3rem; padding: .35rem .7rem; cursor: pointer; }
button.quiet { background: none; color: var(--accent); }
.bar { display: flex; gap: .4rem; align-items: center; flex-wrap: wrap; }
.said { background: #fff7d6; margin: 0; padding: .5rem 1rem; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: .25rem .4rem; border-bottom: 1px solid var(--line); }
.status { font-weight: 700; } .status.SUCCEEDED { color: var(--good); } .status.FAILED, .status.TIMED_OUT, .status.ABORTED, .bad { color: var(--bad); }
.checklist { list-style: none; margin: 0; padding: 0; } .checklist ul { margin: 0 0 .4rem; padding-left: 1.2rem; }
.done { color: var(--good); } .failed { color: var(--bad); } .pending { color: var(--soft); } .skipped { color: var(--soft); }
small { color: var(--soft); } pre { white-space: pre-wrap; font: inherit; background: var(--paper); padding: .5rem; border-radius: .3rem; }
.text { border-left: 3px solid var(--accent); padding-left: .5rem; margin: 0 0 .5rem; }
`;
