import { Activity } from '../../../local/kernel/activity';
import { clockOffset, installClock } from '../../../local/kernel/clock';
import { Timers } from '../../../local/kernel/timers';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let restoreDate: () => void;
let activity: Activity;
let timers: Timers;
let start: number;
let fired: string[];

beforeEach(() => {
  const offset = clockOffset();
  restoreDate = installClock(offset);
  activity = new Activity();
  timers = new Timers(offset, activity);
  start = Date.now();
  fired = [];
});
afterEach(() => {
  timers.stop();
  restoreDate();
});

const note = (name: string) => () => void fired.push(name);
const hoursAhead = () => Math.round((Date.now() - start) / HOUR_MS);

describe('advanceTo', () => {
  test('fires what falls due in order of time, then of setting, each at its own time', async () => {
    const at = (hours: number, name: string) => timers.at(start + hours * HOUR_MS, 'work', () => fired.push(`${name}@${hoursAhead()}`));
    at(3, 'c');
    at(1, 'a');
    at(2, 'b1');
    at(2, 'b2');
    at(9, 'later');
    await timers.advanceTo(start + 5 * HOUR_MS);
    expect(fired).toEqual(['a@1', 'b1@2', 'b2@2', 'c@3']);
    expect(hoursAhead()).toBe(5);
  });

  test('fires a deadline as well, and what a timer sets on the way', async () => {
    timers.at(start + HOUR_MS, 'deadline', () => {
      fired.push('deadline');
      timers.at(start + 2 * HOUR_MS, 'work', note('set on the way'));
    });
    await timers.advanceTo(start + 3 * HOUR_MS);
    expect(fired).toEqual(['deadline', 'set on the way']);
  });

  test('fires each schedule once, at the end of the jump', async () => {
    const every = (hours: number, name: string) => {
      const next = (dueMs: number) =>
        timers.at(dueMs, 'schedule', () => {
          fired.push(`${name}@${hoursAhead()}`);
          next(Date.now() + hours * HOUR_MS);
        });
      next(start + hours * HOUR_MS);
    };
    every(1, 'hourly');
    every(24, 'daily');
    timers.at(start + 30 * HOUR_MS, 'work', note('work'));
    await timers.advanceTo(start + 3 * DAY_MS);
    expect(fired).toEqual(['work', 'hourly@72', 'daily@72']);
  });

  test('waits for what is in flight before it moves on', async () => {
    timers.at(start + HOUR_MS, 'work', () => {
      const end = activity.begin();
      setTimeout(() => {
        fired.push(`done@${hoursAhead()}`);
        end();
      }, 10);
    });
    timers.at(start + 2 * HOUR_MS, 'work', note('next'));
    await timers.advanceTo(start + 3 * HOUR_MS);
    expect(fired).toEqual(['done@1', 'next']);
  });

  test('refuses to move a clock that is moving', async () => {
    const first = timers.advanceTo(start + HOUR_MS);
    await expect(timers.advanceTo(start + 2 * HOUR_MS)).rejects.toThrow('already moving');
    await first;
  });
});

describe('untilIdle', () => {
  test('goes from work to work and ignores a deadline after the last', async () => {
    timers.at(start + HOUR_MS, 'work', () => {
      fired.push('first');
      timers.at(Date.now() + HOUR_MS, 'work', note('second'));
    });
    timers.at(start + 30 * DAY_MS, 'deadline', note('deadline'));
    await timers.untilIdle();
    expect(fired).toEqual(['first', 'second']);
    expect(hoursAhead()).toBe(2);
  });

  test('fires a deadline that lies before work', async () => {
    timers.at(start + HOUR_MS, 'deadline', note('deadline'));
    timers.at(start + 2 * HOUR_MS, 'work', note('work'));
    await timers.untilIdle();
    expect(fired).toEqual(['deadline', 'work']);
  });

  test('does not move for schedules alone, and fires one that it passed once', async () => {
    timers.at(start + HOUR_MS, 'schedule', note('schedule'));
    await timers.untilIdle();
    expect([fired, hoursAhead()]).toEqual([[], 0]);
    timers.at(start + 5 * HOUR_MS, 'work', note('work'));
    await timers.untilIdle();
    expect(fired).toEqual(['work', 'schedule']);
  });

  test('stops at its limit', async () => {
    timers.at(start + HOUR_MS, 'work', note('near'));
    timers.at(start + 10 * HOUR_MS, 'work', note('far'));
    await timers.untilIdle(start + 5 * HOUR_MS);
    expect(fired).toEqual(['near']);
  });
});

describe('a timer', () => {
  test('that was cancelled never fires', async () => {
    const cancel = timers.at(start + HOUR_MS, 'work', note('cancelled'));
    timers.at(start + HOUR_MS, 'work', note('kept'));
    cancel();
    await timers.advanceTo(start + 2 * HOUR_MS);
    expect(fired).toEqual(['kept']);
  });

  test('that is already due fires soon, without a jump', async () => {
    await new Promise<void>((resolve) => timers.at(start - 1, 'work', resolve));
    expect(hoursAhead()).toBe(0);
  });

  test('beyond setTimeout’s 2^31 ms waits, and fires after a jump', async () => {
    timers.at(start + 40 * DAY_MS, 'work', note('far')); // Node fires a timeout longer than 24.8 days at once
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fired).toEqual([]);
    await timers.advanceTo(start + 41 * DAY_MS);
    expect(fired).toEqual(['far']);
  });
});

describe('onMove', () => {
  test('is awaited, with the new offset, before what falls due then fires', async () => {
    timers.onMove(async (offsetMs) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      fired.push(`moved ${Math.round(offsetMs / HOUR_MS)}`);
    });
    timers.at(start + HOUR_MS, 'work', note('work'));
    await timers.advanceTo(start + 2 * HOUR_MS);
    expect(fired).toEqual(['moved 1', 'work', 'moved 2']);
  });

  test('a timer cancelled meanwhile does not fire', async () => {
    const cancel = timers.at(start + HOUR_MS, 'work', note('work'));
    timers.onMove(async () => cancel());
    await timers.advanceTo(start + 2 * HOUR_MS);
    expect(fired).toEqual([]);
  });

  test('ends when cancelled, and its failure fails the jump', async () => {
    timers.onMove(async () => note('gone')())();
    timers.onMove(() => Promise.reject(new Error('no clock')));
    await expect(timers.advanceTo(start + HOUR_MS)).rejects.toThrow('no clock');
    expect(fired).toEqual([]);
  });
});
