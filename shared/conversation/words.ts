/** How times and hours are written in an SMS, so that people understand them and a check can read them again. Pure. */
import { DateTime } from 'luxon';
import { type WorkingHours, weekdays } from '../working-hours';

/** `Tue 24 Nov 10am`, as the business's clock says. */
export function slotWords(startsAt: string, timeZone: string): string {
  const time = DateTime.fromISO(startsAt, { zone: timeZone, locale: 'en-AU' });
  return `${time.toFormat('ccc d')} ${monthWords[time.month - 1] ?? ''} ${clockWords(time.toFormat('HH:mm'))}`;
}

// English whatever ICU calls the months in Australia ("Sept", "June").
const monthWords = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10am` of `10:00`, `2:30pm` of `14:30`. */
export function clockWords(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}${minutes}${hour < 12 ? 'am' : 'pm'}`;
}

/** `Mon-Fri 9am-5pm, Sat 9am-1pm`; empty if it never opens. */
export function hoursWords(hours: WorkingHours): string {
  const runs: { first: number; last: number; words: string }[] = [];
  weekdays.forEach((weekday, index) => {
    const { enabled, start, end } = hours[weekday];
    if (!enabled) return;
    const words = `${clockWords(start)}-${clockWords(end)}`;
    const previous = runs.at(-1);
    if (previous?.last === index - 1 && previous.words === words) previous.last = index;
    else runs.push({ first: index, last: index, words });
  });
  return runs.map(({ first, last, words }) => `${dayWords(first)}${last > first ? `-${dayWords(last)}` : ''} ${words}`).join(', ');
}

function dayWords(index: number): string {
  const name = weekdays[index] ?? '';
  return name.charAt(0).toUpperCase() + name.slice(1, 3);
}
