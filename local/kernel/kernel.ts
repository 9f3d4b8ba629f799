import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Activity } from './activity';
import { type ClockOffset, clockOffset, installClock } from './clock';
import { Collection } from './collection';
import { Fault, Faults } from './faults';
import { Store } from './store';
import { Timers } from './timers';

/** What every part of the laptop stack is given: time, state, activity and faults. */
export interface Kernel {
  store: Store;
  activity: Activity;
  timers: Timers;
  faults: Faults;
  offset: ClockOffset;
  /** Moves the clock by whole seconds, when nothing is in flight. */
  advance(seconds: number): Promise<void>;
  /** Lets everything that goes on by itself go on, until only people are awaited or `withinSeconds` of the laptop's time have passed. */
  untilIdle(withinSeconds?: number): Promise<void>;
  close(): Promise<void>;
}

const Settings = z.object({ offsetMs: z.number() });

/** Opens the laptop's state in `dataDir` (undefined: in memory) and installs its clock as this process's `Date`. */
export function openKernel(dataDir: string | undefined): Kernel {
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  const store = new Store(dataDir ? join(dataDir, 'state.db') : ':memory:');
  const settings = new Collection(store, 'kernel_settings', Settings);
  const offset = clockOffset(settings.get('clock')?.offsetMs ?? 0);
  const restoreDate = installClock(offset);
  const activity = new Activity();
  const timers = new Timers(offset, activity);
  const saveClock = () => settings.put('clock', { offsetMs: Number(Atomics.load(offset, 0)) });
  // Before anything is stored with the new time: a killed stack must not start again with an earlier clock than its records have.
  timers.onMove(saveClock);
  return {
    store,
    activity,
    timers,
    offset,
    faults: new Faults(new Collection(store, 'kernel_faults', Fault)),
    async advance(seconds) {
      await activity.idle();
      await timers.advanceTo(Date.now() + seconds * 1000);
    },
    async untilIdle(withinSeconds) {
      await timers.untilIdle(withinSeconds && Date.now() + withinSeconds * 1000);
    },
    async close() {
      timers.stop();
      await saveClock();
      store.close();
      restoreDate();
    },
  };
}
