/** Port Adoptions on Postgres: supabase/migrations/…_adopt.sql. */
import * as z from 'zod';
import { AdoptedNumber, Adoption, type Adoptions } from '../../adoption';
import { now } from './answers';
import type { Database } from './database';

export function supabaseAdoptions(db: Database): Adoptions {
  return {
    adopt: ({ client, number, isDryRun, by }) => {
      const { workingHours, ...rest } = client;
      // The key is left out, because JSON's null is a value to SQL.
      const p_client = workingHours ? { ...rest, workingHours } : rest;
      return db.call('adopt_client', { p_client, p_number: number, p_is_dry_run: isDryRun, p_by: by, p_now: now() }, Adoption);
    },
    numbers: () => db.call('adopted_numbers', {}, z.array(AdoptedNumber)),
    beginMove: ({ e164, previous }) => db.call('begin_number_move', { p_e164: e164, p_previous: previous, p_now: now() }, z.boolean()),
    finishMove: ({ e164, by }) => db.call('finish_number_move', { p_e164: e164, p_by: by, p_now: now() }, z.boolean()),
    beginUndo: (e164) => db.call('begin_number_undo', { p_e164: e164, p_now: now() }, z.boolean()),
    finishUndo: ({ e164, by }) => db.call('finish_number_undo', { p_e164: e164, p_by: by, p_now: now() }, z.boolean()),
  };
}
