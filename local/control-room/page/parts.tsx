/** The pieces of the control room's page. Every form is plain and works without script. */
import type { Child } from 'hono/jsx';
import { hrefOf, type Query } from '../query';
import type { Paged } from '../scene';

/** A form that could not be carried out, as it was sent: shown again with what is wrong. */
export interface FailedForm {
  name: string;
  id: string;
  typed: Record<string, string>;
  problems: Record<string, string>;
}

interface CardProps {
  id: string;
  title: string;
  aside?: Child;
  /** False if parts of it refresh instead. */
  isLive?: boolean;
  children: Child;
}

/** A part of the page that refreshes by itself under its `id`. */
export function Card({ id, title, aside, isLive = true, children }: CardProps) {
  return (
    <section class="card" id={id} data-live={isLive ? '' : undefined} aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

interface FormProps {
  /** One of `forms.ts`. */
  name: string;
  /** What it is about: a run, an invoice. */
  about?: string;
  query: Query;
  class?: string;
  /** Done once: the script empties it then. */
  resets?: boolean;
  children: Child;
}

/** One order to the stack; comes back to where the page was. */
export function Form({ name, about, query, class: className, resets = false, children }: FormProps) {
  return (
    <form
      method="post"
      action={`/do/${name}${about === undefined ? '' : `/${encodeURIComponent(about)}`}`}
      class={className}
      data-resets={resets ? 'true' : undefined}
      autocomplete="off"
      novalidate
    >
      <input type="hidden" name="at" value={hrefOf(query)} />
      {children}
    </form>
  );
}

interface FieldProps {
  form: string;
  name: string;
  label: string;
  value?: string;
  type?: 'text' | 'email' | 'tel';
  inputmode?: 'decimal' | 'numeric';
  list?: string;
  placeholder?: string;
  failed: FailedForm | undefined;
}

/** One labelled input; after a failed attempt with what was typed, and what is wrong with it. */
export function Field({ form, name, label, value = '', failed, ...rest }: FieldProps) {
  const own = failed?.name === form ? failed : undefined;
  const id = `${form}-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        value={own?.typed[name] ?? value}
        aria-describedby={`${id}-problem`}
        aria-invalid={own?.problems[name] ? 'true' : undefined}
        {...rest}
      />
      <p class="problem" id={`${id}-problem`} data-problem={name}>
        {own?.problems[name]}
      </p>
    </div>
  );
}

interface SelectProps {
  form: string;
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: string | undefined;
  failed: FailedForm | undefined;
}

/** One labelled choice. */
export function Select({ form, name, label, options, chosen, failed }: SelectProps) {
  const own = failed?.name === form ? failed : undefined;
  const id = `${form}-${name}`;
  const current = own?.typed[name] ?? chosen;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} aria-describedby={`${id}-problem`}>
        {options.map((option) => (
          <option value={option.value} selected={option.value === current}>
            {option.label}
          </option>
        ))}
      </select>
      <p class="problem" id={`${id}-problem`} data-problem={name}>
        {own?.problems[name]}
      </p>
    </div>
  );
}

/** Leads to the other pages of a list; nothing if there is one page only. */
export function Pager({ list, what, hrefTo }: { list: Paged<unknown>; what: string; hrefTo: (page: number) => string }) {
  if (list.pages === 1) return null;
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      {list.page > 1 && <a href={hrefTo(list.page - 1)}>← newer</a>}
      <span>
        page {list.page} of {list.pages}
      </span>
      {list.page < list.pages && <a href={hrefTo(list.page + 1)}>older →</a>}
    </nav>
  );
}

const inSydney = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-AU', { timeZone: 'Australia/Sydney', hour: '2-digit', minute: '2-digit', hour12: false, ...options });
const formats = {
  brief: inSydney({ day: 'numeric', month: 'short' }),
  usual: inSydney({ weekday: 'short', day: 'numeric', month: 'short' }),
  long: inSydney({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
};

/** A moment as CoreSentia's own clock in Sydney shows it. */
export function When({ at, form = 'usual' }: { at: string | Date; form?: keyof typeof formats }) {
  const date = new Date(at);
  return <time datetime={date.toISOString()}>{formats[form].format(date)}</time>;
}
