/** Inputs with their label, hint and problem, tied together for screen readers. */
import { type Weekday } from '../../../shared/working-hours';
import type { Typed } from '../form-fields';

interface Labelled {
  name: string;
  label: string;
  value: string | undefined;
  problem: string | undefined;
  hint?: string;
}

interface FieldProps extends Labelled {
  type?: string;
  autocomplete?: string;
  inputmode?: 'numeric' | 'tel' | 'email';
  maxlength?: number;
  /** Makes it a text area. */
  rows?: number;
  required?: boolean;
}

export function Field(props: FieldProps) {
  const { name, label, value = '', problem, hint, rows, type = 'text', required = true, ...rest } = props;
  const common = { ...attributes(props), required };
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={name}>{label}</label>
      <Hint name={name} text={hint} />
      {rows ? (
        <textarea {...common} rows={rows} maxlength={rest.maxlength}>
          {value}
        </textarea>
      ) : (
        <input {...common} {...rest} type={type} value={value} />
      )}
      <Problem name={name} text={problem} />
    </div>
  );
}

interface SelectProps extends Labelled {
  options: readonly string[];
  /** What the choice of nothing says. */
  empty: string;
  required?: boolean;
  autocomplete?: string;
}

export function Select(props: SelectProps) {
  const { name, label, value, problem, hint, options, empty, required = false, autocomplete } = props;
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={name}>{label}</label>
      <Hint name={name} text={hint} />
      <select {...attributes(props)} required={required} autocomplete={autocomplete}>
        <option value="">{empty}</option>
        {options.map((option) => (
          <option value={option} selected={option === value}>
            {option.replace(/_/g, ' ')}
          </option>
        ))}
      </select>
      <Problem name={name} text={problem} />
    </div>
  );
}

/** One of a few, all in sight. */
export function Choice({ name, legend, options, value }: { name: string; legend: string; options: [string, string][]; value: string }) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {options.map(([option, label]) => (
        <label>
          <input type="radio" name={name} value={option} checked={option === value} /> {label}
        </label>
      ))}
    </fieldset>
  );
}

/** A box to tick. */
export function Box({ name, label, checked }: { name: string; label: string; checked: boolean }) {
  return (
    <label class="box">
      <input type="checkbox" name={name} checked={checked} /> {label}
    </label>
  );
}

/** Open or closed, from and to. */
export function Day({ day, typed, problem }: { day: Weekday; typed: Typed; problem: string | undefined }) {
  const name = day.charAt(0).toUpperCase() + day.slice(1);
  const time = (part: 'start' | 'end') => ({
    type: 'time',
    name: `${day}_${part}`,
    value: typed[`${day}_${part}`],
    'aria-label': `${name} ${part === 'start' ? 'from' : 'to'}`,
    ...described(problem && `${day}-problem`, problem),
  });
  return (
    <div class={problem ? 'day wrong' : 'day'}>
      <label>
        <input type="checkbox" id={day} name={`${day}_enabled`} checked={typed[`${day}_enabled`] === 'on'} /> {name}
      </label>
      <span class="times">
        <input {...time('start')} />
        <span aria-hidden="true">–</span>
        <input {...time('end')} />
      </span>
      <Problem name={day} text={problem} />
    </div>
  );
}

function attributes({ name, hint, problem }: Labelled) {
  const ids = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return { id: name, name, ...described(ids, problem) };
}

function described(ids: string | undefined, problem: string | undefined) {
  return { 'aria-describedby': ids || undefined, 'aria-invalid': problem ? ('true' as const) : undefined };
}

function Hint({ name, text }: { name: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p class="hint" id={`${name}-hint`}>
      {text}
    </p>
  );
}

export function Problem({ name, text }: { name: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p class="problem" id={`${name}-problem`}>
      {text}
    </p>
  );
}
