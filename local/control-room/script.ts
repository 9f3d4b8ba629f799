/** The page's script, as the browser runs it: refreshes each second what has changed, keeps what is typed, and sends forms without leaving the page. */
export const script = `'use strict';
const seen = new Map([...document.querySelectorAll('[data-live]')].map((part) => [part.id, part.outerHTML]));
const said = document.getElementById('said');
let version = '';
let timer = 0;

async function refresh() {
  clearTimeout(timer);
  try {
    if (!document.hidden) await load();
    document.body.classList.remove('gone');
  } catch { document.body.classList.add('gone'); }
  timer = setTimeout(refresh, 1000);
}

async function load() {
  const address = location.search;
  const answer = await fetch('/live' + address, { headers: { 'if-none-match': version } });
  if (answer.status === 304 || address !== location.search) return;
  if (!answer.ok) throw new Error(answer.statusText);
  version = answer.headers.get('etag') ?? '';
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const fresh of page.querySelectorAll('[data-live]')) {
    const old = document.getElementById(fresh.id);
    const isChoosing = document.activeElement?.tagName === 'SELECT' && old?.contains(document.activeElement);
    if (isChoosing) version = '';
    if (!old || isChoosing || seen.get(fresh.id) === fresh.outerHTML) continue;
    seen.set(fresh.id, fresh.outerHTML);
    swap(old, fresh);
  }
  suggestCalls();
}

const nameOf = (details) => details.id || details.querySelector('summary')?.textContent;
const isTyped = (field) => field.type !== 'hidden' && field.name && (field.tagName === 'SELECT'
  ? ![...field.options].some((option) => option.defaultSelected && option.selected) && field.selectedIndex > 0
  : field.value !== field.defaultValue);

/** Puts the fresh part in place of the old with what is typed, focused, unfolded and scrolled. */
function swap(old, fresh) {
  const typed = [...old.querySelectorAll('input, select')].filter((field) => field.id && isTyped(field)).map(({ id, value }) => [id, value]);
  const problems = [...old.querySelectorAll('[data-problem]')].filter((line) => line.textContent).map(({ id, textContent }) => [id, textContent]);
  const unfolded = new Map([...old.querySelectorAll('details')].map((details) => [nameOf(details), details.open]));
  const scrolled = [...old.querySelectorAll('.scroll')].map((list) => [list.id, list.scrollTop, list.scrollTop + list.clientHeight > list.scrollHeight - 8]);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const caret = focused?.tagName === 'INPUT' ? [focused.selectionStart, focused.selectionEnd] : null;
  old.replaceWith(fresh);
  for (const [id, value] of typed) { const field = document.getElementById(id); if (field) field.value = value; }
  for (const [id, text] of problems) { const line = document.getElementById(id); if (line) line.textContent = text; }
  for (const details of fresh.querySelectorAll('details')) details.open = unfolded.get(nameOf(details)) ?? details.open;
  for (const [id, top, wasAtEnd] of scrolled) {
    const list = document.getElementById(id);
    if (list) list.scrollTop = wasAtEnd && 'tail' in list.dataset ? list.scrollHeight : top;
  }
  const twin = focused && twinOf(focused, fresh);
  twin?.focus({ preventScroll: true });
  if (caret && twin?.type !== 'number') try { twin?.setSelectionRange(...caret); } catch { /* some inputs have no caret */ }
}

function twinOf(element, root) {
  return [...root.querySelectorAll(element.tagName)].find((other) => element.id
    ? other.id === element.id
    : other.textContent === element.textContent && other.getAttribute('href') === element.getAttribute('href')
      && other.form?.getAttribute('action') === element.form?.getAttribute('action'));
}

function say(text, isBad) {
  said.textContent = text;
  said.className = isBad ? 'said bad' : 'said';
  clearTimeout(say.timer);
  if (!isBad) say.timer = setTimeout(() => { said.textContent = ''; }, 6000);
}

function lookAt(address) {
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  version = '';
  return refresh();
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  for (const line of form.querySelectorAll('[data-problem]')) line.textContent = '';
  button?.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { accept: 'application/json' }, body: fields });
    const result = await answer.json();
    if (!answer.ok) return blame(form, result);
    if (form.dataset.resets === 'true') for (const field of (document.getElementById(form.closest('section')?.id) ?? form).querySelectorAll('form[data-resets=true]')) field.reset();
    say(result.said, false);
    await lookAt(result.goTo);
  } catch { say('The stack does not answer.', true); } finally {
    button?.removeAttribute('aria-busy');
    for (const busy of document.querySelectorAll('[aria-busy]')) busy.removeAttribute('aria-busy');
  }
}

function blame(form, { error, problems = {} }) {
  const lines = [...form.querySelectorAll('[data-problem]')].filter((line) => problems[line.dataset.problem]);
  for (const line of lines) line.textContent = problems[line.dataset.problem];
  for (const field of form.querySelectorAll('[name]')) if (problems[field.name]) field.setAttribute('aria-invalid', 'true'); else field.removeAttribute('aria-invalid');
  form.querySelector('[aria-invalid]')?.focus();
  say(lines.length > 0 ? 'Something in the form needs another look.' : error, true);
}

/** Offers only the calls of the vendor that is chosen. */
function suggestCalls() {
  const vendor = document.getElementById('fault-vendor')?.value;
  for (const option of document.querySelectorAll('#known-calls option')) option.disabled = option.dataset.vendor !== vendor;
}

document.addEventListener('submit', (event) => {
  if (!event.target.action.startsWith(location.origin + '/do/')) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  const isOurs = link && !link.target && link.origin === location.origin && link.pathname === '/' && !link.hash;
  if (!isOurs || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  lookAt('/' + link.search);
});
document.addEventListener('change', (event) => { if (event.target.id === 'fault-vendor') suggestCalls(); });
window.addEventListener('popstate', () => { version = ''; refresh(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
for (const list of document.querySelectorAll('[data-tail]')) list.scrollTop = list.scrollHeight;
suggestCalls();
timer = setTimeout(refresh, 1000);
`;
