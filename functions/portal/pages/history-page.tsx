import { pathOf } from '../paths';
import { dayAndTime, weekdayAndTime, zoneOf } from '../local-time';
import type { AuditTrail } from '../member/settings';
import { BusinessLayout, Pages } from './business-layout';

/** Who did what, the newest first. */
export function HistoryPage({ trail: { frame, entries, total, pageSize }, page }: { trail: AuditTrail; page: number }) {
  const path = pathOf(frame.business.id, '/history');
  return (
    <BusinessLayout frame={frame} at="/settings" title="Who changed what">
      {entries.length === 0 && <p class="card">Nothing yet.</p>}
      <ul class="lines">
        {entries.map(({ at, actor, action, detail }) => (
          <li>
            <p class="head">
              <strong>{action}</strong> <span class="hint">by {actor}</span>
              <time datetime={at}>{dayAndTime(at, zoneOf(frame.business))}</time>
            </p>
            <Detail detail={detail} zone={zoneOf(frame.business)} />
          </li>
        ))}
      </ul>
      <Pages page={page} total={total} pageSize={pageSize} href={(to) => `${path}?page=${to}`} />
      <p>
        <a href={pathOf(frame.business.id, '/settings')}>Back to settings</a>
      </p>
    </BusinessLayout>
  );
}

function Detail({ detail, zone }: { detail: Record<string, unknown>; zone: string }) {
  const words = (value: unknown) => wordsOf(value, zone);
  const { before, after, ...rest } = detail;
  const was = isObject(before) ? before : {};
  const changes = isObject(after) ? Object.entries(after).map(([name, value]) => ({ name, was: words(was[name]), is: words(value) })) : [];
  const named = Object.entries(rest).filter(([name, value]) => !name.endsWith('Id') && typeof value !== 'object');
  const single = !isObject(after) && after !== undefined ? [`${words(before)} → ${words(after)}`] : [];
  if (changes.length + named.length + single.length === 0) return null;
  return (
    <ul class="plain hint">
      {changes.map(({ name, was: old, is }) => (
        <li>
          {label(name)}: {old} → {is}
        </li>
      ))}
      {single.map((text) => (
        <li>{text}</li>
      ))}
      {named.map(([name, value]) => (
        <li>
          {label(name)}: {words(value)}
        </li>
      ))}
    </ul>
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `working_hours` and `businessName` in words. */
const label = (name: string) =>
  name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);

/** A value as people read it, times by the business's clock; a week only in short. */
function wordsOf(value: unknown, zone: string): string {
  const words = (part: unknown) => wordsOf(part, zone);
  if (isTime(value)) return weekdayAndTime(value, zone);
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value).slice(0, 200);
  if (Array.isArray(value)) return value.map(words).join(', ') || 'nothing';
  if (!isObject(value)) return 'something else';
  return Object.entries(value)
    .filter(([, day]) => isObject(day) && day['enabled'] === true)
    .map(([name, day]) => (isObject(day) ? `${name.slice(0, 3)} ${words(day['start'])}–${words(day['end'])}` : name))
    .join(', ');
}
